//! The API, explained for the table at hand.

mod page;

pub use self::page::ApiPage;
