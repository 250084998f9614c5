//! Where uploaded files wait for their import.

use std::{
    fs::File,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tenon_model::{Caller, Code, Error, Result};
use uuid::Uuid;

/// How long an upload is kept after it was last looked at.
const KEEP: Duration = Duration::from_secs(24 * 3600);

/// The caller's own folder; names of folders are ids, never input.
fn folder(data: &Path, caller: &Caller) -> Result<PathBuf> {
    let name = match caller {
        Caller::Operator => "operator".to_owned(),
        Caller::Studio { user, .. } => user.to_string(),
        Caller::Api { .. } | Caller::As(_) => return Err(Error::new(Code::Forbidden, "only the Studio takes uploads")),
    };
    Ok(data.join("uploads").join(name))
}

/// Makes a folder that is there afterwards.
pub(super) fn make(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|e| match e.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::new(Code::StorageFull, "the disk is full"),
        _ => Error::internal(e),
    })
}

pub(super) fn new_path(data: &Path, caller: &Caller) -> Result<(Uuid, PathBuf)> {
    let folder = folder(data, caller)?;
    make(&folder)?;
    forget_old(&folder);
    let id = Uuid::new_v4();
    Ok((id, folder.join(format!("{id}.csv"))))
}

pub(super) fn path(data: &Path, caller: &Caller, id: Uuid) -> Result<PathBuf> {
    let path = folder(data, caller)?.join(format!("{id}.csv"));
    if !path.is_file() {
        return Err(Error::new(Code::NotFound, "there is no such upload"));
    }
    // Somebody works with it: an import that comes to nothing can be tried again for another day.
    let _ = File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
    Ok(path)
}

fn forget_old(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|t| t.elapsed().ok());
        if age.is_some_and(|age| age > KEEP) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
