//! Who is at the other end, also behind a proxy.

use std::net::{IpAddr, SocketAddr};

use axum::extract::Request;
use http::{HeaderMap, HeaderName};
use tenon_app::client::ClientInfo;

use crate::HttpConfig;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Puts a [`ClientInfo`] into the request. Forwarding headers of anyone but a trusted proxy are removed, so that nothing
/// behind this can be fooled by them.
pub(super) fn identify(request: &mut Request, config: &HttpConfig) {
    let Some(&Peer(peer)) = request.extensions().get::<Peer>() else { return };
    let headers = request.headers_mut();
    let info = if config.trusts(peer.ip()) {
        ClientInfo {
            address: forwarded_for(headers, config).unwrap_or_else(|| peer.ip()),
            secure: text(headers, &FORWARDED_PROTO).is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
            host: text(headers, &FORWARDED_HOST).map(str::to_owned),
        }
    } else {
        if headers.contains_key(FORWARDED_FOR) || headers.contains_key(FORWARDED_PROTO) || headers.contains_key(FORWARDED_HOST) {
            for name in [FORWARDED_FOR, FORWARDED_PROTO, FORWARDED_HOST] {
                headers.remove(name);
            }
        }
        ClientInfo { address: peer.ip(), secure: false, host: None }
    };
    request.extensions_mut().insert(info);
}

/// The last address in the list that is no trusted proxy: what stands before it may be made up.
fn forwarded_for(headers: &HeaderMap, config: &HttpConfig) -> Option<IpAddr> {
    let lists: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    let addresses = lists.iter().flat_map(|list| list.split(',')).map(|address| address.trim().parse::<IpAddr>().ok());
    let mut last = None;
    for address in addresses.collect::<Vec<_>>().into_iter().rev() {
        let Some(address) = address else { break };
        last = Some(address);
        if !config.trusts(address) {
            break;
        }
    }
    last
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn identified(peer: &str, headers: &[(&str, &str)]) -> (ClientInfo, bool) {
        let config = HttpConfig { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..HttpConfig::default() };
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(Peer(SocketAddr::new(peer.parse().unwrap(), 5)));
        for (name, value) in headers {
            request.headers_mut().append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        identify(&mut request, &config);
        let kept = request.headers().contains_key(FORWARDED_FOR);
        (request.extensions().get::<ClientInfo>().unwrap().clone(), kept)
    }

    #[test]
    fn a_strangers_forwarding_headers_are_not_believed() {
        let (info, kept) = identified("8.8.8.8", &[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", "https")]);
        assert_eq!(info, ClientInfo { address: "8.8.8.8".parse().unwrap(), secure: false, host: None });
        assert!(!kept);
    }

    #[test]
    fn a_trusted_proxy_tells_the_client_and_not_what_the_client_made_up() {
        let (info, _) =
            identified("10.0.0.1", &[("x-forwarded-for", "6.6.6.6, 9.9.9.9, 10.0.0.2"), ("x-forwarded-proto", "https")]);
        assert_eq!(info, ClientInfo { address: "9.9.9.9".parse().unwrap(), secure: true, host: None });
    }
}
