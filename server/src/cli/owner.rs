//! `tenon owner add EMAIL`, `tenon owner reset-factors EMAIL`

use std::io::{self, IsTerminal as _};

use clap::{Args, Subcommand};
use tenon_engine::{Caller, Code, Config, Engine, Error, audit::Client, identity::UserQuery};
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
    /// Remove the second factors of somebody who lost them, so that their password alone signs them in.
    ResetFactors {
        /// Their e-mail address.
        email: String,
    },
}

impl Owner {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        match self.action {
            Action::Add { email } => add(config, email).await,
            Action::ResetFactors { email } => reset_factors(config, &email).await,
        }
    }
}

async fn add(config: Config, email: String) -> Result<(), Failure> {
    let password = read_password()?;
    let engine = open(config, "tenon owner").await?;
    let account = engine.create_account(&Caller::Operator, email, password, StudioRole::Owner).await?;
    engine.shutdown().await;
    print(&format!("{} can now sign in as an owner.\n", account.email))
}

async fn reset_factors(config: Config, email: &str) -> Result<(), Failure> {
    let engine = open(config, "tenon owner").await?;
    let done = reset(&engine, email.trim()).await;
    engine.shutdown().await;
    done
}

async fn reset(engine: &Engine, email: &str) -> Result<(), Failure> {
    let query = UserQuery { search: email.to_owned(), ..UserQuery::default() };
    let found = engine.users(&Caller::Operator, query).await?.users;
    let user = found.into_iter().find(|user| user.email.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(email)));
    let missing = || Error::new(Code::NotFound, format!("there is no user of the address {email}"));
    let user = user.ok_or_else(missing)?;
    engine.reset_user_factors(&Caller::Operator, &Client::default(), user.id).await?;
    print(&format!("The password of {email} alone signs them in again.\n"))
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
