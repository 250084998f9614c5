//! Importing files.

mod new;
mod progress;

pub use self::{new::NewImport, progress::ImportProgress};
