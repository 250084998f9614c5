//! States in the database itself: triggers of each engine that let no row go where no transition leads, whoever writes, and
//! write down where it went. They are taken away before a change of the schema touches their table and made anew after it.

mod history;
mod postgres;
mod sqlite;
mod stuck;

pub(crate) use self::{history::carry, sqlite::key as sqlite_key, stuck::stuck};

use std::{collections::BTreeSet, sync::Arc};

use tenon_model::{Column, Ident, Result, ScalarType, Schema, Table};

use super::{dump::text, sql, step::Transition};
use crate::{
    database::{Conn, EngineKind},
    records::states::words,
};

/// What the names of the triggers begin with.
const PREFIX: &str = "_tenon_state";

/// Takes away the triggers of the tables that the steps touch.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn release(conn: &mut Conn, transitions: &[Transition]) -> Result<()> {
    let Some(first) = transitions.first() else { return Ok(()) };
    let touched = touched(transitions);
    let tables = first.before.tables.values().filter(|table| !table.transitions.is_empty() && touched.contains(&table.name));
    tables.into_iter().try_for_each(|table| take_away(conn, &table.name))
}

/// Makes the triggers of the tables that the steps touched.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn place(conn: &mut Conn, transitions: &[Transition]) -> Result<()> {
    let Some(last) = transitions.last() else { return Ok(()) };
    let touched = touched(transitions);
    for table in last.after.tables.values().filter(|table| touched.contains(&table.name)) {
        for column in table.state_columns() {
            let statements = match conn.kind() {
                EngineKind::Sqlite => sqlite::triggers(&last.after, table, column),
                EngineKind::Postgres => postgres::triggers(&last.after, table, column)?,
            };
            statements.iter().try_for_each(|statement| sql::run(conn, statement))?;
        }
    }
    Ok(())
}

/// Every table that a step changes, or whose enum it changes, by all the names it has on the way.
fn touched(transitions: &[Transition]) -> BTreeSet<Ident> {
    let mut names = BTreeSet::new();
    for step in transitions {
        let enums_differ = step.before.enums != step.after.enums;
        for (name, table) in step.before.tables.iter().chain(&step.after.tables) {
            let differs = !same(step.before.tables.get(name), step.after.tables.get(name));
            if differs || (enums_differ && table.columns.iter().any(|column| of_changed_enum(step, column))) {
                names.insert(name.clone());
            }
        }
    }
    names
}

/// Whether both are the very same: what a step leaves alone is shared.
fn same(before: Option<&Arc<Table>>, after: Option<&Arc<Table>>) -> bool {
    matches!((before, after), (Some(before), Some(after)) if Arc::ptr_eq(before, after))
}

fn of_changed_enum(step: &Transition, column: &Column) -> bool {
    let ScalarType::Enum(name) = column.data_type.element() else { return false };
    step.before.enums.get(name) != step.after.enums.get(name)
}

fn take_away(conn: &mut Conn, table: &Ident) -> Result<()> {
    let named = match conn.kind() {
        EngineKind::Sqlite => format!(
            "select name as v from sqlite_master where type = 'trigger' and tbl_name = {} and substr(name, 1, {}) = '{PREFIX}'",
            text(table.as_str()),
            PREFIX.len()
        ),
        EngineKind::Postgres => format!(
            "select tgname::text as v from pg_trigger where tgrelid = {}::regclass and starts_with(tgname::text, '{PREFIX}')",
            text(&table.quoted())
        ),
    };
    for name in sql::texts(conn, &named)?.into_iter().flatten() {
        let name = format!("\"{}\"", name.replace('"', "\"\""));
        let on = if conn.kind() == EngineKind::Postgres { format!(" on {}", table.quoted()) } else { String::new() };
        sql::run(conn, &format!("drop trigger {name}{on}"))?;
    }
    Ok(())
}

/// Where rows may go, state by state.
struct Ways<'s> {
    /// From nothing; none where a row may begin as anything.
    begin: Option<Way<'s>>,
    /// From every state.
    from: Vec<(&'s str, Way<'s>)>,
}

/// Where rows may go from one state.
struct Way<'s> {
    /// What a row is told that would go elsewhere.
    message: String,
    /// The states it may go to, each with the transition's name, if one is named for it.
    to: Vec<(&'s str, Option<&'s Ident>)>,
}

fn ways<'s>(schema: &'s Schema, table: &'s Table, column: &'s Column) -> Ways<'s> {
    let named = |state: &str| table.transitions_of(&column.name).find(|t| t.is_beginning() && t.to == state).map(|t| &t.name);
    let begin = table.beginnings(&column.name).map(|states| Way {
        message: words::begins_only(table, &column.name, &states),
        to: states.into_iter().map(|state| (state, named(state))).collect(),
    });
    let ScalarType::Enum(name) = column.data_type.element() else { return Ways { begin, from: Vec::new() } };
    let from = schema.enum_values(name.as_str()).iter().map(|state| {
        let to = table.states_after(&column.name, state).map(|t| (t.to.as_str(), Some(&t.name))).collect();
        (state.as_str(), Way { message: words::goes_only(table, &column.name, state), to })
    });
    Ways { begin, from: from.collect() }
}
