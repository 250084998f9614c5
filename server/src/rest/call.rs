//! What every call on a table has in common: who, which table, which parameters, which wishes.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, Method, StatusCode, request::Parts};
use tenon_engine::{Caller, Engine, records::Format};
use tenon_model::{Code, Error, ReadQuery, Result as ModelResult, Schema, Table, rest::RestQuery};

use super::{
    accept,
    error::{RestError, answer},
    key,
    prefer::Preferences,
};
use crate::{AppState, HttpConfig};

/// Without it, an update or delete without a filter is refused.
const ALLOW_UNFILTERED: HeaderName = HeaderName::from_static("x-tenon-allow-unfiltered");

/// A call on a table.
pub(super) struct Call<'a> {
    pub(super) engine: &'a Engine,
    pub(super) http: &'a HttpConfig,
    pub(super) headers: &'a HeaderMap,
    pub(super) caller: Caller,
    pub(super) table: String,
    pub(super) query: RestQuery,
    pub(super) preferences: Preferences,
    pub(super) format: Format,
}

impl<'a> Call<'a> {
    /// Reads everything but the body.
    pub(super) fn new(state: &'a AppState, table: String, parts: &'a Parts) -> Result<Self, Response> {
        let headers = &parts.headers;
        let caller = key::caller(state.engine(), headers)?;
        check_profile(&parts.method, headers).map_err(RestError::into_response)?;
        let format = accept::accepted(headers).map_err(RestError::into_response)?;
        let preferences =
            Preferences::of(headers, || key::holds_secret(state.engine(), headers)).map_err(RestError::into_response)?;
        let parameters = parameters(parts.uri.query().unwrap_or("")).map_err(RestError::into_response)?;
        Self::with(state, table, headers, caller, format, preferences, &parameters)
    }

    /// As [`Call::new`] for a function, whose arguments stand among the parameters.
    pub(super) fn of_function(
        state: &'a AppState,
        name: String,
        parts: &'a Parts,
        is_argument: impl Fn(&str, &str) -> bool,
    ) -> Result<(Self, Vec<(String, String)>), Response> {
        let headers = &parts.headers;
        let caller = key::caller(state.engine(), headers)?;
        check_profile(&parts.method, headers).map_err(RestError::into_response)?;
        let format = accept::accepted(headers).map_err(RestError::into_response)?;
        let preferences = Preferences::of(headers, || false).map_err(RestError::into_response)?;
        let parameters = parameters(parts.uri.query().unwrap_or("")).map_err(RestError::into_response)?;
        let (arguments, rest): (Vec<_>, Vec<_>) = parameters.into_iter().partition(|(key, value)| is_argument(key, value));
        let call = Self::with(state, name, headers, caller, format, preferences, &rest)?;
        Ok((call, arguments))
    }

    fn with(
        state: &'a AppState,
        table: String,
        headers: &'a HeaderMap,
        caller: Caller,
        format: Format,
        preferences: Preferences,
        parameters: &[(String, String)],
    ) -> Result<Self, Response> {
        let query = RestQuery::parse(parameters).map_err(answer)?;
        Ok(Self { engine: state.engine(), http: state.http(), headers, caller, table, query, preferences, format })
    }

    /// Makes something against the schema. If the schema lacks what is named, another process may just have made it: that is
    /// looked up once.
    pub(super) async fn against_schema<T>(&self, make: impl Fn(&Schema) -> Result<T, Mistake>) -> Result<T, Response> {
        let schema = self.engine.schema();
        let mistake = match make(&schema) {
            Ok(made) => return Ok(made),
            Err(mistake) => mistake,
        };
        if !mistake.is_about_schema() {
            return Err(mistake.answer(&self.table));
        }
        let fresh = self.engine.refresh_schema().await.map_err(answer)?;
        if fresh.version == schema.version {
            return Err(mistake.answer(&self.table));
        }
        make(&fresh).map_err(|mistake| mistake.answer(&self.table))
    }

    /// The table, and the query's parameters against it.
    pub(super) fn resolve<'s>(&self, schema: &'s Schema) -> ModelResult<(&'s Table, ReadQuery)> {
        let table = schema.require_table(&self.table)?;
        Ok((table, self.query.resolve(schema, &self.table)?))
    }

    /// Whether every row may be changed or removed.
    pub(super) fn allows_unfiltered(&self) -> bool {
        self.headers.get(ALLOW_UNFILTERED).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
    }
}

/// What was wrong with a call, and in which part of it.
pub(super) enum Mistake {
    Query(Error),
    Body(Error),
    Protocol(RestError),
}

impl Mistake {
    fn is_about_schema(&self) -> bool {
        let code = match self {
            Self::Query(error) | Self::Body(error) => error.code,
            Self::Protocol(_) => return false,
        };
        matches!(
            code,
            Code::UnknownTable | Code::UnknownFunction | Code::UnknownColumn | Code::UnknownRelation | Code::AmbiguousRelation
        )
    }

    fn answer(self, table: &str) -> Response {
        match self {
            Self::Query(error) => answer(error),
            Self::Body(error) => RestError::of_body(error, table),
            Self::Protocol(error) => error.into_response(),
        }
    }
}

impl From<Error> for Mistake {
    fn from(error: Error) -> Self {
        Self::Query(error)
    }
}

/// The decoded parameters. Broken UTF-8 is refused, not mended: a mended filter would mean something else.
fn parameters(query: &str) -> Result<Vec<(String, String)>, RestError> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mended = found.iter().any(|(name, value)| name.contains('\u{FFFD}') || value.contains('\u{FFFD}'));
    if mended && !query.to_ascii_uppercase().contains("%EF%BF%BD") {
        return Err(RestError::new(StatusCode::BAD_REQUEST, "PGRST100", "the query is not UTF-8"));
    }
    Ok(found)
}

/// There is one schema, `public`.
fn check_profile(method: &Method, headers: &HeaderMap) -> Result<(), RestError> {
    let name = if matches!(*method, Method::GET | Method::HEAD) { "accept-profile" } else { "content-profile" };
    let Some(profile) = headers.get(name).filter(|profile| *profile != "public") else { return Ok(()) };
    let message = format!("Invalid schema: {}", String::from_utf8_lossy(profile.as_bytes()));
    let error = RestError::new(StatusCode::NOT_ACCEPTABLE, "PGRST106", message);
    Err(error.hint("Only the following schemas are exposed: public"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_broken_ones_refused() {
        assert_eq!(parameters("a=eq.x%20y&b=%C3%A4").unwrap(), [("a".into(), "eq.x y".into()), ("b".into(), "ä".into())]);
        assert!(parameters("a=eq.%FF").is_err());
        assert!(parameters("a=eq.%EF%BF%BD").is_ok());
    }
}
