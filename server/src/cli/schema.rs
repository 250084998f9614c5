//! `tenon schema dump`

use clap::{Args, Subcommand};
use tenon_engine::{Caller, Config};

use super::{Failure, open, print};

/// Show the schema.
#[derive(Args)]
pub(super) struct Schema {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Print the schema as SQL that `migrate` accepts on either engine.
    Dump,
}

impl Schema {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let Action::Dump = self.action;
        let engine = open(config, "tenon schema").await?;
        let sql = engine.dump_schema(&Caller::Operator).await?;
        engine.shutdown().await;
        print(&sql)
    }
}
