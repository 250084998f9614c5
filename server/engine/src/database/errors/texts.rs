//! Failures that the engines tell apart by their text alone (Diesel does not pass SQLSTATE or SQLite's code on).

use tenon_model::{Code, Error};

use super::{STALE_PLAN, busy, storage_full, timeout};

/// What a text means.
enum Meaning {
    Timeout,
    Cancelled,
    Busy(&'static str),
    Full,
    /// The text is fit for the client as it stands.
    Say(Code),
    /// The text is replaced.
    Tell(Code, &'static str),
}

use Meaning::{Busy, Cancelled, Full, Say, Tell, Timeout};

/// Pieces of messages, most telling first.
#[rustfmt::skip]
const TABLE: &[(&str, Meaning)] = &[
    // PostgreSQL
    ("due to statement timeout", Timeout),
    ("due to lock timeout", Timeout),
    ("due to user request", Cancelled),
    ("could not serialize access", Busy("the change collided with another; try again")),
    ("deadlock detected", Busy("the change collided with another; try again")),
    ("could not obtain lock", Busy("the change collided with another; try again")),
    ("cached plan must not change result type", Busy(STALE_PLAN)),
    ("server closed the connection", Busy("the connection to the database was lost")),
    ("terminating connection", Busy("the connection to the database was lost")),
    ("no connection to the server", Busy("the connection to the database was lost")),
    ("could not receive data from server", Busy("the connection to the database was lost")),
    ("could not send data to server", Busy("the connection to the database was lost")),
    ("the database system is", Busy("the database is starting or stopping")),
    ("too many clients already", Busy("the database takes no more connections")),
    ("remaining connection slots", Busy("the database takes no more connections")),
    ("too many connections for", Busy("the database takes no more connections")),
    ("No space left on device", Full),
    ("could not extend file", Full),
    ("Disk quota exceeded", Full),
    ("value too long for type", Say(Code::OutOfRange)),
    ("numeric field overflow", Say(Code::OutOfRange)),
    ("out of range", Say(Code::OutOfRange)),
    ("invalid input syntax for type", Say(Code::InvalidValue)),
    ("invalid input value for enum", Say(Code::InvalidValue)),
    ("malformed array literal", Say(Code::InvalidValue)),
    ("invalid byte sequence for encoding", Tell(Code::InvalidValue, "a text must be UTF-8 without the character NUL")),
    ("unsupported Unicode escape sequence", Tell(Code::InvalidValue, "a text must be UTF-8 without the character NUL")),
    ("cannot be converted to text", Tell(Code::InvalidValue, "a text must be UTF-8 without the character NUL")),
    ("division by zero", Say(Code::InvalidValue)),
    ("cannot cast jsonb", Say(Code::InvalidValue)),
    ("cannot take square root of a negative number", Say(Code::InvalidValue)),
    ("more than one row returned by a subquery", Say(Code::InvalidValue)),
    ("not recognized for type", Say(Code::InvalidValue)),
    ("not supported for type", Say(Code::Unsupported)),
    ("cannot get array length of", Say(Code::InvalidValue)),
    ("cannot delete from", Say(Code::InvalidValue)),
    ("cannot delete path in scalar", Say(Code::InvalidValue)),
    ("cannot set path in scalar", Say(Code::InvalidValue)),
    ("path element at position", Say(Code::InvalidValue)),
    ("argument list must have even number of elements", Say(Code::InvalidValue)),
    ("key must not be null", Say(Code::InvalidValue)),
    ("key value must be scalar", Say(Code::InvalidValue)),
    ("number of elements to trim must be between", Say(Code::InvalidValue)),
    ("could not identify an equality operator", Say(Code::Unsupported)),
    ("negative substring length not allowed", Say(Code::InvalidValue)),
    ("field position must not be zero", Say(Code::InvalidValue)),
    ("requested length too large", Say(Code::TooLarge)),
    ("format() type specifier", Say(Code::InvalidValue)),
    ("too few arguments for format()", Say(Code::InvalidValue)),
    ("format specifies argument 0", Say(Code::InvalidValue)),
    ("width argument position must be ended by", Say(Code::InvalidValue)),
    ("null values cannot be formatted as an SQL identifier", Say(Code::InvalidValue)),
    ("unrecognized encoding", Say(Code::InvalidValue)),
    ("invalid hexadecimal", Say(Code::InvalidValue)),
    ("base64 sequence", Say(Code::InvalidValue)),
    ("invalid base64 end sequence", Say(Code::InvalidValue)),
    ("character number must be positive", Say(Code::InvalidValue)),
    ("null character not permitted", Say(Code::InvalidValue)),
    ("requested character", Say(Code::InvalidValue)),
    ("invalid regular expression", Say(Code::InvalidValue)),
    ("stack depth limit exceeded", Tell(Code::TooComplex, "the statement nests too deeply")),
    ("invalid memory alloc request size", Tell(Code::TooLarge, "a value is too large")),
    ("index row size", Tell(Code::TooLarge, "a value is too large for an index on its column")),
    ("index row requires", Tell(Code::TooLarge, "a value is too large for an index on its column")),
    ("row is too big", Tell(Code::TooLarge, "the row is too large")),
    // Tenon's own triggers on SQLite
    ("may not go there from", Say(Code::CheckViolation)),
    ("may not go anywhere from", Say(Code::CheckViolation)),
    ("may begin only as", Say(Code::CheckViolation)),
    // SQLite
    ("database or disk is full", Full),
    ("disk I/O error", Tell(Code::StorageFull, "the disk is full or cannot be written")),
    ("database is locked", Busy("another process is writing to the database")),
    ("database table is locked", Busy("another process is writing to the database")),
    ("database schema is locked", Busy("another process is writing to the database")),
    ("database schema has changed", Busy(STALE_PLAN)),
    ("string or blob too big", Tell(Code::TooLarge, "a value is too large")),
    ("too many SQL variables", Tell(Code::TooComplex, "the statement has too many values")),
    ("Expression tree is too large", Tell(Code::TooComplex, "the statement nests too deeply")),
    ("parser stack overflow", Tell(Code::TooComplex, "the statement nests too deeply")),
    ("pattern too complex", Tell(Code::TooComplex, "the pattern is too long")),
    ("integer overflow", Tell(Code::OutOfRange, "bigint out of range")),
    ("malformed JSON", Tell(Code::InvalidValue, "invalid input syntax for type json")),
    ("cannot store", Tell(Code::InvalidValue, "a value is not of its column's type")),
];

/// The error that a text means.
pub(super) fn translate(message: &str) -> Error {
    if let Some(error) = missing_thing(message) {
        return error;
    }
    match TABLE.iter().find(|(piece, _)| message.contains(piece)) {
        Some((_, Timeout)) => timeout(),
        Some((_, Cancelled)) => Error::new(Code::Cancelled, "canceling statement due to user request"),
        Some((_, Busy(text))) => busy(text),
        Some((_, Full)) => storage_full(),
        Some((_, Say(code))) => Error::new(*code, message),
        Some((_, Tell(code, text))) => Error::new(*code, *text),
        None => Error::internal(message),
    }
}

/// A table or column that went while a request was on its way.
fn missing_thing(message: &str) -> Option<Error> {
    let quoted = |prefix: &str| message.strip_prefix(prefix)?.strip_suffix("\" does not exist");
    if let Some(table) = quoted("relation \"").or_else(|| message.strip_prefix("no such table: ")) {
        return Some(Error::new(Code::UnknownTable, format!("there is no table \"{table}\"")).with_details(table));
    }
    let column = quoted("column \"")
        .or_else(|| message.strip_prefix("no such column: "))
        .or_else(|| message.strip_prefix("column ")?.strip_suffix(" does not exist"))
        .or_else(|| message.split_once(" has no column named ").map(|(_, column)| column))?;
    Some(Error::new(Code::UnknownColumn, format!("column {column} does not exist")).with_details(column))
}
