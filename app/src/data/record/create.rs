//! A new record.

use tenon_engine::{
    Engine,
    records::{Format, Insert, Missing, RecordSet, Returning},
};
use tenon_model::{Caller, Code, ReadQuery, Result, Table};

use super::{
    again::again,
    inputs::Inputs,
    load::{segment, title},
    post::Outcome,
    resolve::entered,
};
use crate::data::{rows, urls};

/// Makes a record of what the person entered.
pub(super) async fn create(engine: &Engine, caller: &Caller, table: &Table, inputs: &Inputs) -> Result<Outcome> {
    let result = match entered(engine, caller, table, inputs, |field, _| !inputs.is_blank(&field.column)).await? {
        Ok(set) => {
            let (columns, row) = set.into_iter().map(|(name, value)| (name, Some(value))).unzip();
            insert(engine, caller, table, RecordSet { columns, rows: vec![row] }).await
        }
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.code != Code::Internal => again(engine, caller, table, None, inputs, error).await,
        result => result,
    }
}

async fn insert(engine: &Engine, caller: &Caller, table: &Table, records: RecordSet) -> Result<Outcome> {
    let insert = Insert {
        table: table.name.clone(),
        records,
        missing: Missing::Default,
        on_conflict: None,
        returning: Returning::Rows(ReadQuery::all(table).select, Format::Json),
        rollback: false,
        max_affected: None,
    };
    let made = engine.insert(caller, insert).await?;
    let values: Vec<Option<String>> =
        rows::rows(&made.body)?.into_iter().next().map(|row| row.0.into_iter().map(rows::text).collect()).unwrap_or_default();
    let href =
        segment(table, &values).map_or_else(|| urls::grid(table.name.as_str()), |key| urls::record(table.name.as_str(), &key));
    Ok(Outcome::Done(href, format!("Added “{}”.", title(table, &values))))
}
