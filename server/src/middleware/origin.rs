//! Against forged requests: a page of another origin must not act with a person's session cookie.

use axum::{
    extract::Request,
    response::{IntoResponse as _, Response},
};
use http::{HeaderName, Method, StatusCode, header};
use tenon_app::client::ClientInfo;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The refusal of a request that would change something and comes from a page of another origin.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`, and a page can forge neither. A
/// request with neither comes from no browser, and so carries no session it did not mean to.
pub(super) fn refuse_foreign(request: &Request) -> Option<Response> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) || is_own(request) {
        return None;
    }
    let body = r#"{"code":"42501","message":"this request comes from a page of another origin","details":null,"hint":null}"#;
    Some((StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response())
}

fn is_own(request: &Request) -> bool {
    let text = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or(""));
    if let Some(site) = text(FETCH_SITE) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let Some((_, origin_host)) = origin.split_once("://") else { return false };
    let forwarded = request.extensions().get::<ClientInfo>().and_then(|client| client.host.as_deref());
    forwarded.or_else(|| text(header::HOST)).is_some_and(|host| host.eq_ignore_ascii_case(origin_host))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn allowed(method: &str, headers: &[(&str, &str)]) -> bool {
        let mut builder = http::Request::builder().method(method).uri("/api/x").header("host", "tenon.example");
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        refuse_foreign(&builder.body(Body::empty()).unwrap()).is_none()
    }

    #[test]
    fn only_own_pages_and_programs_may_change_things() {
        assert!(allowed("POST", &[]));
        assert!(allowed("POST", &[("sec-fetch-site", "same-origin")]));
        assert!(!allowed("POST", &[("sec-fetch-site", "cross-site")]));
        assert!(!allowed("POST", &[("sec-fetch-site", "same-site"), ("origin", "https://tenon.example")]));
        assert!(allowed("POST", &[("origin", "https://tenon.example")]));
        assert!(!allowed("POST", &[("origin", "https://evil.example")]));
        assert!(!allowed("DELETE", &[("origin", "null")]));
        assert!(allowed("GET", &[("sec-fetch-site", "cross-site")]));
    }
}
