//! The grid: a page of a table's rows.

pub mod actions;
pub mod cell;
pub mod cells_view;
pub mod editor;
pub mod head;
#[cfg(feature = "ssr")]
pub mod load;
pub mod menus;
pub mod model;
pub mod page;
pub mod pager;
#[cfg(feature = "ssr")]
pub mod query;
pub mod selection;
pub mod sort;
pub mod state;
