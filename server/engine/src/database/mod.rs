//! One database behind two engines: a writer thread and readers over SQLite, a pool over PostgreSQL.
//!
//! All work is closures over a [`Conn`]. On SQLite, writes share transactions ([`writer`]) and reads go to the latest used
//! of a few connections, or stay on the calling thread while they are short ([`Database::read_inline`]). Both engines' waits
//! are bounded: who gets no connection in time is told so.

pub(crate) mod calls;
mod conn;
mod counts;
pub mod errors;
mod functions;
mod handle;
mod json_path;
mod like;
mod pool;
mod postgres;
mod reader;
mod sqlite;
mod statements;
mod statistics;
mod unit;
mod watch;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::RwLock;
use tenon_model::{Error, Result};

pub use self::{conn::Conn, errors::Translate, reader::Reader};
use self::{
    pool::{Lease, Pool},
    sqlite::Purpose,
    unit::{Manner, Write},
    watch::{Limits, Stop},
    writer::Writer,
};
use crate::{Config, tables::computed::Settlement};

pub(crate) use self::functions::register as register_functions;

/// Which engine a database runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// SQLite, inside the process.
    Sqlite,
    /// PostgreSQL, elsewhere.
    Postgres,
}

/// The answer of [`Database::read_inline`].
#[derive(Debug)]
pub enum Inline<T> {
    /// The unit's answer.
    Done(T),
    /// It is too long for the calling thread, no connection was free, or the engine has no such way: nothing was done;
    /// repeat it through [`Database::read_with`].
    Elsewhere,
}

/// How much of SQLite's work a read may do on the calling thread: about half a millisecond.
const INLINE_TICKS: u32 = 40;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
    /// How long a unit of work may take; zero is without limit.
    timeout: Duration,
}

struct Inner {
    readers: Arc<Pool<Reader>>,
    /// SQLite's; PostgreSQL has many writers.
    writer: Option<Writer>,
    /// Where the SQLite database is.
    file: Option<PathBuf>,
    /// What a statement may take unless somebody asks otherwise.
    timeout: Duration,
    /// What renews stored columns at the end of each unit of writing.
    settlement: RwLock<Settlement>,
}

impl Database {
    /// Opens or makes the database and brings Tenon's own tables up to date.
    ///
    /// # Errors
    /// [`tenon_model::Code::Configuration`] if it cannot be reached or opened, [`tenon_model::Code::NewerDatabase`] if a
    /// newer Tenon wrote it.
    pub async fn open(config: &Config) -> Result<Self> {
        let config = config.clone();
        off_thread(move || Self::open_blocking(&config)).await
    }

    fn open_blocking(config: &Config) -> Result<Self> {
        match &config.database_url {
            Some(url) => Self::open_postgres(config, url),
            None => Self::open_sqlite(config, config.data.join("tenon.db")),
        }
    }

    fn open_sqlite(config: &Config, file: PathBuf) -> Result<Self> {
        let wait = config.pool_wait;
        let mut conn = Conn::Sqlite(sqlite::open(&file, Purpose::Write, wait)?);
        crate::system::migrate(&mut conn)?;
        let writer = Writer::start(conn)?;
        let path = file.clone();
        let open = move || Ok(Reader::new(Conn::Sqlite(sqlite::open(&path, Purpose::Read, wait)?)));
        let readers = Pool::new(config.pool_size, wait, Box::new(open.clone()));
        readers.add(open()?);
        Ok(Self::new(config, readers, Some(writer), Some(file)))
    }

    fn open_postgres(config: &Config, url: &str) -> Result<Self> {
        let (url, timeout) = (url.to_owned(), config.statement_timeout);
        let open = move || Ok(Reader::new(Conn::Postgres(postgres::open(&url, timeout)?)));
        let mut first = open()?;
        crate::system::migrate(&mut first.conn)?;
        let readers = Pool::new(config.pool_size, config.pool_wait, Box::new(move || open().map_err(errors::unreachable)));
        readers.add(first);
        Ok(Self::new(config, readers, None, None))
    }

    fn new(config: &Config, readers: Arc<Pool<Reader>>, writer: Option<Writer>, file: Option<PathBuf>) -> Self {
        let timeout = config.statement_timeout;
        Self { inner: Arc::new(Inner { readers, writer, file, timeout, settlement: RwLock::default() }), timeout }
    }

