//! The one table from database failures of either engine to [`tenon_model::Error`].
//!
//! Violations read as PostgreSQL words them. SQLite says less (it names columns, not constraints, and no values): who knows
//! the table and the row at hand calls [`translate_for`], and the answer is the same on both engines.

mod texts;
mod violations;

use diesel::{
    QueryResult,
    result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError},
};
use tenon_model::{Code, Error, Result};

pub use self::violations::{Violation, points_nowhere, translate_for, violation};
use super::watch::{self, Stop};

/// What a prepared statement says whose table has changed shape since; a new connection helps.
pub(super) const STALE_PLAN: &str = "a table changed while a statement used it";

/// Turns Diesel's results into Tenon's.
pub trait Translate<T> {
    /// The result with Tenon's error.
    ///
    /// # Errors
    /// The error that the database's means.
    fn translate(self) -> Result<T>;
}

impl<T> Translate<T> for QueryResult<T> {
    fn translate(self) -> Result<T> {
        self.map_err(translate)
    }
}

/// The error that a database's failure means.
#[must_use]
pub fn translate(error: DieselError) -> Error {
    match error {
        DieselError::DatabaseError(kind, info) => translate_database(kind, &*info),
        DieselError::NotFound => Error::new(Code::NotFound, "no such row"),
        DieselError::InvalidCString(_) => Error::new(Code::InvalidValue, "a text must not contain the character NUL"),
        DieselError::BrokenTransactionManager => Error::new(Code::Busy, "the connection to the database was lost"),
        other => Error::internal(other),
    }
}

fn translate_database(kind: DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> Error {
    if let Some(violation) = violations::of(kind, info) {
        return violation.into_error();
    }
    match kind {
        DatabaseErrorKind::SerializationFailure => busy("the change collided with another; try again"),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            busy("the connection to the database was lost")
        }
        DatabaseErrorKind::ReadOnlyTransaction => Error::internal("a write was tried inside a reading unit of work"),
        _ if info.message() == "interrupted" => interrupted(),
        _ => texts::translate(info.message()),
    }
}

/// Why SQLite stopped a statement: always because a limit of ours said so.
pub(super) fn interrupted() -> Error {
    match watch::stopped() {
        Some(Stop::Cancelled) => Error::new(Code::Cancelled, "canceling statement due to user request"),
        Some(Stop::Budget) => Error::new(Code::Timeout, "the statement is too long for this thread"),
        Some(Stop::Deadline) | None => timeout(),
    }
}

/// What a unit of work came to, unless a limit of this thread stopped some of it: a function of ours that is stopped gives
/// null, for it cannot fail.
pub(super) fn unless_stopped<T>(answer: T) -> Result<T> {
    if watch::stopped().is_some() { Err(interrupted()) } else { Ok(answer) }
}

fn timeout() -> Error {
    Error::new(Code::Timeout, "canceling statement due to statement timeout")
        .with_hint("Ask for less at once, or filter and sort by indexed columns.")
}

fn busy(message: &str) -> Error {
    Error::new(Code::Busy, message).with_retry_after(1)
}

fn storage_full() -> Error {
    Error::new(Code::StorageFull, "the disk is full: nothing was written")
        .with_hint("Reads go on. Free space on the server's disk, then repeat the change.")
}

/// What a request is told when a server that was there at the start cannot be reached; where it is, is for the log alone.
pub(super) fn unreachable(error: Error) -> Error {
    if error.code != Code::Configuration {
        return error;
    }
    tracing::error!("{}", error.message);
    busy("the database does not answer; try again in a moment")
}

/// Why a PostgreSQL server could not be reached.
pub(super) fn cannot_connect(message: &str) -> Error {
    let translated = texts::translate(message);
    if translated.code == Code::Busy {
        return translated;
    }
    Error::new(Code::Configuration, format!("cannot connect to PostgreSQL: {}", message.trim()))
        .with_hint("Check the database URL, and that the server runs and lets this user in.")
}

#[cfg(test)]
mod tests {
    use super::{Code, cannot_connect, unreachable};

    #[test]
    fn a_lost_server_is_a_reason_to_come_again_and_its_address_is_nobodys_business() {
        let refused = cannot_connect("connection to server at \"10.1.2.3\", port 5432 failed: Connection refused");
        assert_eq!(refused.code, Code::Configuration);
        let told = unreachable(refused);
        assert_eq!((told.code, told.retry_after), (Code::Busy, Some(1)));
        assert!(!format!("{told:?}").contains("10.1.2.3"));
    }
}
