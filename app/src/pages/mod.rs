//! The pages, by capability; a page's server functions stand beside it.

pub mod advisor;
pub mod api;
pub(crate) mod factors;
pub mod hosted;
pub mod imports;
pub mod mail;
pub mod people;
pub mod records;
pub mod session;
pub mod settings;
pub mod tables;
