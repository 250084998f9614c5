//! Seeing a table's pages as somebody else, and asking why they may do something to a row, or may not.

mod banner;
mod choose;
mod tree;
pub(crate) mod viewing;
mod why;
#[cfg(feature = "ssr")]
mod why_load;
mod why_model;

pub(crate) use self::banner::ViewBanner;
pub use self::{choose::ChooseView, why::WhyPage};
