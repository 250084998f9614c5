//! The options that every command takes: which database, and how patient to be with it.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use tenon_engine::Config;

use crate::config::parse_duration;

/// Which database, and how patient to be with it.
#[derive(Args)]
#[command(next_help_heading = "Database")]
pub struct DatabaseOptions {
    /// Where the SQLite database and uploads live; made if it is not there
    #[arg(long, env = "TENON_DATA", value_name = "DIR", default_value = "data", global = true)]
    data: PathBuf,
    /// A PostgreSQL database (postgres://…) to use instead of SQLite
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true, global = true)]
    database_url: Option<String>,
    /// Connections for reading (SQLite) or in all (PostgreSQL)
    #[arg(long, env = "TENON_POOL_SIZE", value_name = "N", default_value_t = 8, global = true, hide_short_help = true,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    pool_size: u32,
    /// How long a request waits for a connection before it is told to come again
    #[arg(long, env = "TENON_POOL_WAIT", value_name = "TIME", default_value = "5s", value_parser = parse_duration, global = true,
          hide_short_help = true)]
    pool_wait: Duration,
    /// How long a statement of a request may take; 0 is without limit
    #[arg(long, env = "TENON_STATEMENT_TIMEOUT", value_name = "TIME", default_value = "30s", value_parser = parse_duration,
          global = true, hide_short_help = true)]
    statement_timeout: Duration,
    /// The most rows that one read answers
    #[arg(long, env = "TENON_MAX_ROWS", value_name = "N", default_value_t = 1_000_000, global = true, hide_short_help = true)]
    max_rows: u64,
}

impl DatabaseOptions {
    /// The engine's configuration.
    #[must_use]
    pub fn config(&self) -> Config {
        Config {
            data: self.data.clone(),
            // An environment variable that is set to nothing means: not set.
            database_url: self.database_url.clone().filter(|url| !url.is_empty()),
            pool_size: self.pool_size,
            pool_wait: self.pool_wait,
            statement_timeout: self.statement_timeout,
            max_rows: self.max_rows,
            ..Config::default()
        }
    }
}
