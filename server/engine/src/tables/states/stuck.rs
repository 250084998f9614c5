//! Rows that are in states with no way out, told before a change is made.

use tenon_model::{Column, Result, ScalarType, Schema, Table};

use crate::{
    database::Conn,
    tables::{
        dump::text,
        sql,
        step::{Step, Transition},
    },
};

/// A sentence on the rows of a table that a change of its transitions leaves in states that lead nowhere; empty if there are
/// none.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn stuck(conn: &mut Conn, now: &Schema, transition: &Transition) -> Result<String> {
    let Step::SetTransitions(name) = &transition.step else { return Ok(String::new()) };
    let (Some(table), Some(there)) = (transition.after.table(name.as_str()), now.table(name.as_str())) else {
        return Ok(String::new());
    };
    let mut told = String::new();
    for column in table.state_columns().filter(|column| there.column(column.name.as_str()).is_some()) {
        let counts = counts(conn, table, column, &last(&transition.after, table, column))?;
        if !counts.is_empty() {
            told.push_str(&format!(" Rows in states of \"{}\" that lead nowhere: {}.", column.name, counts.join(", ")));
        }
    }
    Ok(told)
}

/// The states that lead nowhere.
fn last<'s>(schema: &'s Schema, table: &Table, column: &Column) -> Vec<&'s String> {
    let ScalarType::Enum(name) = column.data_type.element() else { return Vec::new() };
    let states = schema.enum_values(name.as_str()).iter();
    states.filter(|state| table.states_after(&column.name, state).next().is_none()).collect()
}

/// `state (rows)` for each of the states that has any.
fn counts(conn: &mut Conn, table: &Table, column: &Column, states: &[&String]) -> Result<Vec<String>> {
    if states.is_empty() {
        return Ok(Vec::new());
    }
    let state = format!("cast({} as text)", column.name.quoted());
    let list = states.iter().map(|state| text(state)).collect::<Vec<_>>().join(", ");
    let counted = format!(
        "select {state} || ' (' || cast(count(*) as text) || ')' as v from {} where {state} in ({list}) group by {state} order by {state}",
        table.name.quoted()
    );
    Ok(sql::texts(conn, &counted)?.into_iter().flatten().collect())
}
