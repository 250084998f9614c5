//! `/factors`: second factors of the signed-in user, and their recovery codes.

use axum::{
    Json, Router,
    extract::Path,
    response::IntoResponse as _,
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::json;
use tenon_engine::identity::{ClaimedParty, FactorAnswer, NewFactor};
use tenon_model::AuthCode;
use uuid::Uuid;

use super::{AuthError, Call, Reply, call::Body};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/factors", post(enrol))
        .route("/factors/{id}", delete(unenrol))
        .route("/factors/{id}/challenge", post(challenge))
        .route("/factors/{id}/verify", post(verify))
        .route("/factors/recovery-codes", get(codes_left).post(make_codes).delete(delete_codes))
        .route("/factors/recovery-codes/regenerate", post(make_codes_again))
        .route("/factors/recovery-codes/verify", post(verify_code))
}

/// An id in a path.
pub(super) fn id(text: &str, what: &str) -> Result<Uuid, AuthError> {
    Uuid::parse_str(text).map_err(|_| AuthError::new(AuthCode::ValidationFailed, format!("{what} must be an UUID")))
}

async fn enrol(call: Call, Body(new): Body<NewFactor>) -> Reply {
    call.user()?;
    Ok(Json(call.engine.enrol_factor(&call.caller, &call.client, new).await?).into_response())
}

async fn unenrol(call: Call, Path(factor): Path<String>) -> Reply {
    call.user()?;
    let factor = id(&factor, "factor_id")?;
    call.engine.unenrol_factor(&call.caller, &call.client, factor).await?;
    Ok(Json(json!({ "id": factor })).into_response())
}

#[derive(Deserialize)]
struct Asked {
    webauthn: Option<ClaimedParty>,
}

async fn challenge(call: Call, Path(factor): Path<String>, Body(asked): Body<Asked>) -> Reply {
    call.user()?;
    let factor = id(&factor, "factor_id")?;
    Ok(Json(call.engine.challenge_factor(&call.caller, factor, asked.webauthn).await?).into_response())
}

async fn verify(call: Call, Path(factor): Path<String>, Body(answer): Body<FactorAnswer>) -> Reply {
    call.user()?;
    let factor = id(&factor, "factor_id")?;
    let session = call.engine.verify_factor(&call.caller, &call.client, factor, answer).await?;
    Ok(Json(session.json).into_response())
}

#[derive(Deserialize)]
struct Name {
    friendly_name: Option<String>,
}

async fn codes_left(call: Call) -> Reply {
    call.user()?;
    Ok(Json(call.engine.recovery_codes_left(&call.caller).await?).into_response())
}

async fn make_codes(call: Call, Body(Name { friendly_name }): Body<Name>) -> Reply {
    call.user()?;
    Ok(Json(call.engine.make_recovery_codes(&call.caller, &call.client, friendly_name, false).await?).into_response())
}

async fn make_codes_again(call: Call) -> Reply {
    call.user()?;
    Ok(Json(call.engine.make_recovery_codes(&call.caller, &call.client, None, true).await?).into_response())
}

async fn delete_codes(call: Call) -> Reply {
    call.user()?;
    let id = call.engine.delete_recovery_codes(&call.caller, &call.client).await?;
    Ok(Json(json!({ "id": id })).into_response())
}

#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
}

async fn verify_code(call: Call, Body(Code { code }): Body<Code>) -> Reply {
    call.user()?;
    if code.trim().is_empty() {
        return Err(AuthError::new(AuthCode::ValidationFailed, "Code needs to be non-empty"));
    }
    let session = call.engine.verify_recovery_code(&call.caller, &call.client, &code).await?;
    Ok(Json(session.json).into_response())
}
