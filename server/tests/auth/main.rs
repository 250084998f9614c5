//! Requests to `/auth/v1` and what they are answered, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod admin;
mod captcha;
mod factors;
mod flows;
mod sessions;
mod support;
