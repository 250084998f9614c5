//! The command line: one file a command.

mod advise;
mod audit;
mod backup;
mod export;
mod import;
mod keys;
mod migrate;
mod options;
mod owner;
mod restore;
mod schema;
mod serve;
mod settings;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand, error::ErrorKind};
use tenon_engine::{Code, Engine, Error, Result, audit::Client};

pub use self::options::DatabaseOptions;

/// A whole backend in one binary: tables, an API and a Studio in the browser.
///
/// Start with `tenon serve` and open the address it prints.
#[derive(Parser)]
#[command(name = "tenon", version, about, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    database: DatabaseOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the Studio.
    Serve(serve::Serve),
    /// Manage the Studio's owners.
    Owner(owner::Owner),
    /// Print the instance's keys.
    Keys(keys::Keys),
    /// Apply SQL files once each, in order, each in one transaction.
    Migrate(migrate::Migrate),
    /// Show the schema.
    Schema(schema::Schema),
    /// Read a CSV file into a table.
    Import(import::Import),
    /// Write a table to the standard output.
    Export(export::Export),
    /// Show and change what owners set while the instance runs.
    Settings(settings::Settings),
    /// Look for what is probably not as it was meant: open tables, idle policies, missing indexes, readable secrets.
    Advise(advise::Advise),
    /// Prove and export the log of who did what.
    Audit(audit::Audit),
    /// Write everything to one new file, while the instance goes on serving.
    Backup(backup::Backup),
    /// Read a backup into this instance, which must be empty.
    Restore(restore::Restore),
}

/// Runs a command. A failure is one line on the standard error and a non-zero exit.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        // `tenon export … | head`: the reader has what it wanted.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "tenon: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with a command line, in one line; or shows the help that was asked for.
#[must_use]
pub fn misused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
    }
    let _ = writeln!(io::stderr(), "tenon: {} (see --help)", usage_error(error));
    ExitCode::from(2)
}

/// What is wrong with a command line, which clap says before the usage.
fn usage_error(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let parts = text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let line = parts.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    line.trim_start_matches("error: ").to_owned()
}

fn start(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(dispatch(cli));
    // A blocked thread (a long statement, a read of the standard input) must not keep the process from ending.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    result
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    let config = cli.database.config();
    match cli.command {
        Command::Serve(command) => command.run(config).await,
        Command::Owner(command) => command.run(config).await,
        Command::Keys(command) => command.run(config).await,
        Command::Migrate(command) => command.run(config).await,
        Command::Schema(command) => command.run(config).await,
        Command::Import(command) => command.run(config).await,
        Command::Export(command) => command.run(config).await,
        Command::Settings(command) => command.run(config).await,
        Command::Advise(command) => command.run(config).await,
        Command::Audit(command) => command.run(config).await,
        Command::Backup(command) => command.run(config).await,
        Command::Restore(command) => command.run(config).await,
    }
}

/// Opens the instance for a command that does its work and ends. The audit log knows it by its name.
async fn open(mut config: tenon_engine::Config, command: &str) -> Result<Engine, Failure> {
    // An operator's own command may take its time: an import, a backup, a migration over millions of rows.
    config.statement_timeout = std::time::Duration::ZERO;
    Ok(Engine::open(config).await?.for_client(Client::program(command)))
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{}", one_line(.0))]
    Engine(#[from] Error),
    #[error("{0}")]
    Io(#[from] io::Error),
    /// What was printed says why.
    #[error("{0}")]
    Found(String),
}

/// The failure with its place, its columns and its hint, in one line.
fn one_line(error: &Error) -> String {
    let mut text = error.message.clone();
    for part in [&error.details, &error.hint].into_iter().flatten() {
        if !text.contains(part.as_str()) {
            text = format!("{text} ({part})");
        }
    }
    for field in &error.fields {
        if !text.contains(&field.message) {
            text = format!("{text}; {}: {}", field.column, field.message);
        }
    }
    text.replace(['\n', '\r'], " ")
}

/// A file that cannot be read, by its name.
fn unreadable(path: &std::path::Path, cause: &io::Error) -> Error {
    Error::new(Code::Configuration, format!("{}: {cause}", path.display()))
}

/// Prints to the standard output; a broken pipe is an error here, not a panic.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_wrong_command_line_is_told_in_one_line() {
        let wrong = Cli::try_parse_from(["tenon", "export", "t", "--format", "xml"]).err().unwrap();
        assert_eq!(usage_error(&wrong), "invalid value 'xml' for '--format <FORMAT>' [possible values: csv, json]");
        let missing = Cli::try_parse_from(["tenon", "owner", "add"]).err().unwrap();
        assert_eq!(usage_error(&missing), "the following required arguments were not provided: <EMAIL>");
    }

    #[test]
    fn a_failure_is_one_line() {
        let error =
            Error::new(Code::InvalidSyntax, "unexpected \"tabel\"").with_details("a.sql, line 1, column 8").with_hint("table?");
        assert_eq!(one_line(&error), "unexpected \"tabel\" (a.sql, line 1, column 8) (table?)");
        assert_eq!(one_line(&Error::new(Code::Internal, "two\nlines")), "two lines");
    }
}
