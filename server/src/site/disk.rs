//! The site on disk, as `cargo leptos` builds it.

use std::{
    env,
    path::{Component, Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::File;

/// The folder of the site.
pub(super) struct Files(PathBuf);

impl Files {
    /// `LEPTOS_SITE_ROOT` (which `cargo leptos` sets), else `target/site` here or beside the binary.
    pub(super) fn find() -> Self {
        let told = env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from);
        let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.parent()?.join("site")));
        let here = PathBuf::from("target/site");
        Self([told, Some(here.clone()), beside].into_iter().flatten().find(|dir| dir.is_dir()).unwrap_or(here))
    }

    pub(super) fn root(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }

    /// Only plain names below the folder: no `..`, no roots, no drives.
    pub(super) fn get(&self, path: &str) -> Option<File> {
        let relative = Path::new(path);
        if path.contains('\0') || !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let bytes = std::fs::read(self.0.join(relative)).ok()?;
        let hash = Sha256::digest(&bytes).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Some(File { bytes: bytes.into(), hash })
    }

    /// The names in `pkg`, newest first.
    pub(super) fn in_pkg(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.0.join("pkg")) else { return Vec::new() };
        let mut names: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.file_name().into_string().ok()?)))
            .collect();
        names.sort_unstable_by(|a, b| b.cmp(a));
        names.into_iter().map(|(_, name)| name).collect()
    }
}
