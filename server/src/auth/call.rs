//! What a request brings: who asks, from where, and its body.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
};
use http::request::Parts;
use serde::de::DeserializeOwned;
use tenon_engine::{Engine, audit::Client};
use tenon_model::{Aal, AuthCode, Caller, Role, SessionId, UserId};

use super::AuthError;
use crate::{AppState, rest::key::bearer};

/// What a request brings beside its body.
pub(super) struct Call {
    pub(super) engine: Engine,
    /// Who asks; without a token, or with one that is not valid, anyone.
    pub(super) caller: Caller,
    pub(super) client: Client,
    bad_token: Option<AuthError>,
    has_token: bool,
}

impl FromRequestParts<AppState> for Call {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, AuthError> {
        let client = client(parts);
        let engine = state.engine().for_client(client.clone());
        let token = bearer(&parts.headers);
        let (caller, bad_token) = match token.map(|token| engine.authenticate(token.trim())) {
            None => (Caller::anon(), None),
            Some(Ok(caller)) => (caller, None),
            Some(Err(error)) => (Caller::anon(), Some(AuthError::from(error))),
        };
        Ok(Self { caller, bad_token, has_token: token.is_some(), client, engine })
    }
}

impl Call {
    /// The signed-in user, their session and how surely they were identified.
    pub(super) fn user(&self) -> Result<(UserId, SessionId, Aal), AuthError> {
        self.sound()?;
        let no_claim = |name: &str| AuthError::new(AuthCode::BadJwt, format!("invalid claim: missing {name} claim"));
        let Caller::Api { user: Some(user), claims: Some(claims), .. } = &self.caller else { return Err(no_claim("sub")) };
        let session = claims.session.ok_or_else(|| no_claim("session_id"))?;
        Ok((*user, session, claims.aal))
    }

    /// Only programs with the secret key go on.
    pub(super) fn admin(&self) -> Result<(), AuthError> {
        self.sound()?;
        match self.caller {
            Caller::Api { role: Role::ServiceRole, .. } => Ok(()),
            _ => Err(AuthError::new(AuthCode::NotAdmin, "User not allowed")),
        }
    }

    fn sound(&self) -> Result<(), AuthError> {
        if let Some(error) = &self.bad_token {
            return Err(AuthError::from(error.error().clone()));
        }
        if self.has_token {
            return Ok(());
        }
        Err(AuthError::new(AuthCode::NoAuthorization, "This endpoint requires a valid Bearer token"))
    }
}

/// Where a request came from.
pub(super) fn client(parts: &Parts) -> Client {
    tenon_app::client::of(parts)
}

/// A body of JSON; an empty one is an empty object.
pub(super) struct Body<T>(pub(super) T);

/// The largest body that sign-in takes. Bytes.
const MAX_BODY: usize = 1 << 20;

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = AuthError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, AuthError> {
        let bad = |what: String| AuthError::new(AuthCode::BadJson, what);
        let patience = state.http().body_timeout;
        let reading = Bytes::from_request(request, state);
        let bytes = tokio::time::timeout(patience, reading).await.map_err(|_| bad("the body did not arrive in time".into()))?;
        let bytes = bytes.map_err(|_| bad("Could not read body".into()))?;
        if bytes.len() > MAX_BODY {
            return Err(bad("the body is larger than 1 MB".into()));
        }
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let value: serde_json::Value =
            serde_json::from_slice(text).map_err(|error| bad(format!("Could not parse request body as JSON: {error}")))?;
        serde_json::from_value(value).map(Self).map_err(|error| AuthError::new(AuthCode::ValidationFailed, error.to_string()))
    }
}
