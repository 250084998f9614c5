//! Bounds on what a client sends: how much, and how slowly.

use std::time::Duration;

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Body as _;
use tower_http::timeout::TimeoutBody;

use crate::HttpConfig;

/// How much of a body that is refused is still read, so that the client, busy sending, gets to see the refusal.
const DRAINED: u64 = 64 << 20;
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// Bounds a request's body, or refuses it at once if it says itself that it is too large.
pub(super) async fn bound_body(request: Request, config: &HttpConfig) -> Result<Request, Response> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let limit = if is_upload(request.uri().path()) { config.max_upload } else { config.max_body };
    if request.body().size_hint().lower() > limit as u64 {
        drain(request.into_body()).await;
        return Err(too_large(limit));
    }
    let stall = config.stall_timeout;
    Ok(request.map(|body| Body::new(Limited::new(Box::pin(TimeoutBody::new(stall, body)), limit))))
}

/// Where the Studio takes files.
fn is_upload(path: &str) -> bool {
    path == "/import" || path.starts_with("/import/")
}

/// Reads and forgets, within bounds.
pub(crate) async fn drain(mut body: Body) {
    let mut seen = 0;
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            seen += frame.data_ref().map_or(0, |data| data.len() as u64);
            if seen > DRAINED {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}

/// 413 in the API's own words.
fn too_large(limit: usize) -> Response {
    let body = format!(
        r#"{{"code":"54000","message":"the body is larger than {limit} bytes","details":null,"hint":"send it in parts, or raise TENON_MAX_BODY"}}"#
    );
    (StatusCode::PAYLOAD_TOO_LARGE, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}
