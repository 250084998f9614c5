//! Imports under way and done: how far they are, what did not fit.

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tenon_model::{Caller, Code, Error, Ident, Result};
use uuid::Uuid;

use super::{ImportId, ImportProgress, ImportRequest, ImportState};

/// The most imports at work.
const MAX_RUNNING: usize = 4;
/// The most imports that are remembered.
const MAX_KEPT: usize = 100;
/// How long a finished one is remembered.
const KEEP: Duration = Duration::from_secs(24 * 3600);
/// The most failures that the progress tells; the report has all.
const MAX_FAILURES: usize = 100;

/// All imports of this process.
#[derive(Default)]
pub(crate) struct Registry(Mutex<HashMap<Uuid, Arc<Job>>>);

/// One import.
pub(super) struct Job {
    id: Uuid,
    owner: String,
    report: PathBuf,
    cancelled: AtomicBool,
    started: Instant,
    state: Mutex<Progress>,
}

struct Progress {
    told: ImportProgress,
    report: Option<csv::Writer<File>>,
}

impl Registry {
    /// A new import, if not too many are at work. Old ones are forgotten.
    pub(super) fn start(
        &self,
        caller: &Caller,
        request: &ImportRequest,
        folder: &Path,
        bytes_total: u64,
    ) -> Result<(ImportId, Arc<Job>)> {
        let mut jobs = self.0.lock();
        if jobs.values().filter(|job| job.is_running()).count() >= MAX_RUNNING {
            return Err(
                Error::new(Code::Busy, format!("{MAX_RUNNING} imports are at work; wait for one of them")).with_retry_after(10)
            );
        }
        let mut finished: Vec<(Instant, Uuid)> =
            jobs.values().filter(|job| !job.is_running()).map(|job| (job.started, job.id)).collect();
        finished.sort();
        let surplus = finished.len().saturating_sub(MAX_KEPT);
        for (i, (started, id)) in finished.into_iter().enumerate() {
            if (i < surplus || started.elapsed() > KEEP)
                && let Some(job) = jobs.remove(&id)
            {
                let _ = std::fs::remove_file(&job.report);
            }
        }
        let id = Uuid::new_v4();
        let job = Arc::new(Job {
            id,
            owner: caller.label().to_owned(),
            report: folder.join(format!("{id}.csv")),
            cancelled: AtomicBool::new(false),
            started: Instant::now(),
            state: Mutex::new(Progress { told: fresh(&request.table, request.note.clone(), bytes_total), report: None }),
        });
        jobs.insert(id, Arc::clone(&job));
        Ok((ImportId(id), job))
    }

    /// An import of this caller.
    pub(super) fn get(&self, caller: &Caller, id: ImportId) -> Result<Arc<Job>> {
        let jobs = self.0.lock();
        let own = jobs.get(&id.0).filter(|job| job.owner == caller.label() || *caller == Caller::Operator);
        own.cloned().ok_or_else(|| Error::new(Code::NotFound, "there is no such import"))
    }
}

fn fresh(table: &Ident, note: String, bytes_total: u64) -> ImportProgress {
    ImportProgress {
        table: table.clone(),
        state: ImportState::Running,
        bytes_done: 0,
        bytes_total,
        rows_done: 0,
        rows_failed: 0,
        broken_references: Vec::new(),
        failures: Vec::new(),
        elapsed_ms: 0,
        note,
    }
}

impl Job {
    fn is_running(&self) -> bool {
        self.state.lock().told.state == ImportState::Running
    }

    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn progress(&self) -> ImportProgress {
        let mut told = self.state.lock().told.clone();
        if told.state == ImportState::Running {
            told.elapsed_ms = self.elapsed();
        }
        told
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn report(&self) -> Result<PathBuf> {
        if let Some(writer) = &mut self.state.lock().report {
            writer.flush().map_err(Error::internal)?;
        }
        if self.report.exists() {
            Ok(self.report.clone())
        } else {
            Err(Error::new(Code::NotFound, "every row did fit: there is no report"))
        }
    }

    /// Forgets what an attempt came to that is made again.
    pub(super) fn restart(&self) {
        let mut state = self.state.lock();
        let told = &mut state.told;
        *told = fresh(&told.table, std::mem::take(&mut told.note), told.bytes_total);
        state.report = None;
    }

    /// How far the file is read.
    pub(super) fn advance(&self, bytes_done: u64) {
        self.state.lock().told.bytes_done = bytes_done;
    }

    /// Rows more that were inserted.
    pub(super) fn count(&self, rows: u64) {
        self.state.lock().told.rows_done += rows;
    }

    /// What was inserted is undone.
    pub(super) fn undone(&self) {
        self.state.lock().told.rows_done = 0;
    }

    /// Notes a row that does not fit.
    pub(super) fn refuse(&self, headers: &[String], line: u64, record: &csv::ByteRecord, why: &str) -> Result<()> {
        let mut state = self.state.lock();
        state.told.rows_failed += 1;
        // No page may hold the character; the report has the row as it was.
        let why = &why.replace('\0', "\u{fffd}");
        if state.told.failures.len() < MAX_FAILURES {
            state.told.failures.push((line, why.clone()));
        }
        if state.report.is_none() {
            let mut writer = csv::Writer::from_path(&self.report).map_err(Error::internal)?;
            writer.write_record(headers.iter().map(String::as_str).chain(["error"])).map_err(Error::internal)?;
            state.report = Some(writer);
        }
        if let Some(writer) = &mut state.report {
            let field = |at| record.get(at).unwrap_or_default();
            writer.write_record((0..headers.len()).map(field).chain([why.as_bytes()])).map_err(Error::internal)?;
        }
        Ok(())
    }

    pub(super) fn broken(&self, references: &[super::references::Reference]) {
        let found = references.iter().filter(|r| r.broken > 0).map(|r| (r.name.clone(), r.broken)).collect();
        self.state.lock().told.broken_references = found;
    }

    pub(super) fn rows_done(&self) -> u64 {
        self.state.lock().told.rows_done
    }

    pub(super) fn rows_failed(&self) -> u64 {
        self.state.lock().told.rows_failed
    }

    pub(super) fn finish(&self, outcome: Result<()>) {
        let mut state = self.state.lock();
        if let Some(mut writer) = state.report.take() {
            let _ = writer.flush();
        }
        state.told.elapsed_ms = self.elapsed();
        match outcome {
            Ok(()) => {
                state.told.bytes_done = state.told.bytes_total;
                state.told.state = ImportState::Done;
            }
            Err(error) if error.code == Code::Cancelled => state.told.state = ImportState::Cancelled,
            Err(error) => state.told.state = ImportState::Failed(error),
        }
    }
}