    /// Which engine it runs on.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        if self.inner.writer.is_some() { EngineKind::Sqlite } else { EngineKind::Postgres }
    }

    /// The SQLite database's file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.inner.file.as_deref()
    }

    /// The same database, with another limit on the time a unit of work may take; zero is without limit.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { inner: Arc::clone(&self.inner), timeout }
    }

    /// Runs a unit of reading in one transaction (one snapshot), on a reader connection, off the async threads. It is
    /// stopped when nobody waits for it any more.
    ///
    /// # Errors
    /// The closure's, [`tenon_model::Code::Busy`] if no connection became free in time, [`tenon_model::Code::Timeout`].
    pub async fn read<T, F>(&self, unit: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let timeout = self.unusual_timeout();
        self.on_reader(move |lease| match lease.conn()?.conn.kind() {
            EngineKind::Sqlite => read_sqlite(lease, |reader| {
                reader.snapshot()?;
                unit(&mut reader.conn)
            }),
            EngineKind::Postgres => postgres::read(lease, timeout, |reader| unit(&mut reader.conn)),
        })
        .await
    }

    /// Runs a unit of reading that decides itself whether it needs a snapshot ([`Reader::snapshot`]): one statement needs
    /// none. It may be run again if the connection is lost, hence `Fn`.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub async fn read_with<T, F>(&self, unit: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Reader) -> Result<T> + Send + 'static,
    {
        let timeout = self.unusual_timeout();
        self.on_reader(move |lease| match lease.conn()?.conn.kind() {
            EngineKind::Sqlite => read_sqlite(lease, unit),
            EngineKind::Postgres if timeout.is_some() => postgres::read(lease, timeout, unit),
            EngineKind::Postgres => postgres::read_plain(lease, unit),
        })
        .await
    }

    /// Runs a short read here and now, on the calling (async) thread, which it holds for half a millisecond at most.
    /// SQLite's alone: PostgreSQL always answers [`Inline::Elsewhere`].
    ///
    /// # Errors
    /// The closure's.
    pub fn read_inline<T>(&self, unit: impl FnOnce(&mut Reader) -> Result<T>) -> Result<Inline<T>> {
        if self.inner.writer.is_none() {
            return Ok(Inline::Elsewhere);
        }
        let _watching = watch::watch(Limits { ticks: Some(INLINE_TICKS), ..Limits::default() });
        let answer = self.inner.readers.try_with(|reader| {
            let answer = unit(reader);
            let sound = reader.finish().is_ok();
            (answer, sound)
        });
        match answer {
            None => Ok(Inline::Elsewhere),
            // A function of ours that was stopped gives null instead of an error.
            Some(_) if watch::stopped() == Some(Stop::Budget) => Ok(Inline::Elsewhere),
            Some(answer) => answer.map(Inline::Done),
        }
    }

    /// Runs a unit of writing: all of it or, if the closure fails, none. On SQLite it shares a transaction with other
    /// waiting units (a savepoint each) and answers after the commit; on PostgreSQL it has a transaction of its own. Either
    /// may run it again after a failure that was not its own (a serialization failure, a deadlock, a batch undone whole),
    /// hence `Fn`. Work whose caller has gone before it began is not begun.
    ///
    /// # Errors
    /// The closure's, [`tenon_model::Code::Busy`], [`tenon_model::Code::Timeout`], [`tenon_model::Code::StorageFull`].
    pub async fn write<T, F>(&self, unit: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.write_in(unit, false).await
    }

    /// Runs a unit of writing as [`Database::write`], alone in its transaction, and without a limit on its time. On SQLite,
    /// foreign keys are not enforced meanwhile and dropping a table does not touch those that refer to it, as the procedure
    /// for rebuilding tables needs; the unit itself makes sure that it leaves none broken (`PRAGMA foreign_key_check`).
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn write_unchecked<T, F>(&self, unit: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.with_timeout(Duration::ZERO).write_in(unit, true).await
    }

    async fn write_in<T, F>(&self, unit: F, unchecked: bool) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let Some(writer) = &self.inner.writer else {
            let timeout = self.unusual_timeout();
            let mut lease = self.inner.readers.lease().await?;
            return off_thread(move || postgres::write(&mut lease, timeout, unit)).await;
        };
        let manner = Manner { timeout: self.limit(), unchecked };
        let settlement = self.inner.settlement.read().clone();
        let settled = move |conn: &mut Conn| {
            let answer = unit(conn)?;
            if !settlement.is_idle() {
                settlement.run(conn)?;
            }
            Ok(answer)
        };
        let (write, answer) = Write::new(settled, manner);
        writer.submit(Box::new(write))?;
        answer.await.map_err(|_| Error::internal("the writer thread gave no answer"))?
    }

    /// Sets what renews stored columns at the end of each unit of writing.
    pub(crate) fn settle_by(&self, settlement: Settlement) {
        *self.inner.settlement.write() = settlement;
    }

    /// Finishes the writes that wait and closes the database; later work is refused.
    pub async fn close(&self) {
        let inner = Arc::clone(&self.inner);
        let _ = off_thread(move || {
            if let Some(writer) = &inner.writer {
                writer.close();
            }
            inner.readers.close();
            Ok(())
        })
        .await;
    }

    async fn on_reader<T, F>(&self, run: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Lease<Reader>) -> Result<T> + Send + 'static,
    {
        let mut lease = self.inner.readers.lease().await?;
        let flag = Arc::new(AtomicBool::new(false));
        let _cancel = CancelOnDrop(Arc::clone(&flag));
        let limits = Limits { time: self.limit(), cancelled: Some(flag), ticks: None };
        off_thread(move || {
            let _watching = watch::watch(limits);
            run(&mut lease).and_then(errors::unless_stopped)
        })
        .await
    }

    /// The limit on time, if there is one.
    fn limit(&self) -> Option<Duration> {
        (!self.timeout.is_zero()).then_some(self.timeout)
    }

    /// The limit on time where it is not the one that PostgreSQL's sessions have anyway.
    fn unusual_timeout(&self) -> Option<Duration> {
        (self.timeout != self.inner.timeout).then_some(self.timeout)
    }
}

/// Raises the flag when the future that holds it is dropped.
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn read_sqlite<T>(lease: &mut Lease<Reader>, unit: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
    let reader = lease.conn()?;
    let answer = unit(reader);
    if reader.finish().is_err() {
        lease.discard();
    }
    answer
}

/// Runs what blocks on a thread made for that.
async fn off_thread<T: Send + 'static>(run: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(run).await {
        Ok(answer) => answer,
        Err(error) => Err(Error::internal(format!("a unit of work panicked: {error}"))),
    }
}
