//! What the HTTP side of an instance is told at start.

use std::{net::IpAddr, time::Duration};

/// Limits and habits of the HTTP server.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// The largest body of a request, in bytes.
    pub max_body: usize,
    /// The largest upload of a file in the Studio, in bytes.
    pub max_upload: usize,
    /// How long a client may take to send a request's head (and how long an idle connection is kept).
    pub head_timeout: Duration,
    /// How long a client may pause within a body, in either direction.
    pub stall_timeout: Duration,
    /// How long a whole body of the REST API may take to arrive.
    pub body_timeout: Duration,
    /// Connections served at once; more wait to be accepted.
    pub max_connections: usize,
    /// How long requests in flight may take to finish once the process is told to end.
    pub drain_timeout: Duration,
    /// Proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.
    pub trusted_proxies: Vec<Network>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            max_body: 16 << 20,
            max_upload: 4 << 30,
            head_timeout: Duration::from_secs(30),
            stall_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(120),
            max_connections: 8192,
            drain_timeout: Duration::from_secs(30),
            trusted_proxies: Vec::new(),
        }
    }
}

impl HttpConfig {
    /// Whether a peer is a proxy that is believed.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(peer))
    }
}

/// A range of addresses: `10.0.0.0/8`, `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: u128,
    mask: u128,
}

impl Network {
    /// Whether the address lies in the range. IPv4 addresses written as IPv6 are the same addresses.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        as_v6(address) & self.mask == self.address
    }
}

fn as_v6(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().into(),
        IpAddr::V6(v6) => v6.into(),
    }
}

impl std::str::FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| format!("\"{text}\" is no IP address or network"))?;
        let width: u32 = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => width,
            Some(bits) => bits.parse().ok().filter(|b| *b <= width).ok_or_else(|| format!("\"{text}\" is no network"))?,
        };
        let mask = u128::MAX.checked_shl(width - bits).unwrap_or(0);
        Ok(Self { address: as_v6(address) & mask, mask })
    }
}

/// Reads `30s`, `500ms`, `2m`, `1h` or plain seconds.
///
/// # Errors
/// A sentence, for anything else.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().map_err(|_| format!("\"{text}\" is no duration, e.g. 30s or 500ms"))?;
    let millis = match text[digits..].trim() {
        "ms" => 1,
        "" | "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        unit => return Err(format!("\"{unit}\" is no unit of time: ms, s, m or h")),
    };
    number.checked_mul(millis).map(Duration::from_millis).ok_or_else(|| format!("\"{text}\" is too long"))
}

/// Reads `16MB`, `512kB`, `1GB` or plain bytes (units of 1024).
///
/// # Errors
/// A sentence, for anything else.
pub fn parse_bytes(text: &str) -> Result<usize, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: usize = text[..digits].parse().map_err(|_| format!("\"{text}\" is no size, e.g. 16MB"))?;
    let shift = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        unit => return Err(format!("\"{unit}\" is no unit of size: kB, MB or GB")),
    };
    number.checked_mul(1 << shift).ok_or_else(|| format!("\"{text}\" is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_are_read_with_their_units() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(parse_duration("7"), Ok(Duration::from_secs(7)));
        assert!(parse_duration("soon").is_err());
        assert!(parse_duration("3 fortnights").is_err());
        assert_eq!(parse_bytes("16MB"), Ok(16 << 20));
        assert_eq!(parse_bytes("10"), Ok(10));
        assert!(parse_bytes("99999999999999999999").is_err());
    }

    #[test]
    fn a_network_holds_its_addresses() {
        let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().contains(address.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.1.2.3"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!holds("10.0.0.0/8", "11.1.2.3"));
        assert!(holds("::1", "::1"));
        assert!(holds("0.0.0.0/0", "8.8.8.8"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
    }
}
