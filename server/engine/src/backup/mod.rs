//! Backup and restore, from either engine to either engine.
//!
//! A backup is a SQLite database as Tenon itself would keep it. SQLite writes one by itself (`VACUUM INTO`); for
//! PostgreSQL, everything is copied into a new SQLite instance first. Restoring copies the other way.

mod copy;
mod files;
mod rows;
mod system;

use std::path::Path;

use diesel::prelude::*;
use tempfile::TempDir;
use tenon_model::{Caller, Code, Error, Result};

use crate::{
    Config, Engine,
    database::{Conn, Translate},
    system::schema::{_tenon_audit as log, _tenon_tables as tables, _tenon_users as users},
};

impl Engine {
    /// Writes everything (schema, records, Tenon's own tables) from one snapshot to a new file: a SQLite database,
    /// whichever engine runs. The instance goes on serving. The file holds password hashes and keys: its owner alone may
    /// read it.
    ///
    /// # Errors
    /// [`Code::AlreadyExists`] if the file is there; [`Code::Forbidden`] unless the caller may own.
    pub async fn backup(&self, caller: &Caller, file: &Path) -> Result<()> {
        must_own(caller)?;
        let target = files::NewFile::beside(file)?;
        if let Some(own) = self.database().file() {
            files::vacuum(own.to_owned(), target.partial().to_owned()).await?;
        } else {
            let scratch = Scratch::beside(file)?;
            let copy = scratch.open().await?;
            let copied = copy::everything(self, &copy).await;
            copy.shutdown().await;
            copied?;
            files::vacuum(scratch.database(), target.partial().to_owned()).await?;
        }
        target.finish()
    }

    /// Reads a backup into this instance, which must be empty.
    ///
    /// # Errors
    /// [`Code::AlreadyExists`] if the instance has tables or accounts; [`Code::InvalidSyntax`] if the file is no backup;
    /// [`Code::NewerDatabase`].
    pub async fn restore(&self, caller: &Caller, file: &Path) -> Result<()> {
        must_own(caller)?;
        if !self.database().read(is_empty).await? {
            return Err(Error::new(Code::AlreadyExists, "this instance is in use already: it has tables, users or an audit log")
                .with_hint("Restore into a new data directory or an empty database."));
        }
        // A copy is opened, because opening may bring it up to date.
        let scratch = Scratch::beside(&self.config().data.join("restore"))?;
        files::check_backup(file)?;
        std::fs::copy(file, scratch.database()).map_err(|e| files::failed("read", file, &e))?;
        let source = scratch.open().await?;
        let copied = copy::everything(&source, self).await;
        source.shutdown().await;
        copied?;
        self.refresh_schema().await?;
        self.refresh_settings().await?;
        self.refresh_keys().await
    }
}

fn must_own(caller: &Caller) -> Result<()> {
    if caller.may_own() {
        return Ok(());
    }
    Err(Error::new(Code::Forbidden, "only owners may back up and restore"))
}

fn is_empty(conn: &mut Conn) -> Result<bool> {
    let tables: i64 = tables::table.count().get_result(conn).translate()?;
    let users: i64 = users::table.count().get_result(conn).translate()?;
    let noted: i64 = log::table.count().get_result(conn).translate()?;
    Ok(tables + users + noted == 0)
}

/// A SQLite instance in a directory of its own that goes with this value.
struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// On the disk where `file` is: there has to be room for it anyway.
    fn beside(file: &Path) -> Result<Self> {
        let folder = files::folder_of(file);
        let made = std::fs::create_dir_all(&folder).and_then(|()| TempDir::with_prefix_in(".tenon-backup-", &folder));
        Ok(Self { folder: made.map_err(|e| files::failed("write to", &folder, &e))? })
    }

    fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("tenon.db")
    }

    async fn open(&self) -> Result<Engine> {
        let config = Config { data: self.folder.path().to_owned(), pool_size: 2, ..Config::default() };
        // Boxed: opening an engine inside a method of an engine.
        Box::pin(Engine::open(config)).await
    }
}
