//! Reading and setting cookies of the request at hand.

use http::{HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::client::ClientInfo;

/// The session's token that a request carries.
pub(crate) fn session(parts: &Parts) -> Option<&str> {
    find(parts, if is_secure_client(parts) { SECURE_SESSION } else { SESSION })
}

/// The value of a cookie that the request carries.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    find(&parts, name).map(str::to_owned)
}

pub(crate) fn find<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts
        .headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Sets a cookie that scripts cannot read, for `max_age` seconds; zero removes it. `value` must be of cookie characters.
pub fn set(name: &str, value: &str, max_age: u64) {
    let secure = if is_secure() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    if let (Some(response), Ok(header)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&text)) {
        response.append_header(header::SET_COOKIE, header);
    }
}

/// The name of the session's cookie. Under TLS the prefix binds it to this very host.
#[must_use]
pub fn session_name() -> &'static str {
    if is_secure() { SECURE_SESSION } else { SESSION }
}

const SESSION: &str = "tenon_session";
const SECURE_SESSION: &str = "__Host-tenon_session";

fn is_secure() -> bool {
    use_context::<Parts>().is_some_and(|parts| is_secure_client(&parts))
}

fn is_secure_client(parts: &Parts) -> bool {
    parts.extensions.get::<ClientInfo>().is_some_and(|client| client.secure)
}
