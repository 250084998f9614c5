//! What the page of one's account shows.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::entry::Brand;
#[cfg(feature = "ssr")]
use crate::{devices, moments, pages::factors::proof};
use crate::{
    errors::Result,
    pages::factors::{Guards, Item},
};

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
    pub(super) guards: Guards,
    pub(super) sessions: Vec<Place>,
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
    let (linked, linkable) = linked::load(&engine, &user).await?;
    let password = engine.password_change(&caller).await?;
    let here = hosted.session.to_string();
    let place = |session: tenon_engine::identity::UserSession| Place {
        here: session.id == here,
        device: devices::device(session.user_agent.as_deref().unwrap_or_default()),
        about: format!("{} · last used {}", session.address.unwrap_or_default(), moments::second(&session.used_at)),
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
        guards: proof::guards(&engine, &caller, &user).await?,
        sessions: engine.own_sessions(&caller).await?.into_iter().map(place).collect(),
    })
}
