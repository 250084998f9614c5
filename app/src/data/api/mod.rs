//! The API page: the call for what is on screen, in five languages, and a reference of every table.

#[cfg(feature = "ssr")]
mod load;
pub mod model;
pub mod page;
mod reference;
pub mod snippets;
