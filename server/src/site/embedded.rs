//! The site inside the binary.

use super::File;

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
struct Embedded;

/// The site inside the binary.
pub(super) struct Files;

impl Files {
    pub(super) fn find() -> Self {
        Self
    }

    /// There is no folder.
    pub(super) fn root(&self) -> String {
        ".".to_owned()
    }

    pub(super) fn get(&self, path: &str) -> Option<File> {
        let file = Embedded::get(path)?;
        let hash = file.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Some(File { bytes: file.data, hash })
    }

    /// The names in `pkg`.
    pub(super) fn in_pkg(&self) -> Vec<String> {
        Embedded::iter().filter_map(|path| path.strip_prefix("pkg/").map(str::to_owned)).collect()
    }
}
