//! CSV into tables: a look at the file, then a job with progress, a report and a way to cancel.

mod binary;
mod convert;
mod infer;
mod insert;
mod job;
mod made;
mod preview;
mod references;
mod run;
mod source;
mod uploads;

use std::{path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};
use tenon_model::{Caller, Code, DataType, Error, Ident, Result};
use uuid::Uuid;

pub(crate) use self::job::Registry;
use self::{made::Made, run::Plan};
use crate::Engine;

/// How a CSV file is to be read. `None` means: guess.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvOptions {
    /// The separator: `,`, `;`, tab or `|`.
    pub separator: Option<char>,
    /// The encoding's WHATWG label, e.g. `utf-8`, `windows-1252`.
    pub encoding: Option<String>,
    /// The texts that mean "missing", e.g. `NA`. The empty field (quoted or not: CSV does not tell) always does, except in a text column that
    /// must not be null and is no key: there it is the empty text.
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
    /// How many of the missing are empty fields: a text column that must not be null takes them as empty texts.
    pub empty: u64,
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
    /// The table; it exists, or `create` makes it.
    pub table: Ident,
    /// The SQL that makes the table first. If the import then ends with nothing in, the table goes again.
    pub create: Option<String>,
    /// How the file is to be read.
    pub options: CsvOptions,
    /// For each of the file's columns in order, the table's column it goes to; `None` leaves it out.
    pub mapping: Vec<Option<Ident>>,
    /// What to do with rows that do not fit.
    pub mode: ImportMode,
    /// Told again with the progress: what the caller needs to offer another try.
    pub note: String,
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
    /// Rows inserted so far; none once an all-or-nothing import ended badly.
    pub rows_done: u64,
    /// Rows that did not fit.
    pub rows_failed: u64,
    /// References that point nowhere: for each foreign key, its name and how many rows.
    pub broken_references: Vec<(Ident, u64)>,
    /// The first failures: line number in the file and what was wrong.
    pub failures: Vec<(u64, String)>,
    /// Since the start, in milliseconds.
    pub elapsed_ms: u64,
    /// The request's note.
    pub note: String,
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
    /// It broke off; `rows_done` rows, mostly none, are in.
    Failed(Error),
}

impl Engine {
    /// A path under `data/uploads` for a new upload of this caller, and the id to speak of it by.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not import; [`Code::StorageFull`].
    pub async fn upload_path(&self, caller: &Caller) -> Result<(Uuid, PathBuf)> {
        may_import(caller)?;
        uploads::new_path(&self.config().data, caller)
    }

    /// The path of an upload made before by [`Engine::upload_path`]. It is kept for a day after it was last asked for.
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is none, or it is somebody else's.
    pub async fn upload(&self, caller: &Caller, id: Uuid) -> Result<PathBuf> {
        uploads::path(&self.config().data, caller, id)
    }

    /// Looks at a CSV file: guesses what `options` leaves open and infers types. Where `options.null` is empty, the usual
    /// words for "missing" count as that if a column is of a better type than text without them.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not import; [`Code::InvalidSyntax`] if it is no CSV.
    pub async fn preview_csv(&self, caller: &Caller, file: PathBuf, options: CsvOptions) -> Result<CsvPreview> {
        may_import(caller)?;
        off_thread(move || preview::preview(&file, &options)).await
    }

    /// For each foreign key of `table`, how many rows of the file point nowhere, without writing anything.
    ///
    /// # Errors
    /// As [`Engine::preview_csv`].
    pub async fn check_references(&self, caller: &Caller, request: ImportRequest) -> Result<Vec<(Ident, u64)>> {
        may_import(caller)?;
        let plan = Arc::new(Plan::new(self, caller, request)?);
        let reading = Arc::clone(&plan);
        let references = self.database().read(move |conn| reading.references(conn)).await?;
        let counted = off_thread(move || plan.count_broken(references)).await?;
        Ok(counted.into_iter().map(|reference| (reference.name, reference.broken)).collect())
    }

    /// Starts an import and returns at once.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::UnknownTable`], a mapping that does not fit, [`Code::Busy`] if too many are at work; what makes `create`
    /// impossible.
    pub async fn start_import(&self, caller: &Caller, mut request: ImportRequest) -> Result<ImportId> {
        may_import(caller)?;
        let mut made = match request.create.take() {
            Some(sql) => Some(Made::make(self, caller, &request.table, sql).await?),
            None => None,
        };
        let started = self.spawn_import(caller, request, &mut made);
        if let (Err(_), Some(made)) = (&started, made) {
            made.take_back(self).await;
        }
        started
    }

    /// Takes the table that was made, unless it fails.
    fn spawn_import(&self, caller: &Caller, request: ImportRequest, made: &mut Option<Made>) -> Result<ImportId> {
        let folder = self.config().data.join("imports");
        uploads::make(&folder)?;
        let size =
            std::fs::metadata(&request.file).map_err(|e| Error::new(Code::NotFound, format!("the file cannot be read: {e}")))?;
        let plan = Plan::new(self, caller, request)?;
        let (id, job) = self.imports().start(caller, &plan.request, &folder, size.len())?;
        let (engine, handle) = (self.clone(), tokio::runtime::Handle::current());
        // Given once the thread is there, so that it is taken back if it is not.
        let (give, given) = std::sync::mpsc::channel();
        let at_work = Arc::clone(&job);
        let work = move || run::run(&engine, plan, given.recv().ok().flatten(), &at_work, &handle);
        if let Err(error) = std::thread::Builder::new().name("import".to_owned()).spawn(work) {
            job.finish(Err(Error::internal(&error)));
            return Err(Error::internal(error));
        }
        let _ = give.send(made.take());
        Ok(id)
    }

    /// How far an import is.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an unknown one, or somebody else's.
    pub fn import_progress(&self, caller: &Caller, id: ImportId) -> Result<ImportProgress> {
        Ok(self.imports().get(caller, id)?.progress())
    }

    /// Asks an import to stop.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn cancel_import(&self, caller: &Caller, id: ImportId) -> Result<()> {
        self.imports().get(caller, id)?.cancel();
        Ok(())
    }

    /// The rows that did not fit: a CSV file with the file's own columns and one more, `error`, which an import ignores
    /// when the mended file is sent again.
    ///
    /// # Errors
    /// [`Code::NotFound`], also where every row did fit.
    pub fn import_report(&self, caller: &Caller, id: ImportId) -> Result<PathBuf> {
        self.imports().get(caller, id)?.report()
    }
}

/// Passes those who bring files: builders and owners in the Studio, and the operator.
fn may_import(caller: &Caller) -> Result<()> {
    match caller {
        Caller::Api { .. } => Err(Error::new(Code::Forbidden, "only the Studio and the operator import files")),
        caller if caller.may_build() => Ok(()),
        _ => Err(Error::new(Code::Forbidden, "only builders and owners import files")),
    }
}

/// Work that would hold an async thread too long.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
