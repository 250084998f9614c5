//! Settings: one's own, the keys, the accounts, the history of the schema.

mod accounts;
mod frame;
mod history;
mod keys;
mod profile;
mod providers;

pub use self::{accounts::Accounts, frame::SettingsFrame, history::History, keys::Keys, profile::Profile, providers::Providers};
