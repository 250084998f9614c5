//! A connection for reading, and what it remembers.

use std::collections::HashMap;

use diesel::connection::SimpleConnection;
use tenon_model::Result;

use super::{Conn, counts::CountCache, errors::Translate, statements};

/// A connection for reading. Statements see the newest commit each, until [`Reader::snapshot`] is called.
pub struct Reader {
    /// The connection.
    pub conn: Conn,
    counts: CountCache,
    in_snapshot: bool,
}

impl Reader {
    pub(super) fn new(conn: Conn) -> Self {
        Self { conn, counts: CountCache::default(), in_snapshot: false }
    }

    /// From here on, all statements of this unit of work see one snapshot.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub fn snapshot(&mut self) -> Result<()> {
        if !self.in_snapshot {
            match &mut self.conn {
                Conn::Sqlite(conn) => statements::run(conn, &statements::Begin),
                Conn::Postgres(conn) => conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            }
            .translate()?;
            self.in_snapshot = true;
        }
        Ok(())
    }

    /// Counts that were put here before and still hold, because nobody committed anything since; put in what you count.
    /// `None` where there is no cheap way to know (PostgreSQL). The key must tell statement and values apart.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub fn counts(&mut self) -> Result<Option<&mut HashMap<u64, u64>>> {
        self.counts.current(&mut self.conn)
    }

    /// Ends the snapshot, if there is one. On failure the connection is of no more use.
    pub(super) fn finish(&mut self) -> Result<()> {
        if std::mem::take(&mut self.in_snapshot) {
            match &mut self.conn {
                Conn::Sqlite(conn) => {
                    statements::run(conn, &statements::Commit).or_else(|_| statements::run(conn, &statements::Rollback))
                }
                Conn::Postgres(conn) => conn.batch_execute("ROLLBACK"),
            }
            .translate()?;
        }
        Ok(())
    }
}
