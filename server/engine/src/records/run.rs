//! Runs statements and hands over their rows.

use diesel::connection::{DefaultLoadingMode, LoadConnection};
use tenon_model::Result;

use super::{
    cell::{Of, RawRow},
    sql::Statement,
};
use crate::database::Conn;

/// What takes rows.
pub(crate) trait Sink {
    /// Takes a row.
    ///
    /// # Errors
    /// Whatever ends the reading.
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()>;
}

/// Why a statement failed: the database, or the one who took the rows.
pub(crate) enum Failure {
    Database(diesel::result::Error),
    Sink(tenon_model::Error),
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Failure> for tenon_model::Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => crate::database::errors::translate(error),
            Failure::Sink(error) => error,
        }
    }
}

/// Runs a statement and hands its rows to `sink`.
pub(crate) fn load<S: Sink>(conn: &mut Conn, statement: &Statement, sink: &mut S) -> Result<(), Failure> {
    match conn {
        Conn::Sqlite(conn) => {
            for row in LoadConnection::<DefaultLoadingMode>::load(conn, statement)? {
                sink.row(&Of::<_, diesel::sqlite::Sqlite>::new(&row?)).map_err(Failure::Sink)?;
            }
        }
        Conn::Postgres(conn) => {
            for row in LoadConnection::<DefaultLoadingMode>::load(conn, statement)? {
                sink.row(&Of::<_, diesel::pg::Pg>::new(&row?)).map_err(Failure::Sink)?;
            }
        }
    }
    Ok(())
}

/// Runs a statement and hands its rows to `sink` as they arrive, in constant memory on either engine.
pub(crate) fn stream<S: Sink>(conn: &mut Conn, statement: &Statement, sink: &mut S) -> Result<(), Failure> {
    let Conn::Postgres(conn) = conn else { return load(conn, statement, sink) };
    for row in LoadConnection::<diesel::pg::PgRowByRowLoadingMode>::load(conn, statement)? {
        sink.row(&Of::<_, diesel::pg::Pg>::new(&row?)).map_err(Failure::Sink)?;
    }
    Ok(())
}

/// Runs a statement that answers with a number of rows alone.
pub(crate) fn execute(conn: &mut Conn, statement: &Statement) -> Result<u64, Failure> {
    use diesel::connection::Connection;
    let changed = match conn {
        Conn::Sqlite(conn) => conn.execute_returning_count(statement)?,
        Conn::Postgres(conn) => conn.execute_returning_count(statement)?,
    };
    Ok(changed as u64)
}

/// The first cell of the only row, as a number.
pub(crate) fn number(conn: &mut Conn, statement: &Statement) -> Result<i64> {
    struct First(i64);
    impl Sink for First {
        fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
            self.0 = row.int(0);
            Ok(())
        }
    }
    let mut first = First(0);
    load(conn, statement, &mut first)?;
    Ok(first.0)
}

/// The first row's first cells as texts, if there is a row.
pub(crate) fn texts(conn: &mut Conn, statement: &Statement, width: usize) -> Result<Option<Vec<Option<String>>>> {
    struct First(usize, Option<Vec<Option<String>>>);
    impl Sink for First {
        fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
            use super::cell::Cell;
            if self.1.is_none() {
                let text = |index| {
                    row.cell(index, |cell| match cell {
                        Cell::Null => None,
                        Cell::Int(i) => Some(i.to_string()),
                        Cell::Real(f) => Some(f.to_string()),
                        Cell::Text(t) => Some(t.to_owned()),
                        Cell::Blob(b) => Some(format!("\\x{}", hex::encode(b))),
                    })
                };
                self.1 = Some((0..self.0).map(text).collect());
            }
            Ok(())
        }
    }
    let mut first = First(width, None);
    load(conn, statement, &mut first)?;
    Ok(first.1)
}
