//! What the page of one's account shows.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::entry::Brand;
use crate::errors::Result;

/// What the page of one's account shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) brand: Brand,
    pub(super) email: String,
    /// The address that waits to be confirmed.
    pub(super) new_email: Option<String>,
    pub(super) name: String,
    pub(super) password_min: u32,
    /// Whether there is a password until now.
    pub(super) has_password: bool,
    /// Whether a new password takes a code by mail.
    pub(super) needs_code: bool,
    /// Accounts elsewhere that lead here.
    pub(super) linked: Vec<Linked>,
    /// Name and title of the providers that could be linked.
    pub(super) linkable: Vec<(String, String)>,
    pub(super) apps_on: bool,
    pub(super) keys_on: bool,
    pub(super) passkeys_on: bool,
    pub(super) factors: Vec<Item>,
    /// How many recovery codes are left.
    pub(super) recovery: Option<usize>,
    pub(super) passkeys: Vec<Item>,
    pub(super) sessions: Vec<Place>,
}

/// A factor or a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) about: String,
}

/// An account elsewhere that leads here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Linked {
    pub(super) item: Item,
    /// Whether it may be parted with: some other way in is left, and the settings let users decide.
    pub(super) removable: bool,
}

/// Where one is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) device: String,
    pub(super) about: String,
    /// Whether it is this browser's.
    pub(super) here: bool,
}

#[server]
pub(super) async fn load_account() -> Result<Account> {
    use super::{
        super::{carried::Carried, server},
        linked,
    };
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let (caller, settings) = (hosted.caller(), engine.settings());
    let auth = &settings.auth;
    let user = engine.user(hosted.user, hosted.session).await?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let known = server::factors_of(&user);
    let recovery = match known.iter().any(|factor| factor.kind == "recovery_code") {
        true => Some(engine.recovery_codes_left(&caller).await?.remaining),
        false => None,
    };
    let factor = |factor: server::Factor| {
        let about = if factor.kind == "totp" { "Authenticator app" } else { "Security key" };
        let about = if about == factor.name { String::new() } else { about.to_owned() };
        Item { id: factor.id, name: factor.name, about }
    };
    let passkey = |key: tenon_engine::identity::PasskeyInfo| Item {
        id: key.id,
        name: key.friendly_name.unwrap_or_else(|| "Passkey".to_owned()),
        about: match key.last_used_at {
            Some(at) => format!("Last used {}", day(&at)),
            None => format!("Added {}", day(&key.created_at)),
        },
    };
    let (linked, linkable) = linked::load(&engine, &user).await?;
    let password = engine.password_change(&caller).await?;
    let here = hosted.session.to_string();
    let place = |session: tenon_engine::identity::UserSession| Place {
        here: session.id == here,
        device: device(session.user_agent.as_deref().unwrap_or_default()),
        about: format!(
            "{} · last used {} UTC",
            session.address.unwrap_or_default(),
            session.used_at.replace('T', " ").chars().take(16).collect::<String>()
        ),
        id: session.id,
    };
    Ok(Account {
        brand: server::brand(auth),
        email: text(&user["email"]),
        new_email: user["new_email"].as_str().map(str::to_owned),
        name: text(&user["user_metadata"]["name"]),
        has_password: password.has_password,
        needs_code: password.needs_code,
        linked,
        linkable,
        password_min: auth.password_min_length,
        apps_on: auth.mfa_totp,
        keys_on: auth.mfa_webauthn,
        passkeys_on: auth.passkeys,
        factors: known.into_iter().filter(|f| f.verified && f.kind != "recovery_code").map(factor).collect(),
        recovery,
        passkeys: engine.passkeys(&caller).await?.into_iter().map(passkey).collect(),
        sessions: engine.own_sessions(&caller).await?.into_iter().map(place).collect(),
    })
}

/// The day of a moment in RFC 3339.
#[cfg(feature = "ssr")]
fn day(at: &str) -> String {
    at.split('T').next().unwrap_or_default().to_owned()
}

/// What a program calls itself, as people know it.
#[cfg(feature = "ssr")]
fn device(agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let program =
        find(&[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if agent.is_empty() => "An unknown program".to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}
