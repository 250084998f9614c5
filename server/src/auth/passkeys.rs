//! `/passkeys`: signing in without a password, and the passkeys of the signed-in user.

use axum::{
    Json, Router,
    extract::Path,
    response::IntoResponse as _,
    routing::{get, patch, post},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Call, Reply, call::Body, factors::id, sign_up::Security};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/passkeys", get(list))
        .route("/passkeys/", get(list))
        .route("/passkeys/{id}", patch(rename).delete(delete))
        .route("/passkeys/registration/options", post(start_registration))
        .route("/passkeys/registration/verify", post(finish_registration))
        .route("/passkeys/authentication/options", post(start_sign_in))
        .route("/passkeys/authentication/verify", post(finish_sign_in))
}

/// An authenticator's answer.
#[derive(Deserialize)]
struct Answer {
    challenge_id: Uuid,
    /// Earlier clients call it `credential_response`.
    #[serde(alias = "credential_response")]
    credential: Value,
}

async fn start_registration(call: Call) -> Reply {
    call.user()?;
    Ok(Json(call.engine.start_passkey_registration(&call.caller).await?).into_response())
}

async fn finish_registration(call: Call, Body(answer): Body<Answer>) -> Reply {
    call.user()?;
    let Answer { challenge_id, credential } = answer;
    let made = call.engine.finish_passkey_registration(&call.caller, &call.client, challenge_id, credential).await?;
    Ok(Json(made).into_response())
}

#[derive(Deserialize)]
struct Start {
    #[serde(default)]
    gotrue_meta_security: Security,
}

async fn start_sign_in(call: Call, Body(start): Body<Start>) -> Reply {
    call.engine.check_captcha(start.gotrue_meta_security.captcha_token.as_deref(), &call.client.address).await?;
    Ok(Json(call.engine.start_passkey_sign_in().await?).into_response())
}

async fn finish_sign_in(call: Call, Body(answer): Body<Answer>) -> Reply {
    let session = call.engine.finish_passkey_sign_in(&call.client, answer.challenge_id, answer.credential).await?;
    Ok(Json(session.json).into_response())
}

async fn list(call: Call) -> Reply {
    call.user()?;
    Ok(Json(call.engine.passkeys(&call.caller).await?).into_response())
}

#[derive(Deserialize)]
struct Name {
    friendly_name: String,
}

async fn rename(call: Call, Path(passkey): Path<String>, Body(Name { friendly_name }): Body<Name>) -> Reply {
    call.user()?;
    let passkey = id(&passkey, "passkey_id")?;
    Ok(Json(call.engine.rename_passkey(&call.caller, &call.client, passkey, friendly_name).await?).into_response())
}

async fn delete(call: Call, Path(passkey): Path<String>) -> Reply {
    call.user()?;
    call.engine.delete_passkey(&call.caller, &call.client, id(&passkey, "passkey_id")?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
