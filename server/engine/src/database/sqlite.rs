//! Opening SQLite connections.

use std::{fs, path::Path, time::Duration};

use diesel::{SqliteConnection, connection::SimpleConnection};
use tenon_model::{Code, Error, Result};

use super::{errors::Translate, functions, handle};

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The writer thread's, and that of set-up.
    Write,
    /// One of the readers'.
    Read,
}

/// Opens a connection to the database file, making the file if need be.
pub(super) fn open(file: &Path, purpose: Purpose, busy: Duration) -> Result<SqliteConnection> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|e| cannot_open(file, &e.to_string()))?;
    }
    // SQLite reads a plain path as it stands, but takes what begins with `file:` or `sqlite://` for a URI.
    let path = std::path::absolute(file).map_err(|e| cannot_open(file, &e.to_string()))?;
    let path = path.to_str().ok_or_else(|| cannot_open(file, "the path is not UTF-8"))?;
    let mut conn = handle::establish(path).map_err(|e| cannot_open(file, &e.to_string()))?;
    set_up(&mut conn, purpose, busy).map_err(|e| match e.code {
        // What passes by itself is not a matter of configuration.
        Code::Busy | Code::StorageFull => e,
        _ => cannot_open(file, &e.message),
    })?;
    Ok(conn)
}

fn set_up(conn: &mut SqliteConnection, purpose: Purpose, busy: Duration) -> Result<()> {
    // The timeout comes first: the switch to WAL itself may have to wait for another process.
    conn.batch_execute(&format!("PRAGMA busy_timeout = {}", busy.as_millis().clamp(1, 600_000))).translate()?;
    // Checkpoints every 16 MB instead of 4: pages that many commits change are copied back less often.
    // Page caches instead of mapped memory: eight mapped readers would count the file eight times over as resident.
    conn.batch_execute(match purpose {
        Purpose::Write => {
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; \
             PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000; PRAGMA analysis_limit = 400; \
             PRAGMA trusted_schema = ON"
        }
        Purpose::Read => {
            "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096; PRAGMA temp_store = FILE; \
             PRAGMA query_only = ON; PRAGMA trusted_schema = ON"
        }
    })
    .translate()?;
    functions::register(conn)
}

fn cannot_open(file: &Path, why: &str) -> Error {
    Error::new(Code::Configuration, format!("cannot open the database {}: {why}", file.display()))
        .with_hint("Check that the data directory can be written and holds a Tenon database.")
}
