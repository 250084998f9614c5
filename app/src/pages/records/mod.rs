//! Records: the grid, a record, a new record.

mod grid;
mod new;
mod record;

pub use self::{grid::Grid, new::NewRecord, record::RecordPage};
