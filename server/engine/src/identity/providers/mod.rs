//! Signing in by providers elsewhere: OpenID Connect and OAuth 2.

pub(crate) mod exchange;
