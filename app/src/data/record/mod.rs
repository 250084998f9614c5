//! One record: its form, its related records, and what is done with it.

mod field;
mod form;
pub mod model;
pub mod page;
#[cfg(feature = "ssr")]
pub(crate) mod load;
#[cfg(feature = "ssr")]
mod inputs;
#[cfg(feature = "ssr")]
pub(crate) mod post;
mod related_view;
