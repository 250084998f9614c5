//! Reading what forms and authenticators send.

use tenon_model::{Code, Error, Result};

/// The id that a form sent.
pub(in crate::pages::hosted) fn id(text: &str) -> Result<uuid::Uuid> {
    uuid::Uuid::parse_str(text).map_err(|_| Error::new(Code::NotFound, "There is nothing of this id."))
}

/// What an authenticator answered, as the browser wrote it.
pub(in crate::pages::hosted) fn signed_by_key(text: &str) -> Result<serde_json::Value> {
    serde_json::from_str(text).map_err(|_| Error::new(Code::InvalidSyntax, "The authenticator's answer cannot be read."))
}
