//! Failures and where in a text they are.

use tenon_model::Error;

use crate::tables::change::Position;

/// A failure and where it is.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) error: Box<Error>,
    pub(crate) at: Position,
}

impl Located {
    pub(crate) fn new(error: Error, at: Position) -> Self {
        Self { error: Box::new(error), at }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: String) -> Self {
        self.error.hint = Some(hint);
        self
    }

    /// The failure with its place in `details`: `line L, column C`, or `FILE:L:C` if a file is given. What `details` said
    /// before stays behind it.
    pub(crate) fn into_error(self, file: Option<&str>) -> Error {
        let mut error = *self.error;
        let place = match file {
            Some(file) => format!("{file}:{}:{}", self.at.line, self.at.column),
            None => self.at.to_string(),
        };
        error.details = Some(match error.details {
            Some(details) if !details.is_empty() => format!("{place}: {details}"),
            _ => place,
        });
        error
    }
}
