//! The data screens: the grid, records, imports, exports and the API page.

pub mod api;
pub mod column;
pub mod filter;
pub mod grid;
#[cfg(feature = "ssr")]
pub mod http;
pub mod import;
pub mod key;
pub mod parse;
pub mod record;
pub mod related;
#[cfg(feature = "ssr")]
pub(crate) mod rows;
pub mod states;
pub mod urls;
