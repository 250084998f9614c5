//! `tenon restore FILE`

use std::path::PathBuf;

use clap::Args;
use tenon_engine::{Caller, Config};

use super::{Failure, open, print};

/// Read a backup into this instance, which must be empty.
#[derive(Args)]
pub(super) struct Restore {
    /// The file that `tenon backup` wrote
    file: PathBuf,
}

impl Restore {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let engine = open(config, "tenon restore").await?;
        engine.restore(&Caller::Operator, &self.file).await?;
        engine.shutdown().await;
        print(&format!("Restored {}.\n", self.file.display()))
    }
}
