//! Stored computed columns, kept right whoever writes: triggers that come and go with every change of the schema.
//!
//! What rests on its own row alone is a generated column of the table on SQLite, and a trigger before each write on
//! PostgreSQL, whose generated columns know fewer functions than expressions have. What rests on other rows (a [`Link`]) is
//! renewed once for each row that it belongs to, at the end of the unit of work: triggers on the other table note which rows
//! are touched, and whoever ends the work renews them ([`Settlement`] on SQLite, a deferred trigger on PostgreSQL).

mod link;
mod postgres;
mod sqlite;
mod together;
mod value;

use tenon_model::{Column, Ident, Result, Schema, Table};

pub(crate) use self::{
    link::Link,
    sqlite::Settlement,
    value::{base, own_value},
};
use super::sql;
use crate::database::{Conn, EngineKind};
pub(crate) use crate::records::policies::computed::moment_or_person;

/// Whether a column's value is kept by what this module makes.
fn is_kept(kind: EngineKind, column: &Column) -> bool {
    let Some(generated) = &column.generated else { return false };
    generated.stored && (kind == EngineKind::Postgres || generated.reads_tables())
}

/// The columns that are kept so, each with its table.
fn kept(kind: EngineKind, schema: &Schema) -> impl Iterator<Item = (&Table, &Column)> {
    let columns = schema.tables.values().flat_map(|table| table.columns.iter().map(move |column| (table.as_ref(), column)));
    columns.filter(move |(_, column)| is_kept(kind, column))
}

/// Takes everything away, so that tables can be changed.
///
/// # Errors
/// Whatever the database answers.
pub(super) fn unhook(conn: &mut Conn, before: &Schema, after: &Schema) -> Result<()> {
    let kind = conn.kind();
    if kept(kind, before).next().is_none() {
        return Ok(());
    }
    match kind {
        EngineKind::Sqlite => sqlite::unhook(conn)?,
        EngineKind::Postgres => postgres::unhook(conn)?,
    }
    let wanted = link::indexes(after)?;
    for (name, _) in link::indexes(before)?.iter().filter(|(name, _)| !wanted.iter().any(|(other, _)| other == name)) {
        sql::run(conn, &format!("drop index if exists {}", name.quoted()))?;
    }
    Ok(())
}

/// Makes everything anew for the schema as it is now, and computes what is new.
///
/// # Errors
/// Whatever the database answers.
pub(super) fn hook(conn: &mut Conn, before: &Schema, after: &Schema) -> Result<()> {
    let kind = conn.kind();
    if kept(kind, after).next().is_none() {
        return Ok(());
    }
    for (_, statement) in link::indexes(after)? {
        sql::run(conn, &statement)?;
    }
    let statements = match kind {
        EngineKind::Sqlite => sqlite::hook(after)?,
        EngineKind::Postgres => postgres::hook(after)?,
    };
    statements.iter().try_for_each(|statement| sql::run(conn, statement))?;
    for table in after.tables.values() {
        let new: Vec<&Column> =
            table.columns.iter().filter(|c| is_kept(kind, c) && !is_unchanged(before, &table.name, c)).collect();
        if new.is_empty() {
            continue;
        }
        let fill = match kind {
            EngineKind::Sqlite => sqlite::fill(after, table, &new)?,
            EngineKind::Postgres => postgres::fill(table, &new),
        };
        sql::run(conn, &fill)?;
    }
    let settlement = Settlement::new(kind, after)?;
    if settlement.is_idle() { Ok(()) } else { settlement.run(conn) }
}

fn is_unchanged(before: &Schema, table: &Ident, column: &Column) -> bool {
    before.table(table.as_str()).and_then(|t| t.column(column.name.as_str())).is_some_and(|c| c.generated == column.generated)
}
