//! JSON text: checking it, and PostgreSQL's `jsonb` normal form of it.

mod decimal_order;
mod normal;
mod order;
mod scan;

pub use self::{
    decimal_order::compare_decimals,
    normal::normalize_jsonb,
    order::{compare_json_arrays, compare_jsonb, json_containment},
};
pub(crate) use self::{
    normal::{Json, in_order},
    scan::Scanner,
};
use crate::{Code, Error};

/// The deepest nesting of a `json` or `jsonb` value.
pub const MAX_JSON_DEPTH: usize = 100;

/// Checks that a text is one JSON value.
///
/// # Errors
/// [`Code::InvalidValue`] with the place in `details`; [`Code::TooComplex`] beyond [`MAX_JSON_DEPTH`].
pub fn check_json(text: &str) -> Result<(), Error> {
    let mut scanner = Scanner::new(text);
    scanner.skip_value()?;
    scanner.finish()
}

/// The text of a JSON string literal (quotes and escapes resolved).
///
/// # Errors
/// [`Code::InvalidValue`], also for `\u0000` and lone surrogates.
pub fn parse_json_string(literal: &str) -> Result<std::borrow::Cow<'_, str>, Error> {
    let mut scanner = Scanner::new(literal);
    let text = scanner.string()?;
    scanner.finish()?;
    Ok(text)
}

/// `invalid input syntax for type json`.
fn invalid(details: impl Into<String>) -> Error {
    Error::new(Code::InvalidValue, "invalid input syntax for type json").with_details(details)
}
