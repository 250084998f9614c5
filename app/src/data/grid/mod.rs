//! The grid: a page of a table's rows.

mod above;
pub mod actions;
#[cfg(feature = "ssr")]
pub(crate) mod bulk;
pub mod cell;
mod cell_editor;
mod cell_input;
pub mod cells_view;
mod checks;
mod conflict;
pub mod editor;
pub mod head;
#[cfg(feature = "ssr")]
pub(crate) mod load;
pub mod menus;
pub mod model;
pub mod page;
pub mod pager;
#[cfg(feature = "ssr")]
pub(crate) mod query;
mod saving;
pub mod selection;
mod session;
pub mod sort;
pub mod state;
mod typed;
