//! Static files: precompressed, with strong ETags, cached for ever where the name carries a hash.

use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{File, Site, names};
use crate::AppState;

/// `GET /pkg/…`
pub(super) async fn serve(State(state): State<AppState>, request: Request) -> Response {
    answer(state.site(), request.uri().path(), request.headers()).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// The file at a path, if there is one, in the best encoding that the client takes and that was built.
pub(super) fn answer(site: &Site, path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = path.strip_prefix('/').filter(|name| !name.is_empty() && !name.ends_with(".br") && !name.ends_with(".gz"))?;
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let compressed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, suffix)| Some((site.file(&format!("{name}{suffix}"))?, Some(encoding))));
    let (file, encoding) = compressed.or_else(|| Some((site.file(name)?, None)))?;
    Some(respond(path, file, encoding, headers))
}

fn respond(path: &str, file: File, encoding: Option<&'static str>, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", file.hash);
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|known| matches_etag(known, &etag));
    let mut response = if fresh { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(Body::from(file.bytes)) };
    let out = response.headers_mut();
    if !fresh {
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        let charset = if mime.type_() == "text" { "; charset=utf-8" } else { "" };
        insert(out, header::CONTENT_TYPE, &format!("{mime}{charset}"));
        if let Some(encoding) = encoding {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
    }
    insert(out, header::ETAG, &etag);
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let caching = if names::is_hashed(path) { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Whether `Accept-Encoding` names the encoding and does not refuse it.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        words.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn matches_etag(known: &HeaderValue, etag: &str) -> bool {
    let Ok(known) = known.to_str() else { return false };
    known.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_only_if_the_client_takes_it() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=1.0, gzip", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn an_etag_matches_in_a_list_and_in_its_weak_form() {
        let known = |text| HeaderValue::from_static(text);
        assert!(matches_etag(&known("\"a\", W/\"b\""), "\"b\""));
        assert!(matches_etag(&known("*"), "\"b\""));
        assert!(!matches_etag(&known("\"c\""), "\"b\""));
    }
}
