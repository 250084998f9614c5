//! An import at work: one thread reads and converts, the database's writer inserts.

use std::sync::{
    Arc,
    mpsc::{Receiver, SyncSender, sync_channel},
};

use tenon_model::{Caller, Code, Error, Result, Schema, Table};

use super::{
    ImportMode, ImportRequest,
    convert::{Target, calculated, targets},
    insert::{Row, insert, why},
    job::Job,
    made::Made,
    references::{Reference, references},
    source::Source,
};
use crate::{
    Engine,
    database::{Conn, EngineKind},
    records::states::Attribution,
};

/// Rows that travel together, and, for "what fits", share a transaction.
const CHUNK: usize = 4_000;

/// What an import needs, made once.
pub(super) struct Plan {
    pub(super) request: ImportRequest,
    schema: Arc<Schema>,
    table: Arc<Table>,
    targets: Vec<Target>,
    engine: EngineKind,
    /// Who brings the rows.
    attribution: Attribution,
}

impl Plan {
    pub(super) fn new(engine: &Engine, caller: &Caller, request: ImportRequest) -> Result<Self> {
        let schema = engine.schema();
        let table = Arc::clone(schema.require_table(request.table.as_str())?);
        let mut targets = targets(&table, &request)?;
        targets.extend(calculated(&schema, &table, &targets, &engine.context(caller))?);
        let attribution = engine.attribution(&schema, &table.name, caller);
        Ok(Self { engine: engine.database().kind(), schema, table, targets, request, attribution })
    }

    fn open(&self) -> Result<Source> {
        let source = Source::open(&self.request.file, &self.request.options)?;
        if self.request.mapping.len() > source.headers.len() {
            return Err(Error::new(Code::InvalidValue, "the mapping has more columns than the file"));
        }
        Ok(source)
    }

    pub(super) fn references(&self, conn: &mut Conn) -> Result<Vec<Reference>> {
        references(conn, &self.schema, &self.table, &self.targets)
    }

    /// Counts broken references without writing anything.
    pub(super) fn count_broken(&self, mut references: Vec<Reference>) -> Result<Vec<Reference>> {
        let mut source = self.open()?;
        let null = self.request.options.null.as_slice();
        while let Some(line) = source.next()? {
            let convert =
                |target: &Target| target.bind(&line, null, &self.schema, self.engine).unwrap_or(crate::records::sql::Bind::Null);
            if line.fault().is_none() {
                let row: Vec<_> = self.targets.iter().map(convert).collect();
                for reference in &mut references {
                    let _ = reference.check(&row);
                }
            }
        }
        Ok(references)
    }

