//! What an instance is told at start.

use std::{path::PathBuf, time::Duration};

use crate::Clock;

/// What an instance is told at start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the SQLite database, uploads and reports live. Made if it is not there.
    pub data: PathBuf,
    /// A PostgreSQL database (`postgres://…`); without it, SQLite at `data/tenon.db`.
    pub database_url: Option<String>,
    /// Reader connections (SQLite), or connections in all (PostgreSQL).
    pub pool_size: u32,
    /// How long a request waits for a connection before it is told to come again.
    pub pool_wait: Duration,
    /// How long one statement may take; zero is without limit.
    pub statement_timeout: Duration,
    /// The most rows one read answers, whatever its limit says.
    pub max_rows: u64,
    /// Where the instance is reached from outside, e.g. `https://api.example.com`, without a slash at its end. Links in mails
    /// begin with it: never with what a request says of its host.
    pub public_url: String,
    /// Where a CAPTCHA's answers are checked, in place of the service's own address.
    pub captcha_url: Option<String>,
    /// What time it is.
    pub clock: Clock,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            database_url: None,
            pool_size: 8,
            pool_wait: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            max_rows: 1_000_000,
            public_url: "http://127.0.0.1:3000".into(),
            captcha_url: None,
            clock: Clock::default(),
        }
    }
}
