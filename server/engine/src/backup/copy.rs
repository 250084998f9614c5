//! Everything from one instance into an empty one.

use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query, sql_types};
use tenon_model::{Code, Ident, Result, Schema, Table};
use tokio::runtime::Handle;

use super::{
    rows::{self, Copied},
    system,
};
use crate::{
    Engine,
    database::{Conn, EngineKind, Translate},
    tables::{catalog, dump},
};

/// Copies everything, from one snapshot of `source`. What was copied before a failure is taken away again.
pub(super) async fn everything(source: &Engine, target: &Engine) -> Result<()> {
    let runtime = Handle::current();
    let receiver = target.clone();
    let reading = source.database().with_timeout(std::time::Duration::ZERO);
    let copied = reading.read(move |conn| copy(conn, &receiver, &runtime)).await;
    if copied.is_err() {
        clean_up(target).await;
    }
    copied
}

/// Blocks.
fn copy(conn: &mut Conn, target: &Engine, runtime: &Handle) -> Result<()> {
    let schema = catalog::load(conn)?;
    // SQLite does not enforce references while rows are copied; PostgreSQL gets them afterwards.
    let late_references = target.database().kind() == EngineKind::Postgres;
    let first = without_late_checks(without_late(&schema, late_references));
    change(target, runtime, dump::dump(&first))?;
    for table in schema.tables.values() {
        rows::copy(conn, target, runtime, &copied(table, &schema))?;
        for column in table.columns.iter().filter(|c| c.identity.is_some()) {
            let last = last_number(conn, table, &column.name)?;
            let (table, column) = (table.name.clone(), column.name.clone());
            runtime.block_on(target.database().write_unchecked(move |conn| set_last_number(conn, &table, &column, last)))?;
        }
    }
    if late_references {
        change(target, runtime, references(&schema))?;
    }
    change(target, runtime, dump::transitions(&schema))?;
    change(target, runtime, schema.tables.values().map(|table| dump::late_checks(table)).collect())?;
    system(conn, target, runtime, &schema)?;
    // Users are there last of all.
    if late_references { runtime.block_on(target.database().write_unchecked(move |conn| to_users(conn, &schema))) } else { Ok(()) }
}

/// References to users, which the catalog has already.
fn to_users(conn: &mut Conn, schema: &Schema) -> Result<()> {
    for table in schema.tables.values() {
        for key in table.foreign_keys.iter().filter(|key| key.is_to_users()) {
            let sql = format!("alter table {} add {}", table.name.quoted(), crate::tables::postgres::foreign_key(key));
            conn.batch_execute(&sql).translate()?;
        }
    }
    Ok(())
}

fn change(target: &Engine, runtime: &Handle, sql: String) -> Result<()> {
    if sql.trim().is_empty() {
        return Ok(());
    }
    runtime.block_on(target.copy_schema(sql)).map(drop)
}

fn system(conn: &mut Conn, target: &Engine, runtime: &Handle, schema: &Schema) -> Result<()> {
    runtime.block_on(target.database().write_unchecked(system::clear))?;
    for table in system::tables(schema)? {
        rows::copy(conn, target, runtime, &table)?;
    }
    let versions = system::versions(conn)?;
    runtime.block_on(target.database().write_unchecked(move |conn| system::raise(conn, &versions)))
}

fn copied<'s>(table: &Table, schema: &'s Schema) -> Copied<'s> {
    let written = table.columns.iter().filter(|column| column.generated.is_none());
    let columns = written.map(|column| (column.name.clone(), column.data_type.clone())).collect();
    Copied { name: table.name.clone(), columns, schema }
}

/// The schema without what would stand in the rows' way: references, and states, which rows have wherever they began.
fn without_late(schema: &Schema, late_references: bool) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        let table = std::sync::Arc::make_mut(table);
        table.transitions.clear();
        if late_references {
            table.foreign_keys.clear();
        }
    }
    schema
}

