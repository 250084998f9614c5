//! The sample: a small bookshop, made through the engine as a person would make it.

use indexmap::IndexMap;
use serde_json::value::RawValue;
use tenon_engine::{
    Caller, Engine, Error, Result,
    records::{Insert, Missing, RecordSet, Returning},
};
use tenon_model::Ident;

const SCHEMA: &str = include_str!("bookshop.sql");

/// The rows of each table, in an order in which references point at rows that are there. The identity columns of new
/// tables count from 1, so rows are referred to by their place.
const ROWS: &str = include_str!("bookshop.json");

/// Makes the sample's tables and rows.
///
/// # Errors
/// [`tenon_model::Code::Forbidden`] unless the caller may build; [`tenon_model::Code::AlreadyExists`] if a name is taken.
pub(super) async fn make(engine: &Engine, caller: &Caller) -> Result<()> {
    engine.change_schema(caller, SCHEMA.to_owned()).await?;
    let tables: IndexMap<Ident, Box<RawValue>> = serde_json::from_str(ROWS).map_err(Error::internal)?;
    for (table, rows) in tables {
        let schema = engine.schema();
        let records = RecordSet::from_json(&schema, schema.require_table(table.as_str())?, rows.get().as_bytes(), None)?;
        let insert = Insert {
            table,
            records,
            missing: Missing::Default,
            on_conflict: None,
            returning: Returning::Nothing,
            rollback: false,
            max_affected: None,
        };
        engine.insert(caller, insert).await?;
    }
    Ok(())
}
