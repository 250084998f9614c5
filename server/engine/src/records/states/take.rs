//! Taking a transition by its name: what a button does.

use indexmap::IndexMap;
use tenon_model::{Caller, Ident, Result, StateTransition, Table, Value};

use super::words;
use crate::{
    Engine,
    records::{Record, RecordChange, access},
};

impl Engine {
    /// Takes a record on by a transition.
    ///
    /// # Errors
    /// [`tenon_model::Code::NotFound`] if there is no such transition, or no such record that the caller may see;
    /// [`tenon_model::Code::Conflict`] if the record is in another state by now; [`tenon_model::Code::Forbidden`],
    /// [`tenon_model::Code::CheckViolation`] if the caller may not take it, or not now.
    pub async fn take_transition(&self, caller: &Caller, table: Ident, key: Vec<Value>, name: &Ident) -> Result<Record> {
        let schema = self.schema();
        let found = access::table(&schema, &table)?;
        let transition = found.transitions.iter().find(|t| t.name == *name && !t.is_beginning());
        let transition = transition.ok_or_else(|| words::unknown(found, name))?.clone();
        let set = IndexMap::from([(transition.column.clone(), Value::Text(transition.to.clone()))]);
        let change = RecordChange { table, key, set, version: None };
        self.change_record_by(caller, change, Some(transition)).await
    }
}

/// Passes a record in a state that the transition leads from.
pub(in crate::records) fn leads_on(table: &Table, transition: &StateTransition, record: &Record) -> Result<()> {
    let values: serde_json::Value = serde_json::from_str(&record.body).map_err(tenon_model::Error::internal)?;
    let state = values.get(transition.column.as_str()).and_then(serde_json::Value::as_str);
    if state.is_some_and(|state| transition.from.iter().any(|from| from == state)) {
        return Ok(());
    }
    Err(words::went_on(table, transition, state))
}
