//! Tenon's process: the command line, the HTTP server and its protocols. What they do is decided in `tenon_engine`.

// A page is one nested type.
#![recursion_limit = "512"]

mod auth;
pub mod cli;
pub mod config;
pub mod health;
pub mod listen;
pub mod middleware;
pub mod rest;
pub mod router;
pub mod site;
pub mod state;

pub use config::HttpConfig;
pub use router::router;
pub use state::AppState;
