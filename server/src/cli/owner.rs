//! `tenon owner add EMAIL`

use std::io::{self, IsTerminal as _};

use clap::{Args, Subcommand};
use tenon_engine::{Caller, Code, Config, Error};
use tenon_model::StudioRole;

use super::{Failure, open, print};

/// Manage the Studio's owners.
#[derive(Args)]
pub(super) struct Owner {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Add an owner; the password is read from the terminal, unseen, or from the standard input.
    Add {
        /// The owner's e-mail address.
        email: String,
    },
}

impl Owner {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let Action::Add { email } = self.action;
        let password = read_password()?;
        let engine = open(config, "tenon owner").await?;
        let account = engine.create_account(&Caller::Operator, email, password, StudioRole::Owner).await?;
        engine.shutdown().await;
        print(&format!("{} can now sign in as an owner.\n", account.email))
    }
}

fn read_password() -> Result<String, Failure> {
    let line = if io::stdin().is_terminal() {
        rpassword::prompt_password("Password: ")?
    } else {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        line
    };
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Error::new(Code::Configuration, "no password on the standard input").into());
    }
    Ok(password.to_owned())
}
