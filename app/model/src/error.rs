//! What can go wrong, once for the whole of Tenon.

use serde::{Deserialize, Serialize};

use crate::AuthCode;

/// A stable name for a kind of failure. The protocols map it to their own codes and statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A name that is no valid identifier.
    InvalidName,
    /// SQL, a filter, a select list or a body that cannot be parsed.
    InvalidSyntax,
    /// Well-formed, but outside what Tenon understands.
    Unsupported,
    /// A value that is not of the column's type.
    InvalidValue,
    /// A number, date or length out of the type's range.
    OutOfRange,
    /// Several columns of a record are wrong; see [`Error::fields`].
    InvalidRecord,
    /// The table does not exist, or the caller may not know that it does.
    UnknownTable,
    /// The column does not exist.
    UnknownColumn,
    /// No relation joins the two tables.
    UnknownRelation,
    /// More than one relation joins the two tables.
    AmbiguousRelation,
    /// A filter, order or limit on rows that the select does not embed.
    NotEmbedded,
    /// An order by a column of a relation that leads to many rows.
    RelatedOrder,
    /// An embed as a whole can be null or not, nothing else.
    EmbeddedOperator,
    /// Aggregates are off.
    AggregatesDisabled,
    /// A role that does not exist.
    UnknownRole,
    /// A function that does not exist.
    UnknownFunction,
    /// The table, column, constraint, account … is there already.
    AlreadyExists,
    /// Some other thing that was named does not exist.
    NotFound,
    /// Something else depends on the thing that should go.
    Dependent,
    /// One row was asked for; none or several were found.
    NotSingular,
    /// An offset beyond the last row, where the total is known.
    RangeNotSatisfiable,
    /// A column that must not be null is.
    NotNullViolation,
    /// A unique key is taken.
    UniqueViolation,
    /// A reference points nowhere, or a referenced row would go.
    ForeignKeyViolation,
    /// A check fails.
    CheckViolation,
    /// The record was changed by someone else since it was read.
    Conflict,
    /// An update or delete without any filter.
    UnfilteredWrite,
    /// No key, or an unknown one.
    Unauthenticated,
    /// A key or token whose time is up.
    TokenExpired,
    /// The caller is known and may not do this.
    Forbidden,
    /// E-mail address or password is wrong.
    InvalidCredentials,
    /// Too many attempts; see [`Error::retry_after`].
    Throttled,
    /// The body, the file or the answer is too large.
    TooLarge,
    /// Nesting, terms or list are beyond the limit.
    TooComplex,
    /// The statement took longer than allowed.
    Timeout,
    /// No connection became free in time; try again.
    Busy,
    /// The disk or the quota is full; reads go on.
    StorageFull,
    /// The database was written by a newer Tenon.
    NewerDatabase,
    /// A set-up that cannot work: an option, a file, an address.
    Configuration,
    /// The work was cancelled by who asked for it.
    Cancelled,
    /// Sign-in or account management of the application's users failed.
    Auth(AuthCode),
    /// A failure of Tenon's own. The text is for the log, never for the client.
    Internal,
}

/// What is wrong with one column of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The column's name.
    pub column: String,
    /// The kind of failure.
    pub code: Code,
    /// What was wrong, in a sentence for a person.
    pub message: String,
}

/// A failure, told once: what was wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// The kind of failure.
    pub code: Code,
    /// What was wrong, in a sentence for a person. For [`Code::Internal`] it goes to the log alone.
    pub message: String,
    /// Where it was, or the offending value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What is wrong with each column, where the failure is about a record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// After how many seconds to try again, for [`Code::Busy`] and [`Code::Throttled`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Error {
    /// A failure with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None, hint: None, fields: Vec::new(), retry_after: None }
    }

    /// A failure of sign-in or account management.
    pub fn auth(code: AuthCode, message: impl Into<String>) -> Self {
        Self::new(Code::Auth(code), message)
    }

    /// A failure of Tenon's own; the text goes to the log, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(Code::Internal, cause.to_string())
    }

    /// Adds where it was, or the offending value.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what is wrong with single columns.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.fields = fields;
        self
    }

    /// Adds after how many seconds to try again.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}
