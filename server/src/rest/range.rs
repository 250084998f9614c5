//! Which part of all rows: the `Range` header, `Content-Range`, and the statuses they go with.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use tenon_engine::records::Rows;
use tenon_model::ReadQuery;

use super::error::RestError;

/// Narrows a read by the request's `Range: 0-29` (unit `items`), beside its `limit` and `offset`.
pub(super) fn narrow(query: &mut ReadQuery, headers: &HeaderMap) -> Result<(), RestError> {
    let Some((first, last)) = headers.get(header::RANGE).and_then(|value| parse(value.to_str().ok()?)) else { return Ok(()) };
    if last.is_some_and(|last| last < first) {
        return Err(unsatisfiable("The lower boundary must be lower than or equal to the upper boundary in the Range header."));
    }
    // Both say which rows: what both mean is what both allow.
    let end = |offset: u64, limit: Option<u64>| limit.map(|limit| offset.saturating_add(limit));
    let asked = end(query.offset, query.limit);
    let ranged = last.map(|last| last.saturating_add(1));
    let stop = match (asked, ranged) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    query.offset = query.offset.max(first);
    query.limit = stop.map(|stop| stop.saturating_sub(query.offset));
    Ok(())
}

/// `0-29`, `30-`; anything else (such as a range of bytes) is not for us.
fn parse(text: &str) -> Option<(u64, Option<u64>)> {
    let (first, last) = text.trim().split_once('-')?;
    let last = if last.is_empty() { None } else { Some(last.parse().ok()?) };
    Some((first.parse().ok()?, last))
}

/// 416
pub(super) fn unsatisfiable(details: impl Into<String>) -> RestError {
    RestError::new(StatusCode::RANGE_NOT_SATISFIABLE, "PGRST103", "Requested range not satisfiable").details(details)
}

/// The status of a read: 206 if there is known to be more than was read.
pub(super) fn status(rows: &Rows) -> StatusCode {
    match rows.total {
        Some(total) if rows.rows < total => StatusCode::PARTIAL_CONTENT,
        _ => StatusCode::OK,
    }
}

/// `0-29/336776`, `0-29/*`, `*/0`, `*/*`: where the rows stand, and how many there are.
pub(super) fn content_range(offset: u64, rows: u64, total: Option<u64>) -> HeaderValue {
    let mut text = Vec::with_capacity(32);
    if rows == 0 || total == Some(0) {
        text.push(b'*');
    } else {
        text.extend_from_slice(itoa::Buffer::new().format(offset).as_bytes());
        text.push(b'-');
        text.extend_from_slice(itoa::Buffer::new().format(offset + rows - 1).as_bytes());
    }
    text.push(b'/');
    match total {
        Some(total) => text.extend_from_slice(itoa::Buffer::new().format(total).as_bytes()),
        None => text.push(b'*'),
    }
    HeaderValue::from_maybe_shared(bytes::Bytes::from(text)).unwrap_or_else(|_| HeaderValue::from_static("*/*"))
}

#[cfg(test)]
mod tests {
    use tenon_model::{Expr, Ident};

    use super::*;

    fn narrowed(offset: u64, limit: Option<u64>, range: &str) -> Option<(u64, Option<u64>)> {
        let mut query = ReadQuery {
            table: Ident::new("t").unwrap(),
            select: Vec::new(),
            filter: Expr::always(),
            order: Vec::new(),
            limit,
            offset,
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        narrow(&mut query, &headers).ok().map(|()| (query.offset, query.limit))
    }

    #[test]
    fn a_range_header_narrows_what_limit_and_offset_ask() {
        assert_eq!(narrowed(0, None, "0-29"), Some((0, Some(30))));
        assert_eq!(narrowed(0, None, "30-"), Some((30, None)));
        assert_eq!(narrowed(10, Some(100), "0-29"), Some((10, Some(20))));
        assert_eq!(narrowed(0, Some(5), "0-29"), Some((0, Some(5))));
        assert_eq!(narrowed(0, None, "bytes=0-29"), Some((0, None)));
        assert_eq!(narrowed(0, None, "9-3"), None);
    }

    #[test]
    fn content_ranges_are_postgrests() {
        assert_eq!(content_range(0, 30, Some(336_776)), "0-29/336776");
        assert_eq!(content_range(30, 30, None), "30-59/*");
        assert_eq!(content_range(0, 0, Some(0)), "*/0");
        assert_eq!(content_range(7, 0, None), "*/*");
    }
}
