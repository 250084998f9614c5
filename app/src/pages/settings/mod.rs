//! Settings: one's own, the keys, the accounts, the history of the schema.

mod accounts;
mod audit;
#[cfg(feature = "ssr")]
mod audit_export;
mod audit_state;
mod auth;
mod frame;
mod history;
mod keys;
mod profile;
mod providers;
mod setting_field;
#[cfg(feature = "ssr")]
mod setting_text;

#[cfg(feature = "ssr")]
pub(crate) use self::audit_export::export as audit_export;
pub use self::{
    accounts::Accounts, audit::AuditLog, auth::AuthSettings, frame::SettingsFrame, history::History, keys::Keys, profile::Profile,
    providers::Providers,
};
