//! Generated schemas, rows and expressions.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use tenon_engine::{
    Caller, Error,
    database::EngineKind,
    records::{Format, ReadOptions},
};
use tenon_model::{
    Code, CompareOp, Expr, Ident, Projection, ReadQuery, Role, SelectItem,
    expression::{
        Context, Selected, SourceId, SubqueryKind,
        functions::{BIGINT, BOOLEAN},
    },
};
use tenon_testkit::TestEngine;

use super::{Tables, compile, each_in_memory, in_database, tables};
use crate::generate::{Generator, call, is_total_cast, schema};

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().filter(|value| !value.is_empty()).map_or(otherwise, |value| value.parse().unwrap())
}

/// One schema with its rows on both engines and in memory.
pub(crate) struct World {
    pub(crate) engines: [TestEngine; 2],
    pub(crate) schema: std::sync::Arc<tenon_model::Schema>,
    tables: Tables,
    pub(crate) context: Context,
}

impl World {
    pub(crate) async fn new(rng: &mut Rng) -> Self {
        let sql = schema::schema(rng);
        let engines = [TestEngine::on(EngineKind::Sqlite).await, TestEngine::on(EngineKind::Postgres).await];
        for engine in &engines {
            engine.schema(&sql).await;
        }
        let found = tenon_engine::Engine::schema(&engines[0]);
        for (index, table) in schema::tables().iter().enumerate() {
            let rows = schema::rows(rng, &found, table, if index == 0 { 24 } else { 6 });
            for engine in &engines {
                engine.rows(table.as_str(), rows.clone()).await;
            }
        }
        let (here, there) = (tables(&engines[0], &found).await, tables(&engines[1], &found).await);
        assert_eq!(here.0, there.0, "both engines keep the same rows");
        let context = Context {
            user: rng.bool().then(|| uuid::Uuid::from_u128(rng.u128(0..3))),
            role: [Role::Anon, Role::Authenticated][rng.usize(0..2)].clone(),
            email: rng.bool().then(|| "a@b.c".to_owned()),
            jwt: rng.bool().then(|| r#"{"a": 1, "aa": [1, null], "sub": "x"}"#.into()),
            now: jiff::civil::date(2024, 2, 29).at(rng.i8(0..24), 0, 0, 0),
        };
        Self { engines, schema: found, tables: here, context }
    }
}

#[derive(Default)]
struct Report {
    compared: u64,
    filtered: u64,
    failures: u64,
    tolerated: u64,
    refused: BTreeMap<String, u64>,
    differences: Vec<String>,
}

#[tokio::test]
async fn generated_expressions_agree() {
    let (cases, seed) = (setting("TENON_EXPRESSION_CASES", 20_000), setting("TENON_EXPRESSION_SEED", 4));
    let mut rng = Rng::with_seed(seed);
    let mut report = Report::default();
    let begun = std::time::Instant::now();
    let mut expressions = 0_u64;
    while report.compared < cases && report.differences.len() < 12 {
        let world = World::new(&mut rng).await;
        for _ in 0..1_000 {
            let table = schema::tables()[if rng.u8(0..4) > 0 { 0 } else { rng.usize(0..4) }].clone();
            let mut generator = Generator::new(rng.fork(), &world.schema, table.clone());
            let expr = generator.any();
            expressions += 1;
            examine(&world, &table, &expr, &mut report).await;
            if report.compared >= cases || report.differences.len() >= 12 {
                break;
            }
        }
    }
    println!(
        "{} pairs of an expression and a row compared ({expressions} expressions, {} as filters too, {} failures alike, {} where the order of \
         evaluation decides), seed {seed}, {:?}",
        report.compared,
        report.filtered,
        report.failures,
        report.tolerated,
        begun.elapsed()
    );
    let refused: u64 = report.refused.values().sum();
    println!("refused by the check: {refused}");
    for (message, count) in &report.refused {
        println!("  {count:>6} {message}");
    }
    assert!(refused * 20 < expressions, "too many expressions are refused");
    assert!(report.differences.is_empty(), "differences, seed {seed}:\n{}", report.differences.join("\n"));
}

async fn examine(world: &World, table: &Ident, made: &Expr, report: &mut Report) {
    let sql = made.to_sql(table);
    let read = match compile(&sql, &world.schema, table, Some(&made.data_type())) {
        Ok(read) => read,
        Err(error) if error.code == Code::TooComplex => return,
        Err(error) => {
            *report.refused.entry(shape(&error.message)).or_default() += 1;
            if std::env::var("TENON_EXPRESSION_REFUSED").is_ok() {
                println!("{sql}\n   {error:?}\n   {made:?}");
            }
            return;
        }
    };
    if let Some(difference) = reads_back(world, table, &read) {
        report.differences.push(difference);
        return;
    }
    let (made, read) = (world.context.fill(made), world.context.fill(&read));
    let memory = each_in_memory(&world.tables, &world.schema, table, &read);
    let before = each_in_memory(&world.tables, &world.schema, table, &made);
    if let Some((l, r)) = before.iter().zip(&memory).find(|(l, r)| !agree(l, r)) {
        report.differences.push(format!("{sql}\n  as made {l:?}\n  as read {r:?}\n  {made:?}\n  {read:?}"));
    }
    let folded = if may_fail(&read) { folded(world, table, &read) } else { read.clone() };
    let planned = each_in_memory(&world.tables, &world.schema, table, &folded);
    let undecided = memory.iter().zip(&planned).any(|(l, r)| !agree(l, r));
    let tolerant = may_fail(&read) && (undecided || is_tolerant(world, table, &read) || is_tolerant(world, table, &folded));
    for engine in &world.engines {
        let database = in_database(engine, table, &read).await;
        if let Err(difference) = compare(world, engine, table, &read, &memory, database, tolerant, report).await {
            report.differences.push(format!("{sql}\n  on {table:?} {:?}\n{difference}", engine.kind()));
        }
    }
    if read.data_type() == BOOLEAN && !may_fail(&read) {
        let wanted = memory.iter().enumerate().filter(|(_, value)| matches!(value, Ok(Some(text)) if text == "true"));
        let wanted: BTreeSet<String> = wanted.map(|(row, _)| id(world, table, row)).collect();
        for engine in &world.engines {
            let found = filtered(engine, table, &read).await;
            if found.as_ref() != Ok(&wanted) {
                report.differences.push(format!(
                    "{sql}\n  on {table:?} {:?}\n  memory lets through {wanted:?}\n  where {found:?}",
                    engine.kind()
                ));
            }
        }
        report.filtered += 1;
    }
    report.compared += memory.len() as u64;
}

fn id(world: &World, table: &Ident, row: usize) -> String {
    world.tables.0[table][row][&Ident::new("id").unwrap()].to_text(&BIGINT).unwrap()
}

/// The rows that an expression lets through as a filter, which engines plan otherwise than a value.
async fn filtered(engine: &TestEngine, table: &Ident, expr: &Expr) -> Result<BTreeSet<String>, Error> {
    let id = Expr::Column { name: Ident::new("id").unwrap(), data_type: BIGINT };
    let query = ReadQuery {
        table: table.clone(),
        select: vec![SelectItem::Field(Projection { key: "id".to_owned(), expr: id })],
        filter: expr.clone(),
        order: Vec::new(),
        limit: None,
        offset: 0,
    };
    let rows = engine.read(&Caller::Operator, query, ReadOptions { format: Format::Json, ..ReadOptions::default() }).await?;
    let rows: Vec<BTreeMap<String, serde_json::Value>> = serde_json::from_slice(&rows.body).unwrap();
    Ok(rows.into_iter().map(|row| row["id"].to_string()).collect())
}

/// Printed and read again, it is the same.
fn reads_back(world: &World, table: &Ident, read: &Expr) -> Option<String> {
    let sql = read.to_sql(table);
    match compile(&sql, &world.schema, table, Some(&read.data_type())) {
        Err(error) => Some(format!("{sql}\n  does not read back: {error:?}")),
        Ok(again) if normal(&again) != normal(read) => Some(format!("{sql}\n  reads back as\n{again:?}\n  instead of\n{read:?}")),
        Ok(again) if again.to_sql(table) != sql => {
            Some(format!("{sql}\n  is printed otherwise the second time: {}", again.to_sql(table)))
        }
        Ok(_) => None,
    }
}

/// Without the names and the numbers that queries' tables were given.
fn normal(expr: &Expr) -> Expr {
    let mut numbers = BTreeMap::new();
    expr.visit(&mut |part| {
        if let Expr::Subquery(query) = part {
            for source in &query.from {
                let next = u32::try_from(numbers.len()).unwrap();
                numbers.entry(source.id).or_insert(SourceId(next));
            }
        }
    });
    expr.clone().map(&mut |part| match part {
        Expr::Subquery(mut query) => {
            for source in &mut query.from {
                source.alias = None;
                source.id = numbers[&source.id];
            }
            Expr::Subquery(query)
        }
        Expr::Of { source, name, data_type } => Expr::Of { source: numbers[&source], name, data_type },
        other => other,
    })
}

fn agree(left: &Result<Option<String>, Error>, right: &Result<Option<String>, Error>) -> bool {
    match (left, right) {
        (Ok(left), Ok(right)) => left == right,
        (Err(left), Err(right)) => left.code == right.code && left.code != Code::Internal,
        _ => false,
    }
}

/// Whether a moment is before year 1 or after 9999: PostgreSQL goes on, and what it finds is refused when it is kept or read.
fn is_out_of_time(value: &Result<Option<String>, Error>) -> bool {
    let words = ["date", "time", "timestamp", "field value"];
    value.as_ref().is_err_and(|e| e.code == Code::OutOfRange && words.iter().any(|word| e.message.starts_with(word)))
}

type Each = Vec<Result<Option<String>, Error>>;

#[allow(clippy::too_many_arguments, reason = "all of one comparison")]
async fn compare(
    world: &World,
    engine: &TestEngine,
    table: &Ident,
    expr: &Expr,
    memory: &Each,
    database: Result<Vec<Option<String>>, Error>,
    tolerant: bool,
    report: &mut Report,
) -> Result<(), String> {
    let failure = match database {
        Ok(values) => {
            for (row, (mine, theirs)) in memory.iter().zip(values).enumerate() {
                let theirs = Ok(theirs);
                if !agree(mine, &theirs) && !(mine.is_err() && (tolerant || is_out_of_time(mine))) {
                    return Err(format!("  row {row}: memory {mine:?}\n  database {theirs:?}"));
                }
            }
            return Ok(());
        }
        Err(failure) => failure,
    };
    if memory.iter().all(Result::is_ok) && !tolerant || failure.code == Code::Internal {
        return Err(format!("  memory has values\n  database {failure:?}"));
    }
    // Row by row, for one failure hides all others.
    let failed = memory.iter().enumerate().filter(|(_, value)| value.is_err()).map(|(row, _)| row).take(3);
    let fine = memory.iter().enumerate().filter(|(_, value)| value.is_ok()).map(|(row, _)| row).take(2);
    for row in failed.chain(fine).collect::<Vec<_>>() {
        let one = only(&world.tables, table, row, expr);
        let theirs = in_database(engine, table, &one).await.map(|values| values[row].clone());
        if agree(&memory[row], &theirs) {
            report.failures += u64::from(theirs.is_err());
        } else if is_out_of_time(&memory[row]) || tolerant && (memory[row].is_err() || theirs.is_err()) {
            report.tolerated += 1;
        } else {
            return Err(format!("  row {row}: memory {:?}\n  database {theirs:?}", memory[row]));
        }
    }
    Ok(())
}

/// The expression for one row, null for all others.
fn only(tables: &Tables, table: &Ident, row: usize, expr: &Expr) -> Expr {
    let id = Ident::new("id").unwrap();
    let value = tables.0[table][row][&id].clone();
    let is_it = Expr::Compare {
        op: CompareOp::Eq,
        left: Box::new(Expr::Column { name: id, data_type: BIGINT }),
        right: Box::new(Expr::Literal { value, data_type: BIGINT }),
    };
    Expr::Case { branches: vec![(is_it, expr.clone())], otherwise: None, data_type: expr.data_type() }
}

/// Whether SQL leaves it open if a failure comes to light: one term of several, a row of a query, a constant.
fn is_tolerant(world: &World, table: &Ident, expr: &Expr) -> bool {
    let mut tolerant = false;
    expr.visit(&mut |part| {
        tolerant |= match part {
            Expr::And(terms) | Expr::Or(terms) => terms.iter().any(may_fail),
            Expr::Subquery(query) => query.parts().into_iter().any(may_fail),
            // PostgreSQL does not look at the other operand of what is null anyway.
            Expr::Compare { left, right, .. } => null_beside_failure(world, table, &[left, right]),
            // Nor at the place in an array that is null.
            Expr::Call { function, arguments } if function.name == "subscript" => may_fail(&arguments[1]),
            Expr::Call { arguments, .. } => null_beside_failure(world, table, &arguments.iter().collect::<Vec<_>>()),
            _ => false,
        };
        if may_fail(part) && is_constant(part) {
            tolerant |= each_in_memory(&world.tables, &world.schema, table, part)[0].is_err();
        }
    });
    tolerant
}

/// The expression as PostgreSQL plans it: what constants decide is decided.
fn folded(world: &World, table: &Ident, expr: &Expr) -> Expr {
    let value = |expr: &Expr| {
        let mut values = each_in_memory(&world.tables, &world.schema, table, expr);
        if is_constant(expr) { Some(values.swap_remove(0).ok().flatten()) } else { None }
    };
    expr.clone().map(&mut |part| match part {
        Expr::Case { mut branches, otherwise, data_type } => {
            branches.retain(|(condition, _)| value(condition).is_none_or(|value| value.as_deref() == Some("true")));
            match branches.first() {
                None => otherwise.map_or(Expr::Literal { value: tenon_model::Value::Null, data_type }, |otherwise| *otherwise),
                Some((condition, result)) if value(condition).is_some() => result.clone(),
                Some(_) => Expr::Case { branches, otherwise, data_type },
            }
        }
        Expr::Coalesce { mut arguments, data_type } => {
            arguments.retain(|argument| value(argument) != Some(None));
            match arguments.first() {
                Some(first) if value(first).is_some() => first.clone(),
                _ => Expr::Coalesce { arguments, data_type },
            }
        }
        Expr::Call { function, arguments } if function.strict && arguments.iter().any(|argument| value(argument) == Some(None)) => {
            let types: Vec<_> = arguments.iter().map(Expr::data_type).collect();
            Expr::Literal { value: tenon_model::Value::Null, data_type: function.result_type(&types) }
        }
        Expr::And(terms) if terms.iter().any(|term| value(term).flatten().as_deref() == Some("false")) => Expr::Or(Vec::new()),
        Expr::Or(terms) if terms.iter().any(|term| value(term).flatten().as_deref() == Some("true")) => Expr::always(),
        Expr::Compare { left, right, .. } | Expr::Contains { left, right, .. }
            if value(&left) == Some(None) || value(&right) == Some(None) =>
        {
            Expr::Literal { value: tenon_model::Value::Null, data_type: BOOLEAN }
        }
        other => other,
    })
}

fn null_beside_failure(world: &World, table: &Ident, operands: &[&Expr]) -> bool {
    let is_null =
        |expr: &&&Expr| is_constant(expr) && matches!(each_in_memory(&world.tables, &world.schema, table, expr)[0], Ok(None));
    operands.iter().any(|expr| may_fail(expr)) && operands.iter().filter(is_null).count() > 0
}

fn is_constant(expr: &Expr) -> bool {
    let mut constant = true;
    expr.visit(&mut |part| {
        constant &= !matches!(part, Expr::Column { .. } | Expr::Of { .. } | Expr::Subquery(_) | Expr::Aggregate(_));
    });
    constant
}

fn may_fail(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |part| {
        found |= match part {
            Expr::Call { function, .. } => !call::is_total(function.0),
            Expr::Cast { expr, to } => !is_total_cast(&expr.data_type(), to),
            Expr::Subquery(query) => {
                matches!(query.kind, SubqueryKind::Scalar(Selected::Row(_))) && query.limit.is_none_or(|limit| limit > 1)
            }
            _ => false,
        };
    });
    found
}

/// A message without what differs from case to case.
fn shape(message: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in message.chars() {
        if c == '"' {
            quoted = !quoted;
        }
        if !quoted && !c.is_ascii_digit() {
            out.push(c);
        }
    }
    out
}