/// Checks that rows may fail come after the rows.
fn without_late_checks(mut schema: Schema) -> Schema {
    for table in schema.tables.values_mut() {
        std::sync::Arc::make_mut(table).checks.retain(|check| !check.not_valid);
    }
    schema
}

fn references(schema: &Schema) -> String {
    let keys = schema.tables.values().flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
    keys.filter(|(_, key)| !key.is_to_users()).map(|(table, key)| dump::add_foreign_key(table, key)).collect()
}

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = sql_types::Nullable<sql_types::BigInt>)]
    last: Option<i64>,
}

/// The last number that an identity column gave, if it gave any.
fn last_number(conn: &mut Conn, table: &Table, column: &Ident) -> Result<Option<i64>> {
    let rows: Result<Vec<Last>> = match conn {
        Conn::Sqlite(conn) => sql_query("SELECT seq AS last FROM sqlite_sequence WHERE name = ?")
            .bind::<sql_types::Text, _>(table.name.as_str())
            .load(conn)
            .translate(),
        Conn::Postgres(conn) => sql_query("SELECT pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass) AS last")
            .bind::<sql_types::Text, _>(table.name.quoted())
            .bind::<sql_types::Text, _>(column.as_str())
            .load(conn)
            .translate(),
    };
    match rows {
        // SQLite makes the table of counters with the first table that counts.
        Err(error) if error.code == Code::UnknownTable => Ok(None),
        rows => Ok(rows?.pop().and_then(|row| row.last)),
    }
}

/// The next number is the one after `last` and after all that are there.
fn set_last_number(conn: &mut Conn, table: &Ident, column: &Ident, last: Option<i64>) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => set_sqlite_counter(conn, table, last),
        Conn::Postgres(conn) => {
            let largest = format!("greatest((SELECT max({}) FROM {}), $3)", column.quoted(), table.quoted());
            sql_query(format!("SELECT setval(pg_get_serial_sequence($1, $2), {largest}) WHERE {largest} >= 1"))
                .bind::<sql_types::Text, _>(table.quoted())
                .bind::<sql_types::Text, _>(column.as_str())
                .bind::<sql_types::Nullable<sql_types::BigInt>, _>(last)
                .execute(conn)
                .map(drop)
                .translate()
        }
    }
}

/// SQLite itself keeps the counter at the largest number that is there; the last one given may be larger.
fn set_sqlite_counter(conn: &mut SqliteConnection, table: &Ident, last: Option<i64>) -> Result<()> {
    let Some(last) = last else { return Ok(()) };
    for sql in [
        "INSERT INTO sqlite_sequence (name, seq) SELECT ?2, ?1 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?2)",
        "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = ?2",
    ] {
        let set = sql_query(sql).bind::<sql_types::BigInt, _>(last).bind::<sql_types::Text, _>(table.as_str());
        match set.execute(conn).translate() {
            Err(error) if error.code == Code::UnknownTable => return Ok(()),
            outcome => outcome.map(drop)?,
        }
    }
    Ok(())
}

/// Takes away what a failed copy left, as far as that works: the instance was empty before.
async fn clean_up(target: &Engine) {
    if target.refresh_schema().await.is_err() {
        return;
    }
    let schema = target.definition();
    let mut sql = String::new();
    for name in schema.views.keys() {
        sql.push_str(&format!("drop view if exists {} cascade;\n", name.quoted()));
    }
    for name in schema.functions.keys() {
        sql.push_str(&format!("drop function if exists {} cascade;\n", tenon_model::schema::function_sql(name)));
    }
    for table in schema.tables.keys() {
        sql.push_str(&format!("drop table {} cascade;\n", table.quoted()));
    }
    for name in schema.enums.keys() {
        sql.push_str(&format!("drop type {};\n", name.quoted()));
    }
    if !sql.is_empty()
        && let Err(error) = target.copy_schema(sql).await
    {
        tracing::error!(%error, "what a failed restore left could not be taken away");
    }
}
