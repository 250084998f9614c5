//! `tenon keys [--json]`

use clap::Args;
use tenon_engine::{Caller, Config, Error};

use super::{Failure, open, print};

/// Print the instance's keys.
#[derive(Args)]
pub(super) struct Keys {
    /// As {"publishable": "…", "secret": "…"}
    #[arg(long)]
    json: bool,
}

impl Keys {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let engine = open(config).await?;
        let keys = engine.keys(&Caller::Operator).await?;
        engine.shutdown().await;
        if self.json {
            let json = serde_json::to_string(&keys).map_err(Error::internal)?;
            return print(&format!("{json}\n"));
        }
        print(&format!("publishable  {}\nsecret       {}\n", keys.publishable, keys.secret))
    }
}
