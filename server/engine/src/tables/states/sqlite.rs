//! The triggers on SQLite: of built-in functions and nothing newer than strict tables, so that any program can write.

use tenon_model::{Column, Ident, ScalarType, Schema, Table};

use super::{PREFIX, Way, Ways, ways};
use crate::tables::dump::text;

const INTO: &str = "INSERT INTO _tenon_transitions (id, table_name, row_key, column_name, from_state, to_state, transition, who, who_id, at) \
     VALUES ((SELECT coalesce(max(id), 0) + 1 FROM _tenon_transitions), ";
const ACTOR: &str = "(SELECT who FROM _tenon_actor), (SELECT who_id FROM _tenon_actor), \
                     coalesce((SELECT at FROM _tenon_actor), strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))";

/// The statements that make them.
pub(super) fn triggers(schema: &Schema, table: &Table, column: &Column) -> Vec<String> {
    let ways = ways(schema, table, column);
    let mut all = vec![begins(table, column, &ways), goes(table, column, &ways)];
    if !table.key_columns().is_empty() && table.state_columns().next().is_some_and(|first| first.name == column.name) {
        all.push(follows(table));
    }
    all
}

fn named(table: &Table, what: &str) -> String {
    format!("\"{PREFIX}_{}_{}\"", table.name.as_str().replace('"', "\"\""), what.replace('"', "\"\""))
}

fn begins(table: &Table, column: &Column, ways: &Ways<'_>) -> String {
    let state = format!("new.{}", column.name.quoted());
    let mut name = "null".to_owned();
    let mut refuse = String::new();
    if let Some(way) = &ways.begin {
        refuse = format!("SELECT RAISE(ABORT, {}) WHERE {state} NOT IN ({});\n  ", text(&way.message), list(way));
        name = case(&state, names(way));
    }
    let own = named(table, &format!("{}_begins", column.name));
    let entry = entry(table, column, "null", &name);
    format!("CREATE TRIGGER {own} AFTER INSERT ON {} BEGIN\n  {refuse}{entry};\nEND", table.name.quoted())
}

fn goes(table: &Table, column: &Column, ways: &Ways<'_>) -> String {
    let (was, state) = (format!("old.{}", column.name.quoted()), format!("new.{}", column.name.quoted()));
    let (mut refuse, mut taken) = (String::new(), Vec::new());
    for (from, way) in &ways.from {
        let (from, message) = (text(from), text(&way.message));
        let condition = format!("{was} = {from} AND {state} NOT IN ({})", list(way));
        refuse.push_str(&format!("SELECT RAISE(ABORT, {message}) WHERE {condition};\n  "));
        if !way.to.is_empty() {
            taken.push((from, case(&state, names(way))));
        }
    }
    let own = named(table, &format!("{}_goes", column.name));
    let entry = entry(table, column, &was, &case(&was, taken.into_iter()));
    format!(
        "CREATE TRIGGER {own} AFTER UPDATE OF {} ON {} WHEN {state} <> {was} BEGIN\n  {refuse}{entry};\nEND",
        column.name.quoted(),
        table.name.quoted()
    )
}

/// The states that a way leads to.
fn list(way: &Way<'_>) -> String {
    way.to.iter().map(|(state, _)| text(state)).collect::<Vec<_>>().join(", ")
}

/// The same, each with the name of the transition that leads there.
fn names(way: &Way<'_>) -> impl Iterator<Item = (String, String)> {
    way.to.iter().filter_map(|(state, name)| name.map(|name| (text(state), text(name.as_str()))))
}

/// What was written down of a row follows it to a new key.
fn follows(table: &Table) -> String {
    let changed = table.key_columns().iter().map(|name| format!("new.{0} IS NOT old.{0}", name.quoted()));
    format!(
        "CREATE TRIGGER {} AFTER UPDATE OF {} ON {} WHEN {} BEGIN\n  \
         UPDATE _tenon_transitions SET row_key = {} WHERE table_name = {} AND row_key = {};\nEND",
        named(table, "key"),
        crate::tables::sql::list(table.key_columns()),
        table.name.quoted(),
        changed.collect::<Vec<_>>().join(" OR "),
        key(table, "new"),
        text(table.name.as_str()),
        key(table, "old")
    )
}

fn entry(table: &Table, column: &Column, from: &str, transition: &str) -> String {
    let (own, name, state) = (text(table.name.as_str()), text(column.name.as_str()), column.name.quoted());
    format!("{INTO}{own}, {}, {name}, {from}, new.{state}, {transition}, {ACTOR})", key(table, "new"))
}

/// `CASE value WHEN … THEN … END`.
fn case(value: &str, cases: impl Iterator<Item = (String, String)>) -> String {
    let branches: String = cases.map(|(when, then)| format!(" WHEN {when} THEN {then}")).collect();
    if branches.is_empty() { "null".to_owned() } else { format!("CASE {value}{branches} END") }
}

/// A row's primary key as the history knows it: a JSON array of texts.
pub(crate) fn key(table: &Table, row: &str) -> String {
    if table.key_columns().is_empty() {
        return "null".to_owned();
    }
    let part = |name: &Ident| {
        let column = format!("{row}.{}", name.quoted());
        let boolean = table.column(name.as_str()).is_some_and(|c| c.data_type.scalar() == Some(&ScalarType::Boolean));
        if boolean { format!("json_quote(iif({column}, 'true', 'false'))") } else { format!("json_quote(CAST({column} AS TEXT))") }
    };
    format!("'[' || {} || ']'", table.key_columns().iter().map(part).collect::<Vec<_>>().join(" || ',' || "))
}
