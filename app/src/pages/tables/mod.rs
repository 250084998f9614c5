//! Tables: the list, a new one, structure, types, the diagram, and what a change would do.

mod diagram;
mod list;
mod new;
mod review;
mod structure;
mod types;

pub use self::{diagram::Diagram, list::TableList, new::NewTable, review::Review, structure::Structure, types::Types};
