//! What the server tells the browser of an import.

use serde::{Deserialize, Serialize};
use tenon_model::Error;

/// The import page: a file to choose, or one that was chosen and what is to be done with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportPage {
    /// The tables, by name.
    pub tables: Vec<String>,
    /// The table to import into; empty for a new one.
    pub table: String,
    /// Why the last upload failed.
    pub failed: String,
    /// The file and what is to be done with it.
    pub preview: Option<Preview>,
    /// What is wrong with what was chosen.
    pub error: Option<Error>,
}

/// A file and what is to be done with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The upload's id.
    pub upload: String,
    /// The file's name.
    pub file: String,
    /// The separator.
    pub separator: String,
    /// The encoding's label.
    pub encoding: String,
    /// Texts that mean "missing".
    pub null: Vec<String>,
    /// Texts that seem to mean it.
    pub suggested_null: Vec<String>,
    /// The file's columns.
    pub columns: Vec<FileColumn>,
    /// The first rows.
    pub rows: Vec<Vec<String>>,
    /// Rows looked at.
    pub rows_seen: u64,
    /// Whether that was the whole file.
    pub whole: bool,
    /// Columns of the table, if it exists.
    pub target_columns: Vec<String>,
    /// The new table's name.
    pub name: String,
    /// The new table's key: a column, `+id` for one that counts up, empty for none.
    pub key: String,
    /// Columns whose values are all there and all different.
    pub key_candidates: Vec<String>,
    /// The SQL that makes the new table.
    pub sql: String,
    /// Columns of the table that must have a value and get none.
    pub unfilled: Vec<String>,
    /// Foreign keys, and how many rows of the file point nowhere by each.
    pub broken: Vec<(String, u64)>,
    /// Whether rows that fit go in even if others do not.
    pub what_fits: bool,
}

/// A column of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileColumn {
    /// The header's text.
    pub header: String,
    /// Missing values among the rows looked at.
    pub missing: u64,
    /// The column it goes to; empty to leave it out.
    pub to: String,
    /// The new column's type.
    pub type_name: String,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The table.
    pub table: String,
    /// Where it stands.
    pub state: State,
    /// Thousandths of the file read.
    pub permille: u64,
    /// Rows imported.
    pub rows_done: u64,
    /// Rows that did not fit.
    pub rows_failed: u64,
    /// Foreign keys, and how many rows point nowhere by each.
    pub broken: Vec<(String, u64)>,
    /// Line numbers and what was wrong.
    pub failures: Vec<(u64, String)>,
    /// Since the start.
    pub elapsed_ms: u64,
    /// Whether the table is there; one that was made for nothing is gone again.
    pub has_table: bool,
    /// If nothing is in: the form as it was posted.
    pub retry: Vec<(String, String)>,
}

/// Where an import stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// At work.
    Running,
    /// Finished.
    Done,
    /// Stopped by a person.
    Cancelled,
    /// It broke off; mostly nothing is in.
    Failed(Error),
}

/// Types offered for a new column; the guessed one is among them.
pub const TYPES: [&str; 16] = [
    "text",
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
    "boolean",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "json",
    "jsonb",
    "bytea",
];

/// The key that stands for a column `id` that counts up.
pub const NEW_ID: &str = "+id";
