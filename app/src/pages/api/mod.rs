//! The API, explained for the table at hand.

pub use crate::data::api::page::ApiPage;
