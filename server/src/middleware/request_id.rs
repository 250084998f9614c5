//! A name for each request, that joins its answer to its lines in the log.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{extract::Request, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id: what the client (or a proxy) sent in `X-Request-Id`, or a new one.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The id of a request with these headers. An id from outside is taken only if it is short and harmless in a log.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let harmless = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        match headers.get(HEADER) {
            Some(given) if (1..=64).contains(&given.len()) && given.as_bytes().iter().all(harmless) => Self(given.clone()),
            _ => Self::new(),
        }
    }

    fn new() -> Self {
        // Unique, not secret: a counter scattered by a multiplication and by what this process drew at its start.
        static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
        static COUNTER: AtomicU64 = AtomicU64::new(1);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ *START;
        let mut text = [0u8; 16];
        for (i, digit) in text.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(number >> (60 - 4 * i)) as usize & 15];
        }
        Self(HeaderValue::from_bytes(&text).unwrap_or_else(|_| HeaderValue::from_static("0")))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or("0")
    }

    /// Tells the pages the id, so that they can show it.
    pub fn pass_on(&self, request: &mut Request) {
        request.headers_mut().insert(HEADER, self.0.clone());
    }

    /// Tells the client the id.
    pub fn attach(&self, response: &mut Response) {
        response.headers_mut().insert(HEADER, self.0.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_harmless() {
        let (a, b) = (RequestId::new(), RequestId::new());
        assert_ne!(a.as_str(), b.as_str());
        assert_eq!(a.as_str().len(), 16);
        let given = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_str(text).unwrap());
            RequestId::of(&headers).as_str() == text
        };
        assert!(given("trace-42"));
        assert!(!given("a b"));
        assert!(!given(&"x".repeat(65)));
    }
}
