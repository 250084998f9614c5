//! Who calls: the key or token that a request carries.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, StatusCode, header};
use tenon_engine::{Caller, Code, Engine};

use super::error::{RestError, answer};

const API_KEY: HeaderName = HeaderName::from_static("apikey");

/// The caller, by `Authorization: Bearer …` or else by `apikey`.
///
/// A bearer token decides, valid or not: a server that passes a user's expired token on beside its own secret key must not
/// thereby act with the secret key.
pub(super) fn caller(engine: &Engine, headers: &HeaderMap) -> Result<Caller, Response> {
    let Some(token) = bearer(headers).or_else(|| headers.get(API_KEY).and_then(|value| value.to_str().ok())) else {
        let error = RestError::new(StatusCode::UNAUTHORIZED, "PGRST302", "No API key found in request");
        return Err(error.hint("Send a key of this instance in the header `apikey` or `Authorization: Bearer`.").into_response());
    };
    engine.authenticate(token.trim()).map_err(|error| match error.code {
        Code::Unauthenticated => RestError::new(StatusCode::UNAUTHORIZED, "PGRST301", "Invalid API key")
            .hint("Double check the key; `tenon keys` prints those of an instance.")
            .into_response(),
        Code::TokenExpired => RestError::new(StatusCode::UNAUTHORIZED, "PGRST303", "JWT expired").into_response(),
        _ => answer(error),
    })
}

/// Whether a request carries the secret key, be it beside the token of somebody else for whom it acts.
pub(super) fn holds_secret(engine: &Engine, headers: &HeaderMap) -> bool {
    let key = headers.get(API_KEY).and_then(|value| value.to_str().ok());
    let is_secret = |key: &str| engine.authenticate(key.trim()).is_ok_and(|caller| caller == Caller::service());
    bearer(headers).into_iter().chain(key).any(is_secret)
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bearer_tokens_are_tokens() {
        let token = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(token("bearer a.b.c").as_deref(), Some("a.b.c"));
        assert_eq!(token("Basic abc"), None);
        assert_eq!(token("Bearer"), None);
    }
}
