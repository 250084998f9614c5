//! `POST /token`: a session by password, refresh token, PKCE code or another issuer's token. `POST /logout`.

use axum::{Json, Router, extract::Query, response::IntoResponse as _, routing::post};
use http::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tenon_engine::identity::{flows::SignOutScope, providers::IdTokenGrant};
use tenon_model::AuthCode;

use super::{AuthError, Call, Reply, call::Body, sign_up::Security};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/token", post(token)).route("/logout", post(logout))
}

#[derive(Deserialize)]
struct Grant {
    grant_type: Option<String>,
}

#[derive(Deserialize)]
struct Password {
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    gotrue_meta_security: Security,
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: String,
}

#[derive(Deserialize)]
struct Code {
    auth_code: String,
    code_verifier: String,
}

async fn token(call: Call, Query(grant): Query<Grant>, Body(body): Body<Value>) -> Reply {
    let session = match grant.grant_type.as_deref() {
        Some("password") => by_password(&call, read(body)?).await?,
        Some("refresh_token") => {
            let Refresh { refresh_token } = read(body)?;
            call.engine.refresh(&refresh_token, &call.client).await?
        }
        Some("pkce") => {
            let Code { auth_code, code_verifier } = read(body)?;
            call.engine.exchange_code(auth_code, code_verifier, &call.client).await?
        }
        Some("id_token") => by_id_token(&call, read(body)?).await?,
        Some("web3") => return Err(AuthError::new(AuthCode::Web3ProviderDisabled, "Web3 provider is disabled")),
        _ => return Err(AuthError::new(AuthCode::ValidationFailed, "unsupported_grant_type")),
    };
    Ok(Json(session.json).into_response())
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, AuthError> {
    serde_json::from_value(body).map_err(|error| AuthError::new(AuthCode::ValidationFailed, error.to_string()))
}

async fn by_password(call: &Call, body: Password) -> Result<tenon_engine::identity::Session, AuthError> {
    call.engine.check_captcha(body.gotrue_meta_security.captcha_token.as_deref(), &call.client.address).await?;
    if body.email.is_empty() && !body.phone.is_empty() {
        return Err(AuthError::new(AuthCode::PhoneProviderDisabled, "Phone logins are disabled"));
    }
    Ok(call.engine.sign_in_with_password(body.email, body.password, &call.client).await?)
}

#[derive(Deserialize)]
struct IdToken {
    provider: String,
    id_token: String,
    access_token: Option<String>,
    nonce: Option<String>,
    #[serde(default)]
    link_identity: bool,
    #[serde(default)]
    gotrue_meta_security: Security,
}

async fn by_id_token(call: &Call, body: IdToken) -> Result<tenon_engine::identity::Session, AuthError> {
    let IdToken { provider, id_token, access_token, nonce, link_identity, gotrue_meta_security } = body;
    call.engine.check_captcha(gotrue_meta_security.captcha_token.as_deref(), &call.client.address).await?;
    if link_identity {
        call.user()?;
    }
    let grant = IdTokenGrant { provider, id_token, access_token, nonce, link_identity };
    Ok(call.engine.sign_in_with_id_token(&call.caller, grant, &call.client).await?)
}

#[derive(Deserialize)]
struct Scope {
    scope: Option<String>,
}

async fn logout(call: Call, Query(query): Query<Scope>) -> Reply {
    let scope = match query.scope.as_deref() {
        None | Some("" | "global") => SignOutScope::Global,
        Some("local") => SignOutScope::Local,
        Some("others") => SignOutScope::Others,
        Some(other) => {
            return Err(AuthError::new(AuthCode::ValidationFailed, format!("Unsupported logout scope {other:?}")));
        }
    };
    let (user, session, _) = call.user()?;
    call.engine.sign_out_user(user, session, scope, &call.client).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
