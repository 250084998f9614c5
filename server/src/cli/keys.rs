//! `tenon keys [--json]`, `tenon keys signing`, `tenon keys rotate`, `tenon keys revoke ID`

use clap::{Args, Subcommand};
use tenon_engine::{Caller, Config, Engine, Error, audit::Client, identity::SigningKeyInfo};

use super::{Failure, open, print};

/// Print the instance's keys.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Keys {
    /// As {"publishable": "…", "secret": "…"}
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// List the keys that sign access tokens.
    Signing,
    /// Let the standby key sign from now on; nobody is signed out.
    Rotate,
    /// Forget a previous signing key: tokens that it signed are refused.
    Revoke {
        /// The key's id.
        id: String,
    },
}

impl Keys {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let engine = open(config, "tenon keys").await?;
        let told = self.tell(&engine).await;
        engine.shutdown().await;
        print(&told?)
    }

    async fn tell(self, engine: &Engine) -> Result<String, Error> {
        let client = Client::program("tenon keys");
        match self.action {
            Some(Action::Signing) => engine.signing_keys(&Caller::Operator).map(|keys| list(&keys)),
            Some(Action::Rotate) => engine.rotate_signing_keys(&Caller::Operator, &client).await.map(|keys| list(&keys)),
            Some(Action::Revoke { id }) => {
                engine.revoke_signing_key(&Caller::Operator, &client, id).await?;
                engine.signing_keys(&Caller::Operator).map(|keys| list(&keys))
            }
            None => {
                let keys = engine.keys(&Caller::Operator).await?;
                if self.json {
                    return serde_json::to_string(&keys).map(|json| format!("{json}\n")).map_err(Error::internal);
                }
                Ok(format!("publishable  {}\nsecret       {}\n", keys.publishable, keys.secret))
            }
        }
    }
}

fn list(keys: &[SigningKeyInfo]) -> String {
    keys.iter().map(|key| format!("{:<9} {}\n", key.status.as_str(), key.id)).collect()
}