    /// Reads the file, notes rows that do not fit, sends the others.
    fn read(&self, job: &Job, mut references: Vec<Reference>, out: &SyncSender<Vec<Row>>) -> Result<()> {
        let mut source = self.open()?;
        let headers = source.headers.clone();
        let meter = Arc::clone(&source.meter);
        let mut chunk = Vec::with_capacity(CHUNK);
        while let Some(line) = source.next()? {
            if job.is_cancelled() {
                return Err(cancelled());
            }
            match self.convert(&line, &mut references) {
                Ok(binds) => chunk.push(Row { line: line.number, binds, record: line.record().clone() }),
                Err(why) => job.refuse(&headers, line.number, line.record(), &why)?,
            }
            if chunk.len() == CHUNK {
                job.advance(meter.read());
                job.broken(&references);
                if out.send(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK))).is_err() {
                    return Ok(());
                }
            }
        }
        job.advance(meter.read());
        job.broken(&references);
        // Who no longer listens has failed, and says so.
        let _ = out.send(chunk);
        Ok(())
    }

    /// The row's values, or all that is wrong with it.
    fn convert(
        &self,
        line: &super::source::Line<'_>,
        references: &mut [Reference],
    ) -> Result<Vec<crate::records::sql::Bind>, String> {
        if let Some(fault) = line.fault() {
            return Err(fault);
        }
        let null = self.request.options.null.as_slice();
        let mut binds = Vec::with_capacity(self.targets.len());
        let mut faults = Vec::new();
        for target in &self.targets {
            match target.bind(line, null, &self.schema, self.engine) {
                Ok(bind) => binds.push(bind),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() {
            faults.extend(references.iter_mut().filter_map(|reference| reference.check(&binds).err()));
        }
        if faults.is_empty() { Ok(binds) } else { Err(faults.join("; ")) }
    }

    /// All of it in one unit of work.
    fn insert_whole(&self, conn: &mut Conn, job: &Job) -> Result<()> {
        job.restart();
        let references = self.references(conn)?;
        let headers = self.open()?.headers;
        self.pipeline(job, references, |chunks| {
            for chunk in chunks {
                if job.is_cancelled() {
                    return Err(cancelled());
                }
                // Once a row failed, the rest is only read, for the report.
                if job.rows_failed() == 0 {
                    job.count(self.insert(conn, job, &headers, &chunk)?);
                }
            }
            Ok(())
        })?;
        match job.rows_failed() {
            0 => Ok(()),
            failed => Err(Error::new(Code::InvalidRecord, format!("{failed} rows do not fit; nothing was imported"))
                .with_hint("Mend them with the report, or import what fits.")),
        }
    }

    fn insert(&self, conn: &mut Conn, job: &Job, headers: &[String], rows: &[Row]) -> Result<u64> {
        let mut report = Ok(());
        let done = self.attribution.of(conn, |conn| {
            insert(conn, &self.schema, &self.table, &self.targets, rows, &mut |row, error| {
                let noted = job.refuse(headers, row.line, &row.record, &why(error));
                if report.is_ok() {
                    report = noted;
                }
            })
        })?;
        report.map(|()| done)
    }

    /// Reads in a thread of its own while `consume` takes the chunks on this one.
    fn pipeline<T>(
        &self,
        job: &Job,
        references: Vec<Reference>,
        consume: impl FnOnce(Receiver<Vec<Row>>) -> Result<T>,
    ) -> Result<T> {
        let (sender, receiver) = sync_channel(2);
        std::thread::scope(|scope| {
            let reader = scope.spawn(move || self.read(job, references, &sender));
            let consumed = consume(receiver);
            let read = reader.join().map_err(|_| Error::internal("the reading thread panicked"))?;
            let answer = consumed?;
            read.map(|()| answer)
        })
    }
}

fn cancelled() -> Error {
    Error::new(Code::Cancelled, "the import was cancelled")
}

/// Runs an import to its end, on a thread of its own.
pub(super) fn run(engine: &Engine, plan: Plan, made: Option<Made>, job: &Arc<Job>, handle: &tokio::runtime::Handle) {
    let plan = Arc::new(plan);
    let outcome = match plan.request.mode {
        ImportMode::AllOrNothing => run_whole(engine, &plan, job, handle).inspect_err(|_| job.undone()),
        ImportMode::WhatFits => run_fitting(engine, &plan, job, handle),
    };
    // Before anybody is told that it ended: the next try may make the table again.
    if let (Err(_), 0, Some(made)) = (&outcome, job.rows_done(), made) {
        handle.block_on(made.take_back(engine));
    }
    job.finish(outcome);
}

fn run_whole(engine: &Engine, plan: &Arc<Plan>, job: &Arc<Job>, handle: &tokio::runtime::Handle) -> Result<()> {
    let database = engine.database().with_timeout(std::time::Duration::ZERO);
    let (plan, job) = (Arc::clone(plan), Arc::clone(job));
    handle.block_on(database.write(move |conn| plan.insert_whole(conn, &job)))
}

fn run_fitting(engine: &Engine, plan: &Arc<Plan>, job: &Arc<Job>, handle: &tokio::runtime::Handle) -> Result<()> {
    let database = engine.database().with_timeout(std::time::Duration::ZERO);
    let reading = Arc::clone(plan);
    let references = handle.block_on(database.read(move |conn| reading.references(conn)))?;
    let headers: Arc<[String]> = plan.open()?.headers.into();
    plan.pipeline(job, references, |chunks| {
        for chunk in chunks {
            if job.is_cancelled() {
                return Err(cancelled());
            }
            let chunk = Arc::new(chunk);
            let (plan, table, rows) = (Arc::clone(plan), Arc::clone(&plan.table), Arc::clone(&chunk));
            // Refused rows are noted only once the unit is in: it may be run again.
            let (done, refused) = handle.block_on(database.write(move |conn| {
                let mut refused = Vec::new();
                let done = plan.attribution.of(conn, |conn| {
                    insert(conn, &plan.schema, &table, &plan.targets, &rows, &mut |row, error| {
                        refused.push((row.line, why(error)));
                    })
                })?;
                Ok((done, refused))
            }))?;
            for (line, why) in refused {
                if let Some(row) = chunk.iter().find(|row| row.line == line) {
                    job.refuse(&headers, line, &row.record, &why)?;
                }
            }
            job.count(done);
        }
        Ok(())
    })?;
    if job.rows_done() == 0 && job.rows_failed() > 0 {
        return Err(Error::new(Code::InvalidRecord, "no row fits; nothing was imported").with_hint("Mend them with the report."));
    }
    Ok(())
}
