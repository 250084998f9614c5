//! Larger answers, compressed for clients that take it.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, header};

/// Smaller bodies cost more to compress than to send.
const WORTH_IT: usize = 4096;

/// Compresses a body if it is worth it and the client takes gzip, and says so in the headers.
pub(super) fn body(body: Vec<u8>, asked: &HeaderMap, answer: &mut HeaderMap) -> Vec<u8> {
    if body.len() < WORTH_IT || !takes_gzip(asked) {
        return body;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    let Some(packed) = encoder.write_all(&body).ok().and_then(|()| encoder.finish().ok()) else { return body };
    answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    answer.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    packed
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let Some(accepted) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else { return false };
    accepted.split(',').any(|entry| {
        let mut words = entry.split(';').map(str::trim);
        words.next() == Some("gzip") && !words.any(|word| word.starts_with("q=0") && word.trim_end_matches(['0', '.']) == "q=")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(size: usize, accept: Option<&'static str>) -> bool {
        let mut asked = HeaderMap::new();
        if let Some(accept) = accept {
            asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
        }
        let mut answer = HeaderMap::new();
        body(vec![b'x'; size], &asked, &mut answer).len() < size && answer.contains_key(header::CONTENT_ENCODING)
    }

    #[test]
    fn only_large_bodies_for_clients_that_take_it_are_compressed() {
        assert!(packed(10_000, Some("br, gzip")));
        assert!(!packed(100, Some("gzip")));
        assert!(!packed(10_000, Some("gzip;q=0, br")));
        assert!(packed(10_000, Some("gzip;q=0.5")));
        assert!(!packed(10_000, None));
    }
}
