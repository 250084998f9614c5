//! The engine's tests: every one on both engines unless it is about one of them. One binary, so that it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod advisor;
mod backup;
mod checks;
mod computed;
mod database;
mod explain;
mod factors;
mod foresee;
mod hashes;
mod imports;
mod mail;
mod migrations;
mod plans;
mod providers;
mod records;
mod roles;
mod schema;
mod schema_changes;
mod system;
mod view_as;
