//! The grid: a page of a table's rows.

pub mod actions;
#[cfg(feature = "ssr")]
pub(crate) mod bulk;
pub mod cell;
mod cell_editor;
pub mod cells_view;
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
pub mod selection;
pub mod sort;
pub mod state;
