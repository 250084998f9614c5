//! The `tenon` binary.

// A page is one nested type.
#![recursion_limit = "512"]

use std::process::ExitCode;

use clap::Parser;
use tenon_server::cli::{self, Cli};

// Under many threads the system's allocator keeps far more memory than it gives out, and is slower.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(Cli::parse())
}
