//! Requests to `/auth/v1` and what they are answered, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod admin;
mod audit;
mod captcha;
mod factors;
mod flows;
mod hostile;
mod passwords;
mod races;
mod sessions;
mod support;
mod takeover;
