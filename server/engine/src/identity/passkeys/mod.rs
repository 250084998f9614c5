//! Passkeys: credentials that authenticators keep, and that say by themselves whose they are.

mod admin;
mod register;
mod row;
mod sign_in;

use serde::Serialize;

/// A passkey as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PasskeyInfo {
    /// Its id.
    pub id: String,
    /// What the user calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<String>,
    /// When it was added.
    pub created_at: String,
    /// When it last signed somebody in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
}
