//! How failures reach the person: the engine's error, without what is not theirs to see.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use tenon_model::{Code, Error, FieldError};

/// A failure of a page or a server function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    /// What went wrong. The text of [`Code::Internal`] never comes this far.
    pub error: Error,
    /// Joins it to the log, for failures of Tenon's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What the person had entered, to show the form again without scripts. Never a password.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<(String, String)>,
}

/// The result of a server function.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl AppError {
    /// A failure with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error::new(code, message).into()
    }

    /// One field of a form is wrong.
    #[must_use]
    pub fn field(name: &str, message: &str) -> Self {
        let field = FieldError { column: name.to_owned(), code: Code::InvalidValue, message: message.to_owned() };
        Error::new(Code::InvalidRecord, "Look at the marked fields.").with_fields(vec![field]).into()
    }

    /// Remembers what the person had entered.
    #[must_use]
    pub fn keeping<'a>(mut self, inputs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.kept.extend(inputs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        self
    }

    /// What the person had entered in a field.
    #[must_use]
    pub fn kept(&self, name: &str) -> Option<String> {
        self.kept.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn of_field(&self, name: &str) -> Option<String> {
        self.error.fields.iter().find(|field| field.column == name).map(|field| field.message.clone())
    }
}

impl From<Error> for AppError {
    #[cfg(feature = "ssr")]
    fn from(error: Error) -> Self {
        crate::context::set_status(status(error.code));
        if error.code != Code::Internal {
            return Self { error, request_id: None, kept: Vec::new() };
        }
        let request_id = crate::context::request_id();
        tracing::error!(request_id = request_id.as_deref().unwrap_or_default(), "{}", error.message);
        let mut shown = Error::new(Code::Internal, "Something went wrong on our side.");
        if let Some(id) = &request_id {
            shown = shown.with_hint(format!("The log knows more about request {id}."));
        }
        Self { error: shown, request_id, kept: Vec::new() }
    }

    #[cfg(not(feature = "ssr"))]
    fn from(error: Error) -> Self {
        Self { error, request_id: None, kept: Vec::new() }
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.error.message)
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(failure: ServerFnErrorErr) -> Self {
        match failure {
            ServerFnErrorErr::Request(_) => {
                let error =
                    Error::new(Code::Busy, "The server cannot be reached.").with_hint("Check the connection and try again.");
                Self { error, request_id: None, kept: Vec::new() }
            }
            ServerFnErrorErr::Args(text) | ServerFnErrorErr::MissingArg(text) => {
                Error::new(Code::InvalidSyntax, "The form was not filled in as expected.").with_details(text).into()
            }
            other => Error::internal(other).into(),
        }
    }
}

/// The HTTP status of a page or server function that failed so.
#[cfg(feature = "ssr")]
pub(crate) fn status(code: Code) -> http::StatusCode {
    use http::StatusCode as S;
    use tenon_model::AuthCode as A;
    match code {
        Code::Auth(A::UserNotFound | A::SessionNotFound) => S::NOT_FOUND,
        Code::Auth(A::NotAdmin) => S::FORBIDDEN,
        Code::Auth(A::EmailExists | A::PhoneExists | A::Conflict) => S::CONFLICT,
        Code::UnknownTable
        | Code::UnknownColumn
        | Code::NotFound
        | Code::UnknownRelation
        | Code::UnknownFunction
        | Code::UnknownRole => S::NOT_FOUND,
        Code::Unauthenticated | Code::TokenExpired | Code::InvalidCredentials => S::UNAUTHORIZED,
        Code::Forbidden => S::FORBIDDEN,
        Code::Conflict | Code::AlreadyExists | Code::UniqueViolation | Code::ForeignKeyViolation | Code::Dependent => S::CONFLICT,
        Code::Throttled => S::TOO_MANY_REQUESTS,
        Code::TooLarge => S::PAYLOAD_TOO_LARGE,
        Code::Timeout => S::GATEWAY_TIMEOUT,
        Code::Busy => S::SERVICE_UNAVAILABLE,
        Code::StorageFull => S::INSUFFICIENT_STORAGE,
        Code::Internal | Code::NewerDatabase | Code::Configuration => S::INTERNAL_SERVER_ERROR,
        _ => S::BAD_REQUEST,
    }
}
