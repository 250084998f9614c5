//! The API page: the call for what is on screen, in five languages, and a reference of every table.

pub mod call;
#[cfg(feature = "ssr")]
mod load;
pub mod model;
pub mod page;
mod quote;
mod reference;
pub mod snippets;
