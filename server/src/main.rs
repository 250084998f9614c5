//! The `tenon` binary.

// A page is one nested type.
#![recursion_limit = "512"]

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;
use tenon_server::cli::{self, Cli};

// Under many threads the system's allocator keeps far more memory than it gives out, and is slower.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::try_parse_from(arguments()) {
        Ok(cli) => cli::run(cli),
        Err(error) => cli::misused(&error),
    }
}

/// The command line. `cargo leptos watch` starts the binary without a word, and means `serve`.
fn arguments() -> impl Iterator<Item = OsString> {
    let is_watched = cfg!(debug_assertions) && std::env::args_os().len() == 1 && std::env::var_os("LEPTOS_WATCH").is_some();
    std::env::args_os().chain(is_watched.then(|| "serve".into()))
}
