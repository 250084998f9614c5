//! Who is at the other end of the connection, also behind a proxy. Every request carries it among its extensions.

use std::net::IpAddr;

#[cfg(feature = "ssr")]
use http::{header, request::Parts};
#[cfg(feature = "ssr")]
use tenon_engine::audit::Client;

/// What is known of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    /// Its address, as far as it is believed.
    pub address: IpAddr,
    /// Whether it speaks TLS (to a trusted proxy): cookies are then `Secure`.
    pub secure: bool,
    /// The host it asked a trusted proxy for, if that tells.
    pub host: Option<String>,
}

/// Where a request came from, for limits and the audit log.
#[cfg(feature = "ssr")]
#[must_use]
pub fn of(parts: &Parts) -> Client {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let address = parts.extensions.get::<ClientInfo>().map(|client| client.address.to_string()).unwrap_or_default();
    Client { address, user_agent: text(header::USER_AGENT), languages: text(header::ACCEPT_LANGUAGE) }
}
