//! What is done with many rows at once.

use tenon_engine::{
    Engine,
    records::{Delete, Insert, Missing, RecordSet, Returning, Rows},
};
use tenon_model::{Caller, Code, Error, ReadQuery, Result, Schema, Table, Value};

use super::query::keys_filter;
use crate::data::{column::ColumnInfo, parse};

/// Deletes or duplicates rows, all or none, and says so in a sentence.
///
/// # Errors
/// As [`Engine::delete`] and [`Engine::insert`]; [`Code::InvalidValue`] if nothing is ticked or a key is none.
pub(crate) async fn change_rows(engine: &Engine, caller: &Caller, table: &str, verb: &str, keys: &[String]) -> Result<String> {
    let schema = engine.schema_for(caller)?;
    let table = schema.require_table(table)?.clone();
    if keys.is_empty() {
        return Err(
            Error::new(Code::InvalidValue, "No rows are selected.").with_hint("Tick the boxes at the left of the rows first.")
        );
    }
    let keys = keys.iter().map(|key| parse::key(&schema, &table, key)).collect::<Result<Vec<_>>>()?;
    match verb {
        "delete" => {
            let gone = delete(engine, caller, &table, &keys).await?;
            Ok(format!("Deleted {}.", counted(gone.rows)))
        }
        "duplicate" => {
            let made = duplicate(engine, caller, &schema, &table, &keys).await?;
            Ok(format!("Duplicated {}.", counted(made.rows)))
        }
        other => Err(Error::new(Code::Unsupported, format!("there is no such action: {other}"))),
    }
}

fn counted(rows: u64) -> String {
    if rows == 1 { "1 record".to_owned() } else { format!("{rows} records") }
}

/// Deletes the rows of these keys.
///
/// # Errors
/// As [`Engine::delete`].
pub(crate) async fn delete(engine: &Engine, caller: &Caller, table: &Table, keys: &[Vec<Value>]) -> Result<Rows> {
    let delete = Delete {
        table: table.name.clone(),
        filter: keys_filter(table, keys),
        all: false,
        order: Vec::new(),
        limit: None,
        returning: Returning::Nothing,
        rollback: false,
        max_affected: None,
    };
    engine.delete(caller, delete).await
}

/// Inserts the rows of these keys again, without what the database makes anew.
async fn duplicate(engine: &Engine, caller: &Caller, schema: &Schema, table: &Table, keys: &[Vec<Value>]) -> Result<Rows> {
    let mut read = ReadQuery::all(table);
    read.filter = keys_filter(table, keys);
    let found = engine.read(caller, read, Default::default()).await?;
    let copied: Vec<_> = table.columns.iter().filter(|column| is_copied(schema, table, column)).map(|c| c.name.clone()).collect();
    let records = RecordSet::from_json(schema, table, &found.body, Some(&copied))?;
    let insert = Insert {
        table: table.name.clone(),
        records,
        missing: Missing::Default,
        on_conflict: None,
        returning: Returning::Nothing,
        rollback: false,
        max_affected: None,
    };
    engine.insert(caller, insert).await.map_err(|error| {
        if error.code == Code::UniqueViolation {
            error.with_hint("A copy would have the same unique value. Open the record, choose “Duplicate”, and change it there.")
        } else {
            error
        }
    })
}

/// Whether a copy takes the column's value: not those that the database gives, and not keys that have a default.
pub(crate) fn is_copied(schema: &Schema, table: &Table, column: &tenon_model::Column) -> bool {
    let info = ColumnInfo::of(schema, table, column);
    let is_made = info.generated_always || (info.key && info.default.is_some());
    !is_made
}
