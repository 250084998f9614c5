//! One database behind two engines: a writer thread and readers over SQLite, a pool over PostgreSQL.

mod conn;

use tenon_model::{Error, Result};

pub use self::conn::Conn;
use crate::Config;

/// Which engine a database runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// SQLite, inside the process.
    Sqlite,
    /// PostgreSQL, elsewhere.
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    kind: EngineKind,
}

impl Database {
    /// Opens or makes the database.
    ///
    /// # Errors
    /// If it cannot be reached or opened.
    pub async fn open(config: &Config) -> Result<Self> {
        Ok(Self { kind: if config.database_url.is_some() { EngineKind::Postgres } else { EngineKind::Sqlite } })
    }

    /// Which engine it runs on.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        self.kind
    }

    /// Runs a unit of reading in one transaction (one snapshot), on a reader connection, off the async threads.
    ///
    /// # Errors
    /// The closure's, [`tenon_model::Code::Busy`] if no connection became free in time, [`tenon_model::Code::Timeout`].
    pub async fn read<T, F>(&self, unit: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let _ = unit;
        Err(Error::internal("no database"))
    }

    /// Runs a unit of writing: all of it or, if the closure fails, none. On SQLite it shares a transaction with other
    /// waiting units (a savepoint each) and answers after the commit; on PostgreSQL it has a transaction of its own, run
    /// again after a serialization failure or a deadlock, hence `Fn`.
    ///
    /// # Errors
    /// The closure's, [`tenon_model::Code::Busy`], [`tenon_model::Code::Timeout`], [`tenon_model::Code::StorageFull`].
    pub async fn write<T, F>(&self, unit: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let _ = unit;
        Err(Error::internal("no database"))
    }
}
