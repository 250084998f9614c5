//! Importing files.

pub use crate::data::import::{page::NewImport, progress::ImportProgress};
