//! What is wrong with a value, in PostgreSQL's words.

use crate::{Code, Error};

/// `invalid input syntax for type integer: "abc"`.
pub(crate) fn invalid_syntax(type_name: &str, text: &str) -> Error {
    Error::new(Code::InvalidValue, format!("invalid input syntax for type {type_name}: \"{}\"", shorten(text)))
}

/// `value "99999" is out of range for type smallint`.
pub(crate) fn out_of_range(type_name: &str, text: &str) -> Error {
    Error::new(Code::OutOfRange, format!("value \"{}\" is out of range for type {type_name}", shorten(text)))
}

/// The text, cut to a length that fits a message.
pub(crate) fn shorten(text: &str) -> std::borrow::Cow<'_, str> {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Refuses NUL, which PostgreSQL's text cannot hold.
pub(crate) fn refuse_nul(text: &str) -> Result<(), Error> {
    if text.as_bytes().contains(&0) {
        return Err(Error::new(Code::InvalidValue, "invalid byte sequence for encoding \"UTF8\": 0x00"));
    }
    Ok(())
}
