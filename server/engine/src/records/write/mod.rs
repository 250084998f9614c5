//! Writes: checked and completed before SQL, then one unit of work.

mod check;
mod delete;
pub(crate) mod insert;
mod references;
mod returning;
mod rows;
mod undo;
mod update;

pub(crate) use update::{check_update, run_update};

use tenon_model::{Caller, Code, Error, Expr, Ident, Result, Schema, Table};

use super::{
    Returning,
    access::{self, Privilege},
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

/// Passes callers who may write and read back what they ask to see.
fn require<'s>(
    caller: &Caller,
    schema: &'s Schema,
    name: &Ident,
    privilege: Privilege,
    returning: &Returning,
) -> Result<&'s Table> {
    access::require(caller, schema, name, privilege)?;
    if let Returning::Rows(select, _) = returning {
        access::require(caller, schema, name, Privilege::Select)?;
        access::require_select(caller, schema, select)?;
    }
    access::table(schema, name)
}

/// As [`require`], for rows found by a filter: looking at them is reading.
fn require_filtered<'s>(
    caller: &Caller,
    schema: &'s Schema,
    name: &Ident,
    privilege: Privilege,
    (filter, limit): (&Expr, Option<u64>),
    returning: &Returning,
) -> Result<&'s Table> {
    if !filter.is_always() || limit.is_some() {
        access::require(caller, schema, name, Privilege::Select)?;
        access::require_expr(caller, schema, filter)?;
    }
    require(caller, schema, name, privilege, returning)
}
