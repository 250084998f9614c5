//! `/admin/users/{id}/factors` and `/admin/users/{id}/passkeys`: what programs with the secret key do to others' factors.

use axum::{
    Json, Router,
    extract::Path,
    response::IntoResponse as _,
    routing::{delete, get},
};
use http::StatusCode;
use tenon_model::UserId;

use super::{AuthError, Call, Reply, factors::id};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/users/{user}/factors", get(factors))
        .route("/admin/users/{user}/factors/{factor}", delete(remove_factor))
        .route("/admin/users/{user}/passkeys", get(passkeys))
        .route("/admin/users/{user}/passkeys/{passkey}", delete(remove_passkey))
}

fn user_id(text: &str) -> Result<UserId, AuthError> {
    id(text, "user_id").map(UserId)
}

async fn factors(call: Call, Path(user): Path<String>) -> Reply {
    call.admin()?;
    Ok(Json(call.engine.factors_of(&call.caller, user_id(&user)?).await?).into_response())
}

async fn remove_factor(call: Call, Path((user, factor)): Path<(String, String)>) -> Reply {
    call.admin()?;
    let (user, factor) = (user_id(&user)?, id(&factor, "factor_id")?);
    Ok(Json(call.engine.remove_factor_of(&call.caller, &call.client, user, factor).await?).into_response())
}

async fn passkeys(call: Call, Path(user): Path<String>) -> Reply {
    call.admin()?;
    Ok(Json(call.engine.passkeys_of(&call.caller, user_id(&user)?).await?).into_response())
}

async fn remove_passkey(call: Call, Path((user, passkey)): Path<(String, String)>) -> Reply {
    call.admin()?;
    let (user, passkey) = (user_id(&user)?, id(&passkey, "passkey_id")?);
    call.engine.remove_passkey_of(&call.caller, &call.client, user, passkey).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
