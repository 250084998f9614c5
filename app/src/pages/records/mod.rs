//! Records: the grid, a record, a new record.

mod new;
mod record;

pub use self::{new::NewRecord, record::RecordPage};
pub use crate::data::grid::page::Grid;
