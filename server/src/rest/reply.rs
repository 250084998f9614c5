//! Answers with rows in them, or only their number.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use tenon_engine::records::{Format, Rows};

use super::{
    accept::content_type,
    prefer::{Preferences, Return},
    range::content_range,
};

/// The answer to a read.
pub(super) fn read(rows: Rows, offset: u64, format: Format, preferences: Preferences) -> Response {
    let status = super::range::status(&rows);
    let range = content_range(offset, rows.rows, rows.total);
    let heeded = Preferences { count: preferences.count, strict: preferences.strict, ..Preferences::default() };
    with(status, range, heeded, Some((format, rows.body)))
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
pub(super) fn written(rows: Rows, what: &Written, format: Format, preferences: Preferences) -> Response {
    let total = preferences.count.map(|_| rows.rows);
    let range = content_range(0, if what.ranged { rows.rows } else { 0 }, total);
    if preferences.returning == Some(Return::Representation) {
        with(what.full, range, preferences, Some((format, rows.body)))
    } else {
        with(what.empty, range, preferences, None)
    }
}

fn with(status: StatusCode, range: HeaderValue, heeded: Preferences, body: Option<(Format, Vec<u8>)>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_RANGE, range);
    heeded.acknowledge(response.headers_mut());
    if let Some((format, body)) = body {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(format)));
        *response.body_mut() = Body::from(Bytes::from(body));
    }
    response
}
