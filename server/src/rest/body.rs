//! The body of a request: read whole, within bounds of size and time.

use std::time::Duration;

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError};

use super::error::RestError;

/// Reads a body. Its size is bounded by the middleware.
pub(super) async fn read(body: Body, patience: Duration) -> Result<Bytes, Response> {
    match tokio::time::timeout(patience, body.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) => Err(broken(&error).into_response()),
        Err(_) => Err(too_slow().into_response()),
    }
}

fn broken(error: &axum::Error) -> RestError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return RestError::new(StatusCode::PAYLOAD_TOO_LARGE, "54000", "the body is too large")
                .hint("send it in parts, or raise TENON_MAX_BODY");
        }
        if error.is::<tower_http::timeout::TimeoutError>() {
            return too_slow();
        }
        cause = error.source();
    }
    RestError::new(StatusCode::BAD_REQUEST, "PGRST102", "the body ended before it was complete")
}

fn too_slow() -> RestError {
    RestError::new(StatusCode::REQUEST_TIMEOUT, "57014", "the body did not arrive in time")
}
