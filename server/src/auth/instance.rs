//! What anyone may know of the instance: `/health`, `/settings`, `/.well-known/jwks.json`.

use axum::{
    Json, Router,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderValue, header};
use serde_json::json;

use super::{Call, Reply};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/health", get(health)).route("/settings", get(settings)).route("/.well-known/jwks.json", get(jwks))
}

async fn health() -> Json<serde_json::Value> {
    Json(
        json!({ "version": concat!("v", env!("CARGO_PKG_VERSION")), "name": "Tenon", "description": "Tenon's sign-in, as GoTrue has it" }),
    )
}

async fn settings(call: Call) -> Reply {
    Ok(Json(call.engine.public_auth_settings().await?).into_response())
}

/// The keys that verify access tokens; clients and proxies may keep them for a while, which the standby key allows for.
async fn jwks(call: Call) -> Response {
    let mut response = Json(call.engine.jwks()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600"));
    response
}
