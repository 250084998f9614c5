//! One record: its form, its related records, and what is done with it.

#[cfg(feature = "ssr")]
mod again;
pub(crate) mod checks;
#[cfg(feature = "ssr")]
mod create;
mod field;
mod form;
#[cfg(feature = "ssr")]
mod inputs;
mod live;
#[cfg(feature = "ssr")]
pub(crate) mod load;
pub mod model;
pub mod page;
#[cfg(feature = "ssr")]
pub(crate) mod post;
mod related_view;
#[cfg(feature = "ssr")]
mod resolve;
#[cfg(feature = "ssr")]
mod save;
mod unsaved;

#[cfg(feature = "ssr")]
pub use self::post::Posted;
