//! `/healthz` answers while the process lives, `/readyz` while it can serve.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::RETRY_AFTER};

use crate::AppState;

/// `GET /healthz`
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`
pub async fn ready(State(state): State<AppState>) -> Response {
    if state.is_draining() {
        return not_ready("shutting down\n");
    }
    match state.engine().ready().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::warn!(code = ?error.code, "not ready: {error}");
            not_ready("the database does not answer\n")
        }
    }
}

fn not_ready(why: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], why).into_response()
}
