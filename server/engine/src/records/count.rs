//! How many rows a filter meets.

use std::hash::{DefaultHasher, Hash, Hasher};

use tenon_model::{Expr, Ident, Result, Schema};

use super::{
    Count, run,
    sql::{Alias, Bind, Builder, Statement, select},
};
use crate::database::{Conn, EngineKind, Reader};

/// Up to so many rows are counted where a guess would do.
const EXACT_UP_TO: u64 = 10_000;

/// How many rows of the table meet the filter.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn count(reader: &mut Reader, schema: &Schema, table: &Ident, filter: &Expr, how: Count) -> Result<u64> {
    let engine = reader.conn.kind();
    match (how, engine) {
        (Count::Exact, _) => exact(reader, schema, table, filter),
        (Count::Planned, EngineKind::Postgres) => planned_postgres(&mut reader.conn, schema, table, filter),
        (Count::Estimated, EngineKind::Postgres) => {
            let planned = planned_postgres(&mut reader.conn, schema, table, filter)?;
            if planned > EXACT_UP_TO { Ok(planned) } else { exact(reader, schema, table, filter) }
        }
        (Count::Planned | Count::Estimated, EngineKind::Sqlite) => estimate_sqlite(&mut reader.conn, schema, table, filter),
    }
}

/// Counts; on SQLite remembered by the connection until anybody commits.
fn exact(reader: &mut Reader, schema: &Schema, table: &Ident, filter: &Expr) -> Result<u64> {
    let statement = select::count(reader.conn.kind(), schema, table, filter, None)?;
    let key = fingerprint(&statement);
    if let Some(known) = reader.counts()?.and_then(|counts| counts.get(&key).copied()) {
        return Ok(known);
    }
    let total = number(&mut reader.conn, &statement)?;
    if let Some(counts) = reader.counts()? {
        counts.insert(key, total);
    }
    Ok(total)
}

fn fingerprint(statement: &Statement) -> u64 {
    let mut hasher = DefaultHasher::new();
    statement.text.hash(&mut hasher);
    for bind in &statement.binds {
        match bind {
            Bind::Null => 0_u8.hash(&mut hasher),
            Bind::Int(i) => (1_u8, i).hash(&mut hasher),
            Bind::Float(f) => (2_u8, f.to_bits()).hash(&mut hasher),
            Bind::Text(t) => (3_u8, t).hash(&mut hasher),
            Bind::Bytes(b) => (4_u8, b).hash(&mut hasher),
        }
    }
    hasher.finish()
}

fn number(conn: &mut Conn, statement: &Statement) -> Result<u64> {
    run::number(conn, statement).map(|n| u64::try_from(n).unwrap_or(0))
}

/// The planner's guess.
fn planned_postgres(conn: &mut Conn, schema: &Schema, table: &Ident, filter: &Expr) -> Result<u64> {
    let mut b = Builder::new(EngineKind::Postgres, schema);
    b.uncached();
    b.push("explain (format json) select 1 from ").table(table, Alias::ROOT);
    b.where_filter(Alias::ROOT, filter)?;
    let Some(plan) = run::texts(conn, &b.finish()?, 1)?.and_then(|mut row| row.pop().flatten()) else { return Ok(0) };
    let plan: serde_json::Value = serde_json::from_str(&plan).map_err(tenon_model::Error::internal)?;
    Ok(plan[0]["Plan"]["Plan Rows"].as_u64().unwrap_or(0))
}

/// Counts up to a threshold; beyond it, the table's size times the share of its first rows that meet the filter. SQLite's
/// planner makes no guess that could be read.
fn estimate_sqlite(conn: &mut Conn, schema: &Schema, table: &Ident, filter: &Expr) -> Result<u64> {
    let counted = number(conn, &select::count(EngineKind::Sqlite, schema, table, filter, Some(EXACT_UP_TO + 1))?)?;
    if counted <= EXACT_UP_TO {
        return Ok(counted);
    }
    let mut b = Builder::new(EngineKind::Sqlite, schema);
    b.push("select coalesce(max(_rowid_), 0) from ").ident(table);
    let size = number(conn, &b.finish()?)?;
    if filter.is_always() {
        return Ok(size.max(counted));
    }
    let mut b = Builder::new(EngineKind::Sqlite, schema);
    b.push("select count(*) from (select * from ").ident(table).push(" limit ").bind(Bind::Int(10_000)).push(") as t0");
    b.where_filter(Alias::ROOT, filter)?;
    let sampled = number(conn, &b.finish()?)?;
    Ok((size.saturating_mul(sampled) / EXACT_UP_TO).max(counted))
}
