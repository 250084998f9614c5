//! Tenon's business logic: schema, records, identity, imports, backups, over SQLite and PostgreSQL alike.
//!
//! Everything public is a method of [`Engine`] that takes who is asking ([`Caller`]) and returns
//! [`tenon_model::Result`]. Authorization is decided here, so every way in passes the same gate.

mod advisor;
pub mod audit;
pub mod backup;
mod clock;
pub mod config;
pub mod database;
mod engine;
pub mod expressions;
pub mod identity;
pub mod imports;
pub mod mail;
pub mod records;
pub mod settings;
mod sql;
pub mod system;
pub mod tables;

pub use clock::Clock;
pub use config::Config;
pub use engine::Engine;
pub use tenon_model::{Caller, Code, Error, Result, Schema};
