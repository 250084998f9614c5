//! Backup and restore, from either engine to either engine.

use std::path::Path;

use tenon_model::{Caller, Code, Error, Result};

use crate::Engine;

fn missing<T>() -> Result<T> {
    Err(Error::new(Code::Unsupported, "not built"))
}

impl Engine {
    /// Writes everything (schema, records, Tenon's own tables) from one snapshot to a new file: a SQLite database,
    /// whichever engine runs. The instance goes on serving.
    ///
    /// # Errors
    /// [`Code::AlreadyExists`] if the file is there; [`Code::Forbidden`] unless the caller may own.
    pub async fn backup(&self, _caller: &Caller, _file: &Path) -> Result<()> {
        missing()
    }

    /// Reads a backup into this instance, which must be empty.
    ///
    /// # Errors
    /// [`Code::AlreadyExists`] if the instance has tables or accounts; [`Code::InvalidSyntax`] if the file is no backup.
    pub async fn restore(&self, _caller: &Caller, _file: &Path) -> Result<()> {
        missing()
    }
}
