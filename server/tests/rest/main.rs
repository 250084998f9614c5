//! The REST API through the whole router, on both engines: the same request, the same status, the same bytes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod checks;
mod computed;
mod embeds;
mod errors;
mod explain;
mod functions;
mod hostile;
mod keys;
mod policies;
mod reads;
mod roles;
mod states;
mod supabase;
mod support;
mod writes;
