//! CSV into tables: a look at the file, then a job with progress, a report and a way to cancel.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tenon_model::{Caller, Code, DataType, Error, Ident, Result};
use uuid::Uuid;

use crate::Engine;

/// How a CSV file is to be read. `None` means: guess.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvOptions {
    /// The separator: `,`, `;`, tab or `|`.
    pub separator: Option<char>,
    /// The encoding's WHATWG label, e.g. `utf-8`, `windows-1252`.
    pub encoding: Option<String>,
    /// The texts that mean "missing", e.g. `NA`; the empty field always does for types other than text.
    pub null: Vec<String>,
}

/// What a look at a CSV file found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CsvPreview {
    /// How the file was read; nothing is left to guess.
    pub options: CsvOptions,
    /// The columns as the header names them, with the type that fits every value seen.
    pub columns: Vec<CsvColumn>,
    /// The first rows as text.
    pub rows: Vec<Vec<String>>,
    /// Rows looked at (all of a file of up to some megabytes, else the first part).
    pub rows_seen: u64,
    /// Whether that was the whole file.
    pub whole: bool,
    /// Which text the file seems to use for "missing" (`NA`, `NULL`, `-` …), if any.
    pub suggested_null: Vec<String>,
    /// Columns (by header name) whose values are all there and all different: candidates for the primary key.
    pub key_candidates: Vec<String>,
}

/// A column of a CSV file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CsvColumn {
    /// The header's text.
    pub header: String,
    /// The inferred type.
    pub data_type: DataType,
    /// How many of the values seen are missing.
    pub missing: u64,
}

/// What to do with rows that do not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// One bad row and nothing is imported.
    #[default]
    AllOrNothing,
    /// Bad rows go to the report, the others in.
    WhatFits,
}

/// An import to run.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The uploaded file (see [`Engine::upload_path`]) or any file of the operator's.
    pub file: PathBuf,
    /// The table; it exists (make it with [`Engine::change_schema`] first).
    pub table: Ident,
    /// How the file is to be read.
    pub options: CsvOptions,
    /// For each of the file's columns in order, the table's column it goes to; `None` leaves it out.
    pub mapping: Vec<Option<Ident>>,
    /// What to do with rows that do not fit.
    pub mode: ImportMode,
}

/// An import's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImportId(pub Uuid);

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// The table.
    pub table: Ident,
    /// Where it stands.
    pub state: ImportState,
    /// Bytes of the file read, of `bytes_total`.
    pub bytes_done: u64,
    /// The file's size.
    pub bytes_total: u64,
    /// Rows imported (for all-or-nothing: only once it is done).
    pub rows_done: u64,
    /// Rows that did not fit.
    pub rows_failed: u64,
    /// References that point nowhere: for each foreign key, its name and how many rows.
    pub broken_references: Vec<(Ident, u64)>,
    /// The first failures: line number in the file and what was wrong.
    pub failures: Vec<(u64, String)>,
    /// Since the start, in milliseconds.
    pub elapsed_ms: u64,
}

/// Where an import stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// At work.
    Running,
    /// Finished; `rows_done` rows are in.
    Done,
    /// Stopped by a person; nothing, or what fitted so far, is in.
    Cancelled,
    /// Nothing is in.
    Failed(Error),
}

fn missing<T>() -> Result<T> {
    Err(Error::new(Code::Unsupported, "not built"))
}

impl Engine {
    /// A path under `data/uploads` for a new upload of this caller, and the id to speak of it by.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who are not in the Studio; [`Code::StorageFull`].
    pub async fn upload_path(&self, _caller: &Caller) -> Result<(Uuid, PathBuf)> {
        missing()
    }

    /// The path of an upload made before by [`Engine::upload_path`].
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is none, or it is somebody else's.
    pub async fn upload(&self, _caller: &Caller, _id: Uuid) -> Result<PathBuf> {
        missing()
    }

    /// Looks at a CSV file: guesses what `options` leaves open and infers types.
    ///
    /// # Errors
    /// [`Code::InvalidSyntax`] if it is no CSV.
    pub async fn preview_csv(&self, _caller: &Caller, _file: PathBuf, _options: CsvOptions) -> Result<CsvPreview> {
        missing()
    }

    /// For each foreign key of `table`, how many rows of the file point nowhere, without writing anything.
    ///
    /// # Errors
    /// As [`Engine::preview_csv`].
    pub async fn check_references(&self, _caller: &Caller, _request: ImportRequest) -> Result<Vec<(Ident, u64)>> {
        missing()
    }

    /// Starts an import and returns at once.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::UnknownTable`], a mapping that does not fit.
    pub async fn start_import(&self, _caller: &Caller, _request: ImportRequest) -> Result<ImportId> {
        missing()
    }

    /// How far an import is.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an unknown one, or somebody else's.
    pub fn import_progress(&self, _caller: &Caller, _id: ImportId) -> Result<ImportProgress> {
        missing()
    }

    /// Asks an import to stop.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn cancel_import(&self, _caller: &Caller, _id: ImportId) -> Result<()> {
        missing()
    }

    /// The rows that did not fit: a CSV file with the file's own columns and one more, `error`, which an import ignores
    /// when the mended file is sent again.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn import_report(&self, _caller: &Caller, _id: ImportId) -> Result<PathBuf> {
        missing()
    }
}
