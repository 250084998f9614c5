//! Reads the states of a record.

use tenon_engine::{
    Engine,
    records::{StateChange, StateWay},
};
use tenon_model::{Caller, Result, Schema, Table, Value};

use super::{Came, StateView, StatesModel, Way, drawing};

/// The states of a record; none for a table without any.
///
/// # Errors
/// As [`Engine::record_states`].
pub(crate) async fn states(
    engine: &Engine,
    caller: &Caller,
    schema: &Schema,
    table: &Table,
    key: Vec<Value>,
) -> Result<Option<StatesModel>> {
    if table.transitions.is_empty() {
        return Ok(None);
    }
    let Some(found) = engine.record_states(caller, table.name.clone(), key).await? else { return Ok(None) };
    let several = found.now.len() > 1;
    let now = found.now.into_iter().map(|now| StateView {
        svg: drawing(schema, table, &now.column, Some(&now.state)),
        ways: now.ways.into_iter().map(shown).collect(),
        column: now.column.to_string(),
        state: now.state,
    });
    Ok(Some(StatesModel {
        now: now.collect(),
        history: found.history.into_iter().map(|change| came(change, several)).collect(),
        more: found.more,
    }))
}

fn shown(way: StateWay) -> Way {
    let closed = (!way.open).then(|| "closed just now: the record does not meet its condition".to_owned());
    Way { transition: way.transition.to_string(), label: way.label, to: way.to, closed }
}

fn came(change: StateChange, several: bool) -> Came {
    Came {
        column: several.then_some(change.column),
        from: change.from,
        to: change.to,
        by: change.transition,
        who: change.who.unwrap_or_else(|| "another program".to_owned()),
        at: change.at,
    }
}
