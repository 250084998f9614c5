//! Settings: one's own, the keys, sign-in and mail, providers, the logs.

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
    audit::AuditLog,
    auth::AuthSettings,
    frame::SettingsFrame,
    history::History,
    keys::Keys,
    profile::{Profile, StudioApp, StudioCodes},
    providers::Providers,
};
