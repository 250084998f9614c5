//! The shape of the user's data: SQL in, schema changes out, on either engine.

pub(crate) mod catalog;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tenon_model::{Caller, Code, Error, Ident, Result};

use crate::Engine;

/// What a change of the schema would do, before it is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaPlan {
    /// The statements as Tenon understood them, in the dialect that `migrate` takes; one line each or more.
    pub sql: String,
    /// What each would do and cost, in order.
    pub effects: Vec<Effect>,
    /// Why it would fail on the data that is there, if it would (e.g. nulls in a column that is to be not null).
    pub obstacles: Vec<Error>,
}

/// What one statement would do and cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// In a sentence for a person, e.g. `Adds the column "email" to "users".`
    pub summary: String,
    /// Rows that are written anew (a table rebuild on SQLite, a rewrite on PostgreSQL).
    pub rows_rewritten: u64,
    /// Rows or values that are lost for good: dropped tables and columns, counted.
    pub values_lost: u64,
}

/// A recorded change of the schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaChange {
    /// The schema's version after it.
    pub version: i64,
    /// Who made it.
    pub who: String,
    /// When, in RFC 3339, UTC.
    pub at: String,
    /// The SQL as applied.
    pub sql: String,
    /// The migration file's name, if it came from one.
    pub file: Option<String>,
    /// How long it took, in microseconds.
    pub duration_us: i64,
}

/// A migration to apply once.
#[derive(Clone, Debug)]
pub struct MigrationFile {
    /// Its file name without folders: what it is known by.
    pub name: String,
    /// Where it was read, for messages.
    pub path: PathBuf,
    /// Its text.
    pub sql: String,
}

/// What became of a migration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MigrationOutcome {
    /// Applied now.
    Applied(SchemaChange),
    /// Applied before; nothing done.
    Skipped,
}

/// How large a table is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSize {
    /// The table.
    pub table: Ident,
    /// Its rows, counted.
    pub rows: u64,
}

fn missing<T>() -> Result<T> {
    Err(Error::new(Code::Unsupported, "not built"))
}

impl Engine {
    /// What a change of the schema would do; nothing is applied.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build; [`Code::InvalidSyntax`] and [`Code::Unsupported`] with `details`
    /// `line L, column C`; whatever makes the change impossible whatever the data.
    pub async fn plan_schema(&self, _caller: &Caller, _sql: String) -> Result<SchemaPlan> {
        missing()
    }

    /// Changes the schema: all statements or none, recorded, in force for every later request.
    ///
    /// # Errors
    /// As [`Engine::plan_schema`], and the obstacles.
    pub async fn change_schema(&self, _caller: &Caller, _sql: String) -> Result<SchemaChange> {
        missing()
    }

    /// Applies migration files in the given order, each once (known by its name) and each in one transaction; stops at the
    /// first that fails. A file of a known name and other text is refused.
    ///
    /// # Errors
    /// As [`Engine::change_schema`]; `details` names file, line and column.
    pub async fn migrate(&self, _caller: &Caller, _files: Vec<MigrationFile>) -> Result<Vec<(String, MigrationOutcome)>> {
        missing()
    }

    /// The schema as SQL that [`Engine::migrate`] takes on either engine. The same schema gives the same text.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build.
    pub async fn dump_schema(&self, _caller: &Caller) -> Result<String> {
        missing()
    }

    /// The latest recorded changes, newest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build.
    pub async fn schema_changes(&self, _caller: &Caller, _limit: u32) -> Result<Vec<SchemaChange>> {
        missing()
    }

    /// Every table's row count.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller is the operator, the secret key or a Studio account.
    pub async fn table_sizes(&self, _caller: &Caller) -> Result<Vec<TableSize>> {
        missing()
    }
}
