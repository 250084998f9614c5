//! One line in the log for each request.

use std::time::{Duration, Instant};

use axum::{extract::Request, response::Response};
use http::Method;

use super::RequestId;

/// A slower request is worth a warning.
const SLOW: Duration = Duration::from_secs(1);

/// The line of one request. It holds no query and no headers: both may carry secrets.
pub(super) struct Line {
    start: Instant,
    method: Method,
    path: Option<String>,
}

impl Line {
    pub(super) fn start(request: &Request) -> Self {
        // The path is copied only if anybody may read it.
        let wanted = tracing::enabled!(target: "tenon::request", tracing::Level::WARN);
        let path = wanted.then(|| request.uri().path().to_owned());
        Self { start: Instant::now(), method: request.method().clone(), path }
    }

    pub(super) fn finish(self, response: &Response, id: &RequestId) {
        let (Some(path), status, took) = (self.path, response.status().as_u16(), self.start.elapsed()) else { return };
        let (method, id, took_us) = (self.method.as_str(), id.as_str(), took.as_micros());
        if status >= 500 {
            tracing::error!(target: "tenon::request", id, method, path, status, took_us);
        } else if took >= SLOW {
            tracing::warn!(target: "tenon::request", id, method, path, status, took_us, "slow");
        } else {
            tracing::info!(target: "tenon::request", id, method, path, status, took_us);
        }
    }
}
