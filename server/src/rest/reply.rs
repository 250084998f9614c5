//! Answers with rows in them, or only their number.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use tenon_engine::records::Rows;

use super::{
    accept::content_type,
    call::Call,
    compress,
    prefer::{Preferences, Return},
    range::content_range,
};

/// The answer to a read.
pub(super) fn read(call: &Call<'_>, rows: Rows, offset: u64) -> Response {
    let preferences = call.preferences;
    let status = super::range::status(&rows);
    let range = content_range(offset, rows.rows, rows.total);
    let heeded = Preferences {
        count: preferences.count,
        strict: preferences.strict,
        explain: preferences.explain,
        ..Preferences::default()
    };
    with(call, status, range, heeded, Some(rows.body))
}

/// What a write did.
pub(super) struct Written {
    /// The status if rows are answered.
    pub(super) full: StatusCode,
    /// The status if none are.
    pub(super) empty: StatusCode,
    /// Whether `Content-Range` tells which rows, as for an update, or only how many.
    pub(super) ranged: bool,
}

/// The answer to a write.
pub(super) fn written(call: &Call<'_>, rows: Rows, what: &Written) -> Response {
    let preferences = call.preferences;
    let total = preferences.count.map(|_| rows.rows);
    let range = content_range(0, if what.ranged { rows.rows } else { 0 }, total);
    if preferences.returning == Some(Return::Representation) {
        with(call, what.full, range, preferences, Some(rows.body))
    } else {
        with(call, what.empty, range, preferences, None)
    }
}

fn with(call: &Call<'_>, status: StatusCode, range: HeaderValue, heeded: Preferences, body: Option<Vec<u8>>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_RANGE, range);
    heeded.acknowledge(response.headers_mut());
    if let Some(body) = body {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(call.format)));
        let body = compress::body(body, call.headers, response.headers_mut());
        *response.body_mut() = Body::from(Bytes::from(body));
    }
    response
}
