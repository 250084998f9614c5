//! SQLite's one writer: a thread that takes every waiting unit of work into one transaction.
//!
//! A commit costs a sync of the disk however much it holds. So all units that wait share one: each runs inside a savepoint,
//! so that a failing unit takes nothing with it, and all are answered after the commit.

use std::{
    collections::VecDeque,
    sync::Arc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use diesel::{SqliteConnection, connection::SimpleConnection};
use parking_lot::{Condvar, Mutex};
use tenon_model::{Code, Error, Result};

use super::{
    Conn,
    errors::Translate,
    statements::{self, BeginImmediate, Commit, Release, Rollback, RollbackToSavepoint, Savepoint},
    statistics,
    unit::Unit,
};

/// The most units one transaction takes.
const BATCH_UNITS: usize = 1_024;
/// After this long a transaction takes no further units.
const BATCH_TIME: Duration = Duration::from_millis(25);
/// The most units that wait; more are told to come again.
const QUEUE_UNITS: usize = 16_384;
/// When the writer has been idle this long after work, it lets SQLite refresh its statistics.
const IDLE: Duration = Duration::from_secs(1);
/// Unless that was so recently.
const STATISTICS_INTERVAL: Duration = Duration::from_secs(60);
/// After so many units of work the statistics may be worth a look all the same.
const UNITS_BETWEEN_STATISTICS: usize = 10_000;

type Job = Box<dyn Unit>;

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

/// The way to the writer thread.
pub(super) struct Writer {
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread on its connection.
    pub(super) fn start(conn: Conn) -> Result<Self> {
        let queue = Arc::new(Queue::default());
        let worker =
            Worker { conn, queue: Arc::clone(&queue), since_statistics: UNITS_BETWEEN_STATISTICS, statistics_at: Instant::now() };
        let thread = std::thread::Builder::new()
            .name("tenon-writer".to_owned())
            .spawn(move || worker.run())
            .map_err(|e| Error::internal(format!("cannot start the writer thread: {e}")))?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Puts a unit of work in line.
    pub(super) fn submit(&self, job: Job) -> Result<()> {
        let mut waiting = self.queue.waiting.lock();
        if waiting.closed {
            return Err(Error::new(Code::Busy, "the database is closed").with_retry_after(5));
        }
        if waiting.jobs.len() >= QUEUE_UNITS {
            return Err(Error::new(Code::Busy, "too many writes wait already").with_retry_after(1));
        }
        waiting.jobs.push_back(job);
        // The thread sleeps only on an empty queue.
        if waiting.jobs.len() == 1 {
            self.queue.arrived.notify_one();
        }
        Ok(())
    }

    /// Refuses new work, and returns when all that waited is done. Blocks.
    pub(super) fn close(&self) {
        self.queue.waiting.lock().closed = true;
        self.queue.arrived.notify_one();
        if let Some(thread) = self.thread.lock().take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

struct Worker {
    conn: Conn,
    queue: Arc<Queue>,
    /// Units since statistics were looked at.
    since_statistics: usize,
    /// When that was.
    statistics_at: Instant,
}

impl Worker {
    fn run(mut self) {
        let mut done: Vec<Job> = Vec::new();
        while let Some(first) = self.next() {
            if first.manner().unchecked {
                self.run_unchecked(first);
            } else {
                self.run_batch(first, &mut done);
            }
        }
        self.refresh_statistics();
    }

    /// The next unit; sleeps until there is one. `None` once the queue is closed and empty.
    fn next(&mut self) -> Option<Job> {
        let queue = Arc::clone(&self.queue);
        let mut waiting = queue.waiting.lock();
        loop {
            if let Some(job) = waiting.jobs.pop_front() {
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            match self.statistics_due_in() {
                None => queue.arrived.wait(&mut waiting),
                Some(pause) => {
                    if queue.arrived.wait_for(&mut waiting, pause).timed_out() {
                        parking_lot::MutexGuard::unlocked(&mut waiting, || self.refresh_statistics());
                    }
                }
            }
        }
    }

    /// The next unit that may join a batch, without waiting.
    fn next_for_batch(&self) -> Option<Job> {
        let mut waiting = self.queue.waiting.lock();
        waiting.jobs.pop_front_if(|job| !job.manner().unchecked)
    }

    /// Runs `first` and all that wait in one transaction, and answers them.
    fn run_batch(&mut self, first: Job, done: &mut Vec<Job>) {
        let started = Instant::now();
        let mut next = Some(first);
        let mut lost = false;
        while let Some(job) = next.take() {
            if job.is_wanted() {
                if done.is_empty()
                    && let Err(error) = self.begin()
                {
                    self.refuse_all(job, &error);
                    return;
                }
                match self.run_unit(job, done.is_empty()) {
                    (job, true) => done.push(job),
                    (job, false) => {
                        done.push(job);
                        lost = true;
                        break;
                    }
                }
            }
            if done.len() < BATCH_UNITS && started.elapsed() < BATCH_TIME {
                next = self.next_for_batch();
            }
        }
        if done.is_empty() {
            return;
        }
        // A batch that took long wrote much: an import, say.
        let weight = if started.elapsed() < BATCH_TIME { done.len() } else { UNITS_BETWEEN_STATISTICS };
        self.since_statistics = self.since_statistics.saturating_add(weight);
        if lost || self.commit().is_err() {
            self.repeat_alone(done);
        }
        for job in done.drain(..) {
            job.answer();
        }
    }

    /// Runs a unit inside the open transaction; says whether that transaction is still there.
    fn run_unit(&mut self, mut job: Job, first: bool) -> (Job, bool) {
        // The first unit needs a savepoint only if others follow, which nobody knows yet; but rolling all of it back is
        // as good while it is alone.
        let savepoint = !first || !self.queue.waiting.lock().jobs.is_empty();
        if savepoint && let Err(error) = self.sqlite(&Savepoint) {
            job.fail(error);
            return (job, false);
        }
        let stays = job.run(&mut self.conn);
        let kept = match (stays, savepoint) {
            (true, true) => self.sqlite(&Release).is_ok(),
            (true, false) => true,
            (false, true) => self.sqlite(&RollbackToSavepoint).and_then(|()| self.sqlite(&Release)).is_ok(),
            (false, false) => self.sqlite(&Rollback).and_then(|()| self.begin()).is_ok(),
        };
        (job, kept)
    }

    /// Some failures (a full disk, a constraint that is checked at the commit) undo the whole transaction. Each of its
    /// units then has one of its own, so that only those fail that have to.
    fn repeat_alone(&mut self, jobs: &mut [Job]) {
        let _ = self.sqlite(&Rollback);
        for job in jobs {
            if let Err(error) = self.begin() {
                job.fail(error);
                continue;
            }
            if job.run(&mut self.conn)
                && let Err(error) = self.commit()
            {
                job.fail(error);
            }
            self.leave_transaction();
        }
    }

    /// Runs a unit in a transaction of its own in which foreign keys are not enforced.
    fn run_unchecked(&mut self, mut job: Job) {
        if let Err(error) = self.batch("PRAGMA foreign_keys = OFF").and_then(|()| self.begin()) {
            let _ = self.batch("PRAGMA foreign_keys = ON");
            refuse(job, error);
            return;
        }
        if job.run(&mut self.conn)
            && let Err(error) = self.commit()
        {
            job.fail(error);
        }
        self.leave_transaction();
        if let Err(error) = self.batch("PRAGMA foreign_keys = ON") {
            tracing::error!(%error, "foreign keys could not be switched on again");
        }
        self.since_statistics = UNITS_BETWEEN_STATISTICS;
        job.answer();
    }

    /// Another process holds the database: nobody who waits by now shall wait as long once more.
    fn refuse_all(&mut self, first: Job, error: &Error) {
        refuse(first, error.clone());
        while let Some(job) = self.next_for_batch() {
            refuse(job, error.clone());
        }
    }

    fn begin(&mut self) -> Result<()> {
        match self.sqlite(&BeginImmediate) {
            Err(error) if error.code == Code::Internal => {
                // A transaction left over by a failure must not fail all that come after.
                self.leave_transaction();
                self.sqlite(&BeginImmediate)
            }
            outcome => outcome,
        }
    }

    fn commit(&mut self) -> Result<()> {
        self.sqlite(&Commit)
    }

    /// Rolls back whatever is open; nothing may be.
    fn leave_transaction(&mut self) {
        let _ = self.sqlite(&Rollback);
    }

    fn sqlite<S>(&mut self, statement: &S) -> Result<()>
    where
        S: diesel::query_builder::QueryFragment<diesel::sqlite::Sqlite> + diesel::query_builder::QueryId,
    {
        statements::run(self.connection()?, statement).translate()
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.connection()?.batch_execute(sql).translate()
    }

    fn connection(&mut self) -> Result<&mut SqliteConnection> {
        match &mut self.conn {
            Conn::Sqlite(conn) => Ok(conn),
            Conn::Postgres(_) => Err(Error::internal("the writer thread is SQLite's")),
        }
    }

    /// How long the writer must be idle before statistics are looked at; never if nothing was written since.
    fn statistics_due_in(&self) -> Option<Duration> {
        match self.since_statistics {
            0 => None,
            UNITS_BETWEEN_STATISTICS.. => Some(IDLE),
            _ => Some(STATISTICS_INTERVAL.saturating_sub(self.statistics_at.elapsed()).max(IDLE)),
        }
    }

    /// Lets SQLite look at what the indexes hold, so that its plans fit the data.
    fn refresh_statistics(&mut self) {
        self.since_statistics = 0;
        self.statistics_at = Instant::now();
        if let Err(error) = self.connection().and_then(statistics::refresh) {
            tracing::debug!(%error, "statistics were not refreshed");
        }
    }
}

fn refuse(mut job: Job, error: Error) {
    job.fail(error);
    job.answer();
}
