//! Failures in PostgREST's words: one function from [`Code`] to status and code.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use tenon_model::{Caller, Code, Error, Role};

use crate::middleware::InternalFailure;

/// A failure as PostgREST and `@supabase/supabase-js` write it.
#[derive(Debug, Serialize)]
pub(super) struct RestError {
    #[serde(skip)]
    status: StatusCode,
    #[serde(skip)]
    retry_after: Option<u32>,
    code: &'static str,
    details: Option<serde_json::Value>,
    hint: Option<String>,
    message: String,
}

impl RestError {
    /// A failure of the protocol itself.
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, retry_after: None, code, details: None, hint: None, message: message.into() }
    }

    pub(super) fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(serde_json::Value::String(details.into()));
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A failure of the engine about a request's body: what would be a bad query is a bad body.
    pub(super) fn of_body(error: Error, table: &str) -> Response {
        match error.code {
            Code::InvalidSyntax => Self { code: "PGRST102", ..Self::known(error, StatusCode::BAD_REQUEST, "") }.into_response(),
            Code::UnknownColumn => {
                let column = error.details.clone().unwrap_or_default();
                let message = format!("Could not find the '{column}' column of '{table}' in the schema cache");
                Self { details: None, message, ..Self::known(error, StatusCode::BAD_REQUEST, "PGRST204") }.into_response()
            }
            _ => answer(error),
        }
    }

    fn known(error: Error, status: StatusCode, code: &'static str) -> Self {
        // The columns of a violated constraint stand in its details already, in PostgreSQL's words.
        let listed = error.code == Code::InvalidRecord && error.fields.len() > 1;
        let several = error.fields.iter().filter(|_| listed);
        let fields = several.map(|field| format!("{}: {}", field.column, field.message));
        let parts: Vec<String> = error.details.into_iter().chain(fields).collect();
        let details = (!parts.is_empty()).then(|| parts.join("; "));
        // The relations to choose from come as JSON.
        let json = |text: &str| serde_json::from_str(text).ok().filter(|_| error.code == Code::AmbiguousRelation);
        let details = details.map(|text| json(&text).unwrap_or(serde_json::Value::String(text)));
        Self { status, retry_after: error.retry_after, code, details, hint: error.hint, message: error.message }
    }
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A failure of the engine, answered.
pub(super) fn answer(error: Error) -> Response {
    match status_and_code(&error) {
        Some((status, code)) => in_postgrests_words(RestError::known(error, status, code)).into_response(),
        // Unknown failures are opaque to the client, whole in the log.
        None => InternalFailure(error.message).into(),
    }
}

/// As [`answer_to`], with reasons in `details`.
pub(super) fn answer_explained(caller: &Caller, error: Error, reasons: serde_json::Value) -> Response {
    let Some((status, code)) = status_and_code(&error) else { return answer_to(caller, error) };
    let plain = answer_to(caller, error.clone());
    let mut explained = RestError { details: Some(reasons), ..RestError::known(error, status, code) }.into_response();
    *explained.status_mut() = plain.status();
    explained.headers_mut().extend(plain.headers().get(header::WWW_AUTHENTICATE).map(|v| (header::WWW_AUTHENTICATE, v.clone())));
    explained
}

