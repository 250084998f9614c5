//! What the grid asks of the server.

use leptos::{prelude::*, server_fn::codec::Json};

use super::model::{CellChange, CellOutcome, GridPage};
use crate::AppError;

/// The page of a table's grid that an address (its query) names.
#[server(endpoint = "grid")]
pub(crate) async fn read_grid(table: String, query: String) -> Result<GridPage, AppError> {
    let state = super::state::GridState::parse(&query);
    let (engine, caller) = crate::context::viewer(&state.seen_as).await?;
    Ok(super::load::grid_page(&engine, &caller, &table, &state).await?)
}

/// The whole value of a cell as it is now; its editor starts from it.
#[server(endpoint = "grid/cell")]
pub(crate) async fn read_cell(
    table: String,
    key: String,
    column: String,
    #[server(default)] seen_as: String,
) -> Result<Option<String>, AppError> {
    let (engine, caller) = crate::context::viewer(&seen_as).await?;
    Ok(server::cell(&engine, &caller, &table, &key, &column).await?)
}

/// Saves a cell if it still is as the person saw it.
#[server(endpoint = "grid/change", input = Json)]
pub(crate) async fn change_cell(change: CellChange) -> Result<CellOutcome, AppError> {
    let (engine, caller) = crate::context::viewer(&change.seen_as).await?;
    Ok(server::change(&engine, &caller, change).await?)
}

/// Deletes or duplicates the ticked rows and goes back to the grid.
#[server(endpoint = "grid/rows")]
pub(crate) async fn change_rows(
    table: String,
    verb: String,
    back: String,
    #[server(default)] keys: Vec<String>,
    #[server(default)] seen_as: String,
) -> Result<(), AppError> {
    use crate::flash::{Flash, leave};
    let (engine, caller) = crate::context::viewer(&seen_as).await?;
    let outcome = super::bulk::change_rows(&engine, &caller, &table, &verb, &keys).await;
    leave(match outcome {
        Ok(sentence) => Flash::Done(sentence),
        Err(error) => Flash::Failed(AppError::from(error).error),
    });
    crate::context::redirect(&back);
    Ok(())
}

#[cfg(feature = "ssr")]
mod server {
    use std::collections::BTreeMap;

    use indexmap::IndexMap;
    use serde_json::value::RawValue;
    use tenon_engine::{Engine, records::RecordChange};
    use tenon_model::{Caller, Code, Column, Error, Result, Value};

    use super::{CellChange, CellOutcome};
    use crate::data::{
        grid::{load, query::key_filter},
        parse, rows,
    };

    pub(super) async fn cell(engine: &Engine, caller: &Caller, table: &str, key: &str, column: &str) -> Result<Option<String>> {
        let schema = engine.schema_for(caller)?;
        let table = schema.require_table(table)?;
        let key = parse::key(&schema, table, key)?;
        let record = engine.record(caller, table.name.clone(), key).await?.ok_or_else(gone)?;
        value_of(&record.body, table.require_column(column)?)
    }

    pub(super) async fn change(engine: &Engine, caller: &Caller, change: CellChange) -> Result<CellOutcome> {
        // Another process may have changed the table a moment ago; a read by its old columns would fail.
        engine.refresh_schema().await?;
        let schema = engine.schema_for(caller)?;
        let table = schema.require_table(&change.table)?.clone();
        let key = parse::key(&schema, &table, &change.key)?;
        let Some(record) = engine.record(caller, table.name.clone(), key.clone()).await? else { return Ok(CellOutcome::Gone) };
        let column = table.require_column(&change.column)?;
        let now = value_of(&record.body, column)?;
        if now != change.seen && now != change.value {
            return Ok(CellOutcome::Conflict { theirs: now });
        }
        let value = match &change.value {
            Some(text) => parse::value(&schema, &column.data_type, text)?,
            None => Value::Null,
        };
        let set = IndexMap::from([(column.name.clone(), value.clone())]);
        let write = RecordChange { table: table.name.clone(), key: key.clone(), set, version: Some(record.version) };
        if let Err(error) = engine.change_record(caller, write).await {
            return conflict(column, error);
        }
        // The change may have been one of the key itself.
        let mut key = key;
        if let Some(position) = table.key_columns().iter().position(|name| *name == column.name) {
            key[position] = value;
        }
        Ok(saved(engine, caller, &change, &key).await)
    }

    /// The row after the write. The write is done: whatever keeps the row from being read is no failure of it.
    async fn saved(engine: &Engine, caller: &Caller, change: &CellChange, key: &[Value]) -> CellOutcome {
        let _ = engine.refresh_schema().await;
        let Ok(schema) = engine.schema_for(caller) else { return CellOutcome::Saved { row: None, reshaped: true } };
        let Some(table) = schema.table(&change.table) else { return CellOutcome::Saved { row: None, reshaped: true } };
        let reshaped = change.shown.iter().any(|name| table.column(name).is_none());
        match load::grid_row(engine, caller, table, &change.shown, key_filter(table, key)).await {
            Ok(row) => CellOutcome::Saved { row, reshaped },
            Err(_) => CellOutcome::Saved { row: None, reshaped: true },
        }
    }

    /// Somebody was faster between the look and the write: that is no failure but the same question to the person.
    fn conflict(column: &Column, error: Error) -> Result<CellOutcome> {
        match (error.code, &error.details) {
            (Code::Conflict, Some(body)) => Ok(CellOutcome::Conflict { theirs: value_of(body, column)? }),
            (Code::NotFound, _) => Ok(CellOutcome::Gone),
            _ => Err(error),
        }
    }

    /// By name, since the table may have lost a column between the look at the schema and the read.
    fn value_of(body: &str, column: &Column) -> Result<Option<String>> {
        let values: BTreeMap<String, &RawValue> = serde_json::from_str(body).map_err(Error::internal)?;
        let value = values.get(column.name.as_str()).ok_or_else(|| {
            Error::new(Code::UnknownColumn, format!("The column \"{}\" is gone: somebody changed the table.", column.name))
        })?;
        Ok(rows::shown(value, &column.data_type))
    }

    fn gone() -> Error {
        Error::new(Code::NotFound, "This record is gone: somebody deleted it.")
    }
}
