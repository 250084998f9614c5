//! Writes: checked and completed before SQL, then one unit of work.

mod acted;
mod check;
mod delete;
pub(crate) mod insert;
mod references;
mod returning;
mod rows;
mod undo;
mod update;

pub(super) use acted::noted;
pub(crate) use check::misfit;
pub(super) use rows::complete;
pub(crate) use update::{check_update, run_update};

use tenon_model::{Code, Command, Error, Expr, Ident, OrderBy, Result, Schema, Table};

use super::{
    Returning,
    access::{self, Rights},
};

/// Refuses changes of every row that nobody asked for.
fn refuse_unfiltered(verb: &str, filter: &Expr, all: bool) -> Result<()> {
    if all || !filter.is_always() {
        return Ok(());
    }
    Err(Error::new(Code::UnfilteredWrite, format!("{verb} requires a WHERE clause"))
        .with_hint("add a filter, or ask for every row explicitly"))
}

/// Whether a write looks at the table's columns: to find rows, to choose the first of them, to answer with them.
fn reads(filter: &Expr, limit: Option<u64>, returning: &Returning) -> bool {
    !filter.is_always() || limit.is_some() || matches!(returning, Returning::Rows(..))
}

/// Refuses a write that touched more rows than the caller expects.
fn check_affected(rows: u64, most: Option<u64>) -> Result<()> {
    if most.is_none_or(|most| rows <= most) {
        return Ok(());
    }
    Err(Error::new(Code::TooLarge, "Query result exceeds max-affected preference constraint")
        .with_details(format!("The query affects {rows} rows")))
}

/// Passes callers who may write these columns and read back what they ask to see.
fn require<'s>(
    rights: &Rights<'_>,
    schema: &'s Schema,
    name: &Ident,
    (command, columns): (Command, &mut dyn Iterator<Item = &Ident>),
    returning: &Returning,
) -> Result<&'s Table> {
    rights.require_columns(name, command, columns)?;
    if let Returning::Rows(select, _) = returning {
        rights.require(name, Command::Select)?;
        rights.require_select(name, select)?;
    }
    access::table(schema, name)
}

/// The columns of which a failure must say nothing.
pub(crate) fn unreadable(rights: &Rights<'_>, table: &Table) -> Vec<Ident> {
    let grants = rights.grants(table);
    let hidden = table.columns.iter().filter(|column| !grants.may_column(Command::Select, column.name.as_str()));
    hidden.map(|column| column.name.clone()).collect()
}

/// Passes callers who may read what finds the rows of a write: looking at them is reading.
fn require_found(rights: &Rights<'_>, table: &Table, filter: &Expr, limit: Option<u64>, order: &[OrderBy]) -> Result<()> {
    let name = &table.name;
    if !filter.is_always() || limit.is_some() {
        rights.require(name, Command::Select)?;
        rights.require_expr(name, filter)?;
    }
    if limit.is_some() {
        // The first of them are told by their keys.
        rights.require_columns(name, Command::Select, table.key_columns())?;
    }
    rights.require_order(name, order)
}