/// A failure of the engine for a caller: one without a name is told to show who it is, one with a name that it may not.
pub(super) fn answer_to(caller: &Caller, error: Error) -> Response {
    let nameless = matches!(caller, Caller::Api { role: Role::Anon, .. }) && error.code == Code::Forbidden;
    let mut response = answer(error);
    if nameless {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// The one table of failures; `None` is a failure of Tenon's own.
fn status_and_code(error: &Error) -> Option<(StatusCode, &'static str)> {
    use StatusCode as S;
    Some(match error.code {
        Code::InvalidName => (S::BAD_REQUEST, "42602"),
        Code::InvalidSyntax => (S::BAD_REQUEST, "PGRST100"),
        Code::Unsupported => unsupported(&error.message),
        Code::InvalidValue => (S::BAD_REQUEST, invalid_value(&error.message)),
        Code::OutOfRange => (S::BAD_REQUEST, out_of_range(&error.message)),
        Code::InvalidRecord => (S::BAD_REQUEST, record_code(error)),
        Code::UnknownTable => (S::NOT_FOUND, "PGRST205"),
        Code::UnknownColumn => (S::BAD_REQUEST, "42703"),
        Code::UnknownRelation => (S::BAD_REQUEST, "PGRST200"),
        Code::AmbiguousRelation => (S::MULTIPLE_CHOICES, "PGRST201"),
        Code::NotEmbedded => (S::BAD_REQUEST, "PGRST108"),
        Code::RelatedOrder => (S::BAD_REQUEST, "PGRST118"),
        Code::EmbeddedOperator => (S::BAD_REQUEST, "PGRST120"),
        Code::AggregatesDisabled => (S::BAD_REQUEST, "PGRST123"),
        Code::UnknownRole => (S::UNAUTHORIZED, "22023"),
        Code::UnknownFunction => (S::NOT_FOUND, "PGRST202"),
        Code::AlreadyExists => (S::CONFLICT, "42P07"),
        Code::NotFound => (S::NOT_FOUND, "P0002"),
        Code::Dependent => (S::CONFLICT, "2BP01"),
        Code::NotSingular => (S::NOT_ACCEPTABLE, "PGRST116"),
        Code::RangeNotSatisfiable => (S::RANGE_NOT_SATISFIABLE, "PGRST103"),
        Code::NotNullViolation => (S::BAD_REQUEST, "23502"),
        Code::UniqueViolation => (S::CONFLICT, "23505"),
        Code::ForeignKeyViolation => (S::CONFLICT, "23503"),
        Code::CheckViolation => (S::BAD_REQUEST, "23514"),
        Code::Conflict => (S::CONFLICT, "40001"),
        Code::UnfilteredWrite => (S::BAD_REQUEST, "21000"),
        Code::Unauthenticated => (S::UNAUTHORIZED, "PGRST301"),
        Code::TokenExpired => (S::UNAUTHORIZED, "PGRST303"),
        Code::Forbidden => (S::FORBIDDEN, "42501"),
        Code::InvalidCredentials => (S::BAD_REQUEST, "28P01"),
        Code::Auth(_) => (S::BAD_REQUEST, "28000"),
        Code::Throttled => (S::TOO_MANY_REQUESTS, "53400"),
        Code::TooLarge => (S::PAYLOAD_TOO_LARGE, "54000"),
        Code::TooComplex => (S::BAD_REQUEST, "54001"),
        Code::Timeout => (S::INTERNAL_SERVER_ERROR, "57014"),
        Code::Cancelled => (S::BAD_REQUEST, "57014"),
        Code::Busy => (S::SERVICE_UNAVAILABLE, "53300"),
        Code::StorageFull => (S::INSUFFICIENT_STORAGE, "53100"),
        Code::NewerDatabase | Code::Configuration | Code::Internal => return None,
    })
}

/// PostgreSQL tells missing operators, types and keys and wrong types apart from features that are missing.
fn unsupported(message: &str) -> (StatusCode, &'static str) {
    if message.starts_with("operator does not exist") {
        (StatusCode::NOT_FOUND, "42883")
    } else if message.starts_with("argument of") {
        (StatusCode::BAD_REQUEST, "42804")
    } else if message.starts_with("cannot cast type") {
        (StatusCode::BAD_REQUEST, "42846")
    } else if message.starts_with("type \"") {
        (StatusCode::BAD_REQUEST, "42704")
    } else if message.starts_with("there is no unique or exclusion constraint") {
        (StatusCode::BAD_REQUEST, "42P10")
    } else if message.starts_with("cannot insert a non-DEFAULT value") || message.ends_with("can only be updated to DEFAULT") {
        (StatusCode::BAD_REQUEST, "428C9")
    } else {
        (StatusCode::BAD_REQUEST, "0A000")
    }
}

/// PostgreSQL tells dates and bytes that are no text apart from other texts that are no value.
fn invalid_value(message: &str) -> &'static str {
    if message.starts_with("invalid byte sequence") {
        "22021"
    } else if ["for type date", "for type time"].iter().any(|kind| message.contains(kind)) {
        "22007"
    } else {
        "22P02"
    }
}

/// PostgreSQL tells numbers, lengths and dates apart.
fn out_of_range(message: &str) -> &'static str {
    if message.contains("too long") {
        "22001"
    } else if message.contains("date") || message.contains("time") {
        "22008"
    } else {
        "22003"
    }
}

/// The code of the first column that is wrong.
fn record_code(error: &Error) -> &'static str {
    match error.fields.first() {
        Some(field) => match field.code {
            Code::OutOfRange => out_of_range(&field.message),
            Code::InvalidValue => invalid_value(&field.message),
            Code::NotNullViolation => "23502",
            Code::Unsupported => "428C9",
            _ => "22P02",
        },
        None if error.message.starts_with("ON CONFLICT DO UPDATE") => "21000",
        None => "22P02",
    }
}

/// Puts messages that clients are known to look at into the words they look for.
fn in_postgrests_words(mut error: RestError) -> RestError {
    match error.code {
        "PGRST205" => {
            let table = error.details.take().and_then(|name| Some(name.as_str()?.to_owned())).unwrap_or_default();
            error.message = format!("Could not find the table 'public.{table}' in the schema cache");
            error.hint =
                error.hint.as_deref().and_then(quoted).map(|other| format!("Perhaps you meant the table 'public.{other}'"));
        }
        "42703" => {
            error.details = None;
            let table = error.message.strip_prefix("column ").and_then(|rest| rest.split('.').next()).unwrap_or("").to_owned();
            error.hint = error
                .hint
                .as_deref()
                .and_then(quoted)
                .map(|other| format!("Perhaps you meant to reference the column \"{table}.{other}\"."));
        }
        // Which roles there are is nobody's business who has none.
        "22023" => error.hint = None,
        "PGRST116" => "Cannot coerce the result to a single JSON object".clone_into(&mut error.message),
        "PGRST103" => "Requested range not satisfiable".clone_into(&mut error.message),
        _ => {}
    }
    error
}

/// What stands in double quotes.
fn quoted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('"')?;
    rest.rsplit_once('"').map(|(inside, _)| inside)
}
