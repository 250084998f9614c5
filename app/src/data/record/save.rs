//! A save that overwrites nobody.

use indexmap::IndexMap;
use tenon_engine::{
    Engine,
    records::{Record, RecordChange},
};
use tenon_model::{Caller, Code, Ident, Result, Table, Value};

use super::{
    again::{again, conflict, filled},
    inputs::Inputs,
    load::{segment, texts},
    model::mark,
    post::Outcome,
    resolve::entered,
};
use crate::data::{parse, urls};

/// Saves what the person changed.
pub(super) async fn save(engine: &Engine, caller: &Caller, table: &Table, key: &str, inputs: &Inputs) -> Result<Outcome> {
    let key_values = parse::key(&*engine.schema_for(caller)?, table, key)?;
    let Some(record) = engine.record(caller, table.name.clone(), key_values.clone()).await? else {
        return gone(engine, caller, table, key, inputs).await;
    };
    let set = match entered(engine, caller, table, inputs, |_, input| input.touched).await? {
        Ok(set) => set,
        Err(error) => return again(engine, caller, table, Some(key), inputs, error).await,
    };
    if record.version != inputs.get("version") && clashes(table, &record, inputs, &set)? {
        return conflict(engine, caller, table, key, inputs, &set).await;
    }
    let change = RecordChange { table: table.name.clone(), key: key_values, set: set.clone(), version: Some(record.version) };
    match engine.change_record(caller, change).await {
        Ok(saved) => {
            let values = texts(table, &saved.body)?;
            let key = segment(table, &values).unwrap_or_default();
            Ok(Outcome::Done(urls::record(table.name.as_str(), &key), "Saved.".to_owned()))
        }
        Err(error) if error.code == Code::Conflict => conflict(engine, caller, table, key, inputs, &set).await,
        Err(error) if error.code == Code::NotFound => gone(engine, caller, table, key, inputs).await,
        Err(error) if error.code == Code::Internal => Err(error),
        Err(error) => again(engine, caller, table, Some(key), inputs, error).await,
    }
}

async fn gone(engine: &Engine, caller: &Caller, table: &Table, key: &str, inputs: &Inputs) -> Result<Outcome> {
    Ok(Outcome::Again(Box::new(filled(engine, caller, table, Some(key), inputs).await?)))
}

/// Whether somebody else changed a field that this person changed too. Changes of different fields go together.
fn clashes(table: &Table, now: &Record, inputs: &Inputs, set: &IndexMap<Ident, Value>) -> Result<bool> {
    let now = texts(table, &now.body)?;
    Ok(table.columns.iter().zip(&now).any(|(column, now)| {
        let Some(mine) = set.get(&column.name) else { return false };
        let theirs_changed = mark(now.as_deref()) != inputs.get(&format!("m.{}", column.name));
        theirs_changed && mine.to_text(&column.data_type) != *now
    }))
}
