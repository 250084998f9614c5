//! Expressions: SQLite, PostgreSQL and the memory agree on every value and every failure.
//!
//! `TENON_EXPRESSION_CASES` says how many pairs of an expression and a row are compared, `TENON_EXPRESSION_SEED` where the
//! random numbers begin.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod casts;
mod enforced;
mod generate;
mod generated;
mod known;
mod printed;
mod regressions;
#[allow(dead_code, reason = "the functions' own test uses all of it")]
#[path = "../functions/texts.rs"]
mod texts;
#[allow(dead_code, reason = "the functions' own test uses all of it")]
#[path = "../functions/values.rs"]
mod values;

use std::sync::Arc;

use tenon_engine::{Caller, Engine, Error, expressions::compile};
use tenon_model::{
    Code, Expr, Ident, Result, ScalarType, Schema, Value,
    expression::{
        Context,
        evaluate::{Data, Environment, Row},
    },
};
use tenon_testkit::TestEngine;

/// Rows as the memory has them: all of every table.
struct Tables(std::collections::HashMap<Ident, Vec<Arc<Row>>>);

impl Data for Tables {
    fn rows(&self, table: &Ident) -> Result<Vec<Arc<Row>>> {
        Ok(self.0.get(table).cloned().unwrap_or_default())
    }
}

/// All rows of all tables, in the order of their keys.
async fn tables(engine: &TestEngine, schema: &Schema) -> Tables {
    let mut all = std::collections::HashMap::new();
    for table in schema.tables.values() {
        let mut rows: Vec<Row> = Vec::new();
        for column in &table.columns {
            let expr = Expr::Column { name: column.name.clone(), data_type: column.data_type.clone() };
            let texts = engine.expression_values(&Caller::Operator, &table.name, expr).await.unwrap();
            rows.resize_with(texts.len(), Row::new);
            for (row, text) in rows.iter_mut().zip(texts) {
                let value = text.map_or(Value::Null, |text| Value::parse(&text, &column.data_type, schema).unwrap());
                row.insert(column.name.clone(), value);
            }
        }
        all.insert(table.name.clone(), rows.into_iter().map(Arc::new).collect());
    }
    Tables(all)
}

/// What an expression is for each row of a table in memory; the first failure, if one fails.
fn in_memory(tables: &Tables, schema: &Schema, table: &Ident, expr: &Expr) -> Result<Vec<Option<String>>> {
    each_in_memory(tables, schema, table, expr).into_iter().collect()
}

/// What an expression is for each row of a table in memory.
fn each_in_memory(tables: &Tables, schema: &Schema, table: &Ident, expr: &Expr) -> Vec<Result<Option<String>>> {
    let now = jiff::civil::date(2024, 2, 29).at(12, 0, 0, 0);
    let context = Context::of(&Caller::Operator, now);
    let environment = Environment { schema, context: &context, data: Some(tables) };
    let data_type = expr.data_type();
    let value = |row: &Arc<Row>| environment.evaluate(expr, row).map(|value| value.to_text(&data_type));
    tables.rows(table).unwrap().iter().map(value).collect()
}

/// Sees that each expression, one a line, comes to the same in memory and in the database: value or failure.
async fn agree(engine: &TestEngine, schema: &Schema, table: &Ident, expressions: &str) {
    let tables = tables(engine, schema).await;
    let mut differences = Vec::new();
    for sql in expressions.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let expr = match compile(sql, schema, table, None) {
            Ok(expr) => expr,
            Err(error) => {
                differences.push(format!("{sql}\n  {error:?}"));
                continue;
            }
        };
        let (memory, database) = (in_memory(&tables, schema, table, &expr), in_database(engine, table, &expr).await);
        let same = match (&memory, &database) {
            (Ok(memory), Ok(database)) => memory == database,
            (Err(memory), Err(database)) => memory.code == database.code && memory.code != Code::Internal,
            _ => false,
        };
        if !same {
            differences.push(format!("{sql}\n  memory   {memory:?}\n  database {database:?}"));
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// A value of a scalar type out of its text.
fn scalar(text: &str, scalar: &ScalarType) -> Value {
    Value::parse_scalar(text, scalar, &Schema::default()).unwrap_or_else(|error| panic!("{scalar} {text:?}: {error}"))
}

async fn in_database(engine: &Engine, table: &Ident, expr: &Expr) -> Result<Vec<Option<String>>, Error> {
    engine.expression_values(&Caller::Operator, table, expr.clone()).await
}
