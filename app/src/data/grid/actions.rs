//! What the grid asks of the server.

use leptos::prelude::*;

use super::model::{CellOutcome, GridPage};
use crate::AppError;

/// The page of a table's grid that an address (its query) names.
#[server(endpoint = "grid")]
pub(crate) async fn read_grid(table: String, query: String) -> Result<GridPage, AppError> {
    let (engine, caller) = crate::context::caller().await?;
    let state = super::state::GridState::parse(&query);
    Ok(super::load::grid_page(&engine, &caller, &table, &state).await?)
}

/// The whole value of a cell as it is now; its editor starts from it.
#[server(endpoint = "grid/cell")]
pub(crate) async fn read_cell(table: String, key: String, column: String) -> Result<Option<String>, AppError> {
    let (engine, caller) = crate::context::caller().await?;
    Ok(server::cell(&engine, &caller, &table, &key, &column).await?)
}

/// Saves a cell if it still is as the person saw it.
#[server(endpoint = "grid/change")]
pub(crate) async fn change_cell(
    table: String,
    key: String,
    column: String,
    value: Option<String>,
    seen: Option<String>,
    select: String,
) -> Result<CellOutcome, AppError> {
    let (engine, caller) = crate::context::caller().await?;
    let change = server::CellChange { table, key, column, value, seen, select };
    Ok(server::change(&engine, &caller, change).await?)
}

/// Deletes or duplicates the ticked rows and goes back to the grid.
#[server(endpoint = "grid/rows")]
pub(crate) async fn change_rows(
    table: String,
    verb: String,
    back: String,
    #[server(default)] keys: Vec<String>,
) -> Result<(), AppError> {
    use crate::flash::{Flash, leave};
    let (engine, caller) = crate::context::caller().await?;
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
    use indexmap::IndexMap;
    use tenon_engine::{Engine, records::RecordChange};
    use tenon_model::{Caller, Code, Error, Result, Table, Value};

    use super::CellOutcome;
    use crate::data::{
        grid::{load, query::key_filter},
        parse, rows,
    };

    /// A cell's new value, and what the person saw before.
    pub(super) struct CellChange {
        pub(super) table: String,
        pub(super) key: String,
        pub(super) column: String,
        pub(super) value: Option<String>,
        pub(super) seen: Option<String>,
        pub(super) select: String,
    }

    pub(super) async fn cell(engine: &Engine, caller: &Caller, table: &str, key: &str, column: &str) -> Result<Option<String>> {
        let schema = engine.schema();
        let table = schema.require_table(table)?;
        let key = parse::key(&schema, table, key)?;
        let record = engine.record(caller, table.name.clone(), key).await?.ok_or_else(gone)?;
        value_of(table, &record.body, column)
    }

    pub(super) async fn change(engine: &Engine, caller: &Caller, change: CellChange) -> Result<CellOutcome> {
        let schema = engine.schema();
        let table = schema.require_table(&change.table)?.clone();
        let key = parse::key(&schema, &table, &change.key)?;
        let Some(record) = engine.record(caller, table.name.clone(), key.clone()).await? else { return Ok(CellOutcome::Gone) };
        let now = value_of(&table, &record.body, &change.column)?;
        if now != change.seen && now != change.value {
            return Ok(CellOutcome::Conflict { theirs: now });
        }
        let column = table.require_column(&change.column)?;
        let value = match &change.value {
            Some(text) => parse::value(&schema, &column.data_type, text)?,
            None => Value::Null,
        };
        let set = IndexMap::from([(column.name.clone(), value.clone())]);
        let write = RecordChange { table: table.name.clone(), key: key.clone(), set, version: Some(record.version) };
        if let Err(error) = engine.change_record(caller, write).await {
            return conflict(&table, &change.column, error);
        }
        // The change may have been one of the key itself.
        let mut key = key;
        if let Some(position) = table.key_columns().iter().position(|name| *name == column.name) {
            key[position] = value;
        }
        let row = load::grid_row(engine, caller, &table, &change.select, key_filter(&table, &key)).await?;
        Ok(row.map_or(CellOutcome::Gone, CellOutcome::Saved))
    }

    /// Somebody was faster between the look and the write: that is no failure but the same question to the person.
    fn conflict(table: &Table, column: &str, error: Error) -> Result<CellOutcome> {
        match (error.code, &error.details) {
            (Code::Conflict, Some(body)) => Ok(CellOutcome::Conflict { theirs: value_of(table, body, column)? }),
            (Code::NotFound, _) => Ok(CellOutcome::Gone),
            _ => Err(error),
        }
    }

    fn value_of(table: &Table, body: &str, column: &str) -> Result<Option<String>> {
        let name = &table.require_column(column)?.name;
        let position = table.columns.iter().position(|c| c.name == *name).unwrap_or_default();
        Ok(rows::object(body)?.0.get(position).and_then(|value| rows::text(value)))
    }

    fn gone() -> Error {
        Error::new(Code::NotFound, "This record is gone: somebody deleted it.")
    }
}
