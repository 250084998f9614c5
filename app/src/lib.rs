//! The Studio: pages and server functions, rendered by the server and hydrated in the browser.

// A page is one nested type.
#![recursion_limit = "512"]
// The component macro makes items that this lint cannot see the use of.
#![allow(unreachable_pub)]
// A component owns its properties, whether its body uses them up or not.
#![allow(clippy::needless_pass_by_value)]

#[cfg(not(erase_components))]
compile_error!(
    "build with `--cfg erase_components`, as .cargo/config.toml says (RUSTFLAGS replaces it): both sides must render alike"
);

pub mod answers;
pub mod assets;
#[cfg(feature = "ssr")]
pub mod client;
pub mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod cookies;
pub mod data;
pub mod ddl;
#[cfg(feature = "ssr")]
pub mod devices;
pub mod errors;
pub mod flash;
mod lazy;
pub mod moments;
pub mod numbers;
pub mod pages;
pub mod paths;
mod routes;
mod shell;
pub mod theme;

pub use self::{
    errors::AppError,
    shell::{App, shell},
};
