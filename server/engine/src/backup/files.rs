//! Backup files on the disk.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use diesel::{Connection, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query, sql_types};
use tenon_model::{Code, Error, Result};

use crate::database::Translate;

/// What every SQLite database begins with.
const HEADER: &[u8] = b"SQLite format 3\0";

/// A file that appears under its name only once it is whole.
pub(super) struct NewFile {
    file: PathBuf,
    partial: PathBuf,
}

impl NewFile {
    /// Refuses a name that is taken, and makes an empty file beside it that its owner alone can read.
    pub(super) fn beside(file: &Path) -> Result<Self> {
        if file.exists() {
            return Err(taken(file));
        }
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.partial", uuid::Uuid::new_v4().simple()));
        let partial = folder_of(file).join(name);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&partial).map_err(|e| failed("write", file, &e))?;
        Ok(Self { file: file.to_owned(), partial })
    }

    /// Where it is until it is whole.
    pub(super) fn partial(&self) -> &Path {
        &self.partial
    }

    /// Puts it in its place, on the disk for good. Does not replace a file that has come there meanwhile.
    pub(super) fn finish(self) -> Result<()> {
        let put = || -> io::Result<()> {
            fs::File::open(&self.partial)?.sync_all()?;
            fs::hard_link(&self.partial, &self.file)?;
            fs::File::open(folder_of(&self.file))?.sync_all()
        };
        put()
            .map_err(|e| if e.kind() == io::ErrorKind::AlreadyExists { taken(&self.file) } else { failed("write", &self.file, &e) })
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Whole, it has its own name by now; otherwise it is of no use.
        let _ = fs::remove_file(&self.partial);
    }
}

/// The folder that a file is in.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Writes a compact copy of a SQLite database, from one snapshot, into an empty file.
pub(super) async fn vacuum(database: PathBuf, into: PathBuf) -> Result<()> {
    let work = move || {
        let (Some(database), Some(into)) = (database.to_str(), into.to_str()) else {
            return Err(Error::new(Code::Configuration, "the path is not UTF-8"));
        };
        let mut conn = SqliteConnection::establish(database).map_err(Error::internal)?;
        crate::database::register_functions(&mut conn)?;
        conn.batch_execute("PRAGMA busy_timeout = 30000").translate()?;
        sql_query("VACUUM INTO ?").bind::<sql_types::Text, _>(into).execute(&mut conn).map(drop).translate()
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Refuses what is no SQLite database of Tenon's.
pub(super) fn check_backup(file: &Path) -> Result<()> {
    let mut begin = [0; HEADER.len()];
    let read = fs::File::open(file).and_then(|mut opened| opened.read_exact(&mut begin));
    match read {
        Err(e) if e.kind() != io::ErrorKind::UnexpectedEof => return Err(failed("read", file, &e)),
        _ if begin != *HEADER => return Err(no_backup(file)),
        _ => {}
    }
    let path = file.to_str().ok_or_else(|| no_backup(file))?;
    let absolute = std::path::absolute(path).map_err(|e| failed("read", file, &e))?;
    let url = format!("file:{}?mode=ro&immutable=1", percent_encoded(&absolute.to_string_lossy()));
    let mut conn = SqliteConnection::establish(&url).map_err(|_| no_backup(file))?;
    let tables = sql_query("SELECT 1 FROM _tenon_meta WHERE name = 'schema_version'").execute(&mut conn);
    tables.map(drop).map_err(|_| no_backup(file))
}

/// A path as a URI has it.
fn percent_encoded(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_');
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn no_backup(file: &Path) -> Error {
    Error::new(Code::InvalidSyntax, format!("{} is no backup of Tenon's", file.display()))
}

fn taken(file: &Path) -> Error {
    Error::new(Code::AlreadyExists, format!("{} is there already", file.display())).with_hint("Choose another name.")
}

pub(super) fn failed(what: &str, path: &Path, error: &io::Error) -> Error {
    let code = if error.kind() == io::ErrorKind::StorageFull { Code::StorageFull } else { Code::Configuration };
    Error::new(code, format!("cannot {what} {}: {error}", path.display()))
}
