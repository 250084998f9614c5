//! Checks: what each database enforces is what the memory says of the row.

use std::sync::Arc;

use fastrand::Rng;
use tenon_engine::{
    Caller, Code, Engine, Error,
    records::{Returning, Update},
};
use tenon_model::{
    Expr, Ident, ScalarType, Value,
    expression::{
        evaluate::{Environment, Row},
        functions::BOOLEAN,
    },
};

use super::{compile, generated::World, tables};
use crate::generate::{Generator, schema};

/// What became of a row.
#[derive(Debug, PartialEq)]
enum Outcome {
    Passed,
    Refused,
    Failed(Code),
}

fn is_own(expr: &Expr) -> bool {
    let mut own = true;
    expr.visit(&mut |part| {
        own &=
            !matches!(part, Expr::Subquery(_) | Expr::Context(_) | Expr::Exists { .. } | Expr::Related { .. } | Expr::Aggregate(_));
    });
    own
}

fn outcome(result: Result<(), Error>) -> Outcome {
    match result {
        Ok(()) => Outcome::Passed,
        Err(error) if error.code == Code::CheckViolation => Outcome::Refused,
        Err(error) => Outcome::Failed(error.code),
    }
}

/// Changes nothing in a row, which is a change nonetheless.
async fn touch(engine: &Engine, table: &Ident, row: &Row) -> Outcome {
    let (id, parent) = (Ident::new("id").unwrap(), Ident::new("parent").unwrap());
    let update = Update {
        table: table.clone(),
        filter: Expr::equals(id.clone(), ScalarType::BigInt.into(), row[&id].clone()),
        set: [(parent.clone(), row[&parent].clone())].into_iter().collect(),
        all: false,
        order: Vec::new(),
        limit: None,
        returning: Returning::Nothing,
        rollback: true,
        max_affected: None,
    };
    outcome(engine.update(&Caller::Operator, update).await.map(drop))
}

fn in_memory(world: &World, expr: &Expr, row: &Row) -> Outcome {
    let environment = Environment { schema: &world.schema, context: &world.context, data: None };
    match environment.evaluate(expr, row) {
        Ok(Value::Bool(false)) => Outcome::Refused,
        Ok(_) => Outcome::Passed,
        Err(error) => Outcome::Failed(error.code),
    }
}

#[tokio::test]
async fn databases_enforce_what_the_memory_says() {
    let mut rng = Rng::with_seed(11);
    let (mut asked, mut refused, mut failed, mut tolerated, mut checks) = (0, 0, 0, 0, 0);
    for _ in 0..4 {
        let world = World::new(&mut rng).await;
        let table = schema::tables()[0].clone();
        let rows: Vec<Arc<Row>> = tables(&world.engines[0], &world.schema).await.0[&table].iter().take(8).cloned().collect();
        let mut made = 0;
        while made < 100 {
            let expr = Generator::new(rng.fork(), &world.schema, table.clone()).any();
            if expr.data_type() != BOOLEAN || !is_own(&expr) || expr.uses(&table).columns.is_empty() {
                continue;
            }
            let sql = expr.to_sql(&table);
            let Ok(read) = compile(&sql, &world.schema, &table, Some(&BOOLEAN)) else { continue };
            made += 1;
            let add = format!("alter table {} add constraint made check ({sql}) not valid", table.quoted());
            let added = [
                world.engines[0].change_schema(&Caller::Operator, add.clone()).await.map_err(|e| e.code).map(drop),
                world.engines[1].change_schema(&Caller::Operator, add.clone()).await.map_err(|e| e.code).map(drop),
            ];
            assert_eq!(added[0], added[1], "{sql}");
            if added[0].is_err() {
                continue;
            }
            checks += 1;
            for row in &rows {
                let memory = in_memory(&world, &read, row);
                for engine in &world.engines {
                    let database = touch(engine, &table, row).await;
                    // Whether a part that fails is looked at at all is nobody's promise; what a row is judged by is.
                    let fails = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
                    if fails(&database) != fails(&memory) {
                        tolerated += 1;
                        continue;
                    }
                    assert_eq!(database, memory, "{:?} of {row:?}: {sql}", engine.kind());
                }
                asked += 1;
                refused += usize::from(memory == Outcome::Refused);
                failed += usize::from(matches!(memory, Outcome::Failed(_)));
            }
            for engine in &world.engines {
                engine.schema(&format!("alter table {} drop constraint made", table.quoted())).await;
            }
        }
    }
    println!(
        "{checks} checks, {asked} rows asked, {refused} refused, {failed} failed, {tolerated} where the order of evaluation decides"
    );
    assert!(tolerated * 50 < asked, "{tolerated} of {asked}");
    assert!(refused * 10 > asked && asked - refused > asked / 10, "{refused} of {asked}");
}
