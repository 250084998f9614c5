//! A CSV file into a table: upload, look, run.

#[cfg(feature = "ssr")]
mod choices;
#[cfg(feature = "ssr")]
mod load;
pub mod model;
pub mod page;
mod preview;
pub mod progress;
mod upload;
