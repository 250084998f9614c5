//! Records: the grid, a record, a new record.

pub use crate::data::{
    grid::page::Grid,
    record::page::{NewRecord, RecordPage},
};
