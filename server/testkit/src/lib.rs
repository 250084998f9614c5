//! What tests stand on: a fresh instance per test on either engine, and a PostgreSQL to throw away.
#![allow(clippy::expect_used, clippy::panic, reason = "a set-up that fails fails its test")]

mod authenticator;
mod cluster;
mod database;
mod engine;

pub use authenticator::Authenticator;
pub use database::TestDatabase;
pub use engine::{TestEngine, for_each_engine};
