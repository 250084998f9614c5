//! What the page of a user shows.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::errors::Result;
#[cfg(feature = "ssr")]
use crate::moments;

/// Everything about a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UserData {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) confirmed: bool,
    /// Whether they were invited and have not come yet.
    pub(super) invited: bool,
    pub(super) deleted: bool,
    pub(super) banned_until: Option<String>,
    pub(super) studio_role: String,
    /// The role in tokens.
    pub(super) app_role: String,
    /// The roles that a user can have.
    pub(super) app_roles: Vec<String>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) identities: Vec<(String, String)>,
    pub(super) factors: Vec<(String, String)>,
    pub(super) sessions: Vec<SessionData>,
    pub(super) user_metadata: String,
    pub(super) app_metadata: String,
    pub(super) history: Vec<EntryData>,
}

/// A session of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionData {
    pub(super) id: String,
    pub(super) device: String,
    pub(super) address: String,
    pub(super) about: String,
}

/// What was done by or to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EntryData {
    pub(super) at: String,
    pub(super) action: String,
    pub(super) who: String,
    pub(super) address: String,
}

/// Sends those away who do not manage users.
#[server]
pub(super) async fn may_manage() -> Result<()> {
    crate::context::owner().await?;
    Ok(())
}

#[server]
pub(super) async fn load_user(id: String) -> Result<UserData> {
    use tenon_engine::audit::AuditFilter;
    let (engine, caller) = crate::context::owner().await?;
    let user = super::actions::parse_id(&id)?;
    let details = engine.user_details(&caller, user).await?;
    let log = engine.audit(&caller, AuditFilter { user: Some(user.to_string()), limit: 20, ..AuditFilter::default() }).await?;
    let mut data = describe(details);
    let roles = engine.schema();
    data.app_roles = roles.all_roles().filter(|role| **role != tenon_model::Role::Anon).map(ToString::to_string).collect();
    data.history = log.entries.into_iter().map(entry).collect();
    Ok(data)
}

#[cfg(feature = "ssr")]
fn entry(entry: tenon_engine::audit::AuditEntry) -> EntryData {
    EntryData { at: moments::minute(&entry.at), action: entry.action, who: entry.actor, address: entry.address.unwrap_or_default() }
}

#[cfg(feature = "ssr")]
fn describe(details: tenon_engine::identity::UserDetails) -> UserData {
    let json = &details.json;
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let pretty = |name: &str| serde_json::to_string_pretty(&json[name]).unwrap_or_default();
    let list = |name: &str| json[name].as_array().cloned().unwrap_or_default();
    let summary = details.summary;
    let id = summary.id.to_string();
    let identities = list("identities").iter().map(identity).collect();
    let mut factors: Vec<(String, String)> = list("factors").iter().map(factor).collect();
    factors
        .extend(details.passkeys.iter().map(|(name, at)| (format!("Passkey “{name}”"), format!("since {}", moments::minute(at)))));
    if details.recovery_codes > 0 {
        factors.push(("Recovery codes".to_owned(), format!("{} left", details.recovery_codes)));
    }
    UserData {
        name: summary.email.clone().or_else(|| summary.phone.clone()).unwrap_or_else(|| id.clone()),
        email: summary.email.unwrap_or_default(),
        phone: summary.phone.unwrap_or_default(),
        confirmed: summary.confirmed,
        invited: json["invited_at"].is_string() && !summary.confirmed,
        deleted: json["deleted_at"].is_string(),
        banned_until: summary.banned_until.as_deref().map(moments::minute),
        studio_role: summary.studio_role.map(|role| role.as_str().to_owned()).unwrap_or_default(),
        app_role: text("role"),
        app_roles: Vec::new(),
        facts: facts(json, details.has_password),
        identities,
        factors,
        sessions: details.sessions.into_iter().map(session).collect(),
        user_metadata: pretty("user_metadata"),
        app_metadata: pretty("app_metadata"),
        history: Vec::new(),
        id: text("id"),
    }
}

#[cfg(feature = "ssr")]
fn facts(json: &serde_json::Value, has_password: bool) -> Vec<(String, String)> {
    let moments = [
        ("Since", "created_at"),
        ("Last signed in", "last_sign_in_at"),
        ("E-mail confirmed", "email_confirmed_at"),
        ("Phone confirmed", "phone_confirmed_at"),
        ("Invited", "invited_at"),
        ("Deleted", "deleted_at"),
    ];
    let known = moments.iter().filter_map(|(label, name)| Some(((*label).to_owned(), moments::minute(json[*name].as_str()?))));
    let mut facts: Vec<(String, String)> = known.collect();
    facts.push(("Password".to_owned(), if has_password { "set" } else { "none" }.to_owned()));
    facts.push(("Role in tokens".to_owned(), json["role"].as_str().unwrap_or_default().to_owned()));
    facts.push(("Id".to_owned(), json["id"].as_str().unwrap_or_default().to_owned()));
    facts
}

#[cfg(feature = "ssr")]
fn identity(json: &serde_json::Value) -> (String, String) {
    let data = &json["identity_data"];
    let name = ["email", "phone", "preferred_username", "name"].iter().find_map(|name| data[*name].as_str());
    let name = name.or_else(|| json["id"].as_str()).unwrap_or_default();
    (json["provider"].as_str().unwrap_or_default().to_owned(), name.to_owned())
}

#[cfg(feature = "ssr")]
fn factor(json: &serde_json::Value) -> (String, String) {
    let kind = match json["factor_type"].as_str() {
        Some("totp") => "Authenticator app",
        Some("webauthn") => "Security key",
        other => other.unwrap_or_default(),
    };
    let name = json["friendly_name"].as_str().map(|name| format!(" “{name}”")).unwrap_or_default();
    (format!("{kind}{name}"), json["status"].as_str().unwrap_or_default().to_owned())
}

#[cfg(feature = "ssr")]
fn session(session: tenon_engine::identity::UserSession) -> SessionData {
    let place = match session.kind.as_str() {
        "studio" => "Studio",
        "hosted" => "account pages",
        _ => "application",
    };
    SessionData {
        id: session.id,
        device: crate::devices::device(session.user_agent.as_deref().unwrap_or_default()),
        address: session.address.unwrap_or_default(),
        about: format!(
            "{place}, {}, since {}, last used {}",
            if session.aal == "aal2" { "two factors" } else { "one factor" },
            moments::minute(&session.created_at),
            moments::minute(&session.used_at)
        ),
    }
}
