//! Headers that tell browsers to be careful.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// For everything that is no page: nothing may be loaded, run or framed by it.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Adds what a response lacks of them.
pub(super) fn secure(headers: &mut HeaderMap, is_api: bool, over_tls: bool) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if is_api {
        return;
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    // What a person sees depends on who they are, and may change at any time.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    headers.entry(header::REFERRER_POLICY).or_insert(SAME_ORIGIN);
    // Elsewhere browsers ignore it, and complain of it on every page.
    if over_tls {
        headers.entry(OPENER).or_insert(SAME_ORIGIN);
    }
    headers.entry(PERMISSIONS).or_insert(HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
}

/// What a page may reach beyond this origin: origins, one space before each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beyond {
    /// Where pictures may come from.
    pub images: String,
    /// Where forms may end.
    pub forms: String,
    /// Where the CAPTCHA's scripts, styles and frames may come from, and what they may speak to.
    pub scripts: String,
}

/// The policy of a page: scripts of this origin and those that carry the page's nonce, no inline styles, no framing.
#[must_use]
pub fn page_policy(nonce: &str, beyond: &Beyond) -> Option<HeaderValue> {
    let Beyond { images, forms, scripts } = beyond;
    // `cargo leptos watch` tells the page over a socket of its own to reload.
    let sockets = if cfg!(debug_assertions) && std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'{scripts}; style-src 'self' 'nonce-{nonce}'{scripts}; \
         img-src 'self' data: blob:{images}; font-src 'self'; connect-src 'self'{sockets}{scripts}; frame-src 'self'{scripts}; manifest-src 'self'; form-action 'self'{forms}; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ))
    .ok()
}
