//! Who is at the other end of the connection, also behind a proxy. Every request carries it among its extensions.

use std::net::IpAddr;

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
