//! The triggers on PostgreSQL: they call the functions of Tenon's migrations with what is theirs.

use serde_json::{Map, Value, json};
use tenon_model::{Column, Result, Schema, Table};

use super::{PREFIX, Way, Ways, ways};
use crate::tables::dump::text;

/// The statements that make them.
pub(super) fn triggers(schema: &Schema, table: &Table, column: &Column) -> Result<Vec<String>> {
    let ways = as_json(&ways(schema, table, column));
    let key: Vec<String> = table.key_columns().iter().map(|name| text(name.as_str())).collect();
    let mut arguments = vec![text(column.name.as_str()), text(&ways.to_string())];
    arguments.extend(key.iter().cloned());
    let number = table.columns.iter().position(|c| c.name == column.name).unwrap_or_default();
    let (own, state) = (table.name.quoted(), column.name.quoted());
    let call = format!("for each row execute function _tenon_state({})", arguments.join(", "));
    let goes = format!("for each row when (old.{state} is distinct from new.{state}) {}", call.trim_start_matches("for each row "));
    let mut all = vec![
        format!("create trigger {PREFIX}_{number}_begins after insert on {own} {call}"),
        format!("create trigger {PREFIX}_{number}_goes after update on {own} {goes}"),
    ];
    if !key.is_empty() && table.state_columns().next().is_some_and(|first| first.name == column.name) {
        let changed = table.key_columns().iter().map(|name| format!("old.{0} is distinct from new.{0}", name.quoted()));
        all.push(format!(
            "create trigger {PREFIX}_key after update on {own} for each row when ({}) execute function _tenon_state_key({})",
            changed.collect::<Vec<_>>().join(" or "),
            key.join(", ")
        ));
    }
    Ok(all)
}

fn as_json(ways: &Ways<'_>) -> Value {
    let begin = ways.begin.as_ref().map(|way| (String::new(), way_as_json(way)));
    let from = ways.from.iter().map(|(state, way)| ((*state).to_owned(), way_as_json(way)));
    Value::Object(begin.into_iter().chain(from).collect())
}

fn way_as_json(way: &Way<'_>) -> Value {
    let to: Map<String, Value> = way.to.iter().map(|(state, name)| ((*state).to_owned(), json!(name))).collect();
    json!({ "message": way.message, "to": to })
}
