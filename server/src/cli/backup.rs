//! `tenon backup FILE`

use std::path::PathBuf;

use clap::Args;
use tenon_engine::{Caller, Config};

use super::{Failure, open, print};

/// Write everything to one new file, while the instance goes on serving.
#[derive(Args)]
pub(super) struct Backup {
    /// The file to make
    file: PathBuf,
}

impl Backup {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let engine = open(config, "tenon backup").await?;
        engine.backup(&Caller::Operator, &self.file).await?;
        engine.shutdown().await;
        print(&format!("Wrote {}.\n", self.file.display()))
    }
}
