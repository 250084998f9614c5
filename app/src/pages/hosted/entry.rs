//! What the pages before signing in show: the application's name and face, and the ways in.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::errors::Result;

/// The application as people know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Brand {
    /// Its name.
    pub(super) name: String,
    /// The address of its logo; empty without one.
    pub(super) logo: String,
    /// Its colour, as six hexadecimal digits; empty without one.
    pub(super) color: String,
}

/// What tells people from robots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Robots {
    /// The class of its box.
    pub(super) class: String,
    /// The address of its script.
    pub(super) script: String,
    /// The site's key; empty if nobody set it.
    pub(super) key: String,
}

/// The ways in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) brand: Brand,
    /// Name and title of each provider.
    pub(super) providers: Vec<(String, String)>,
    pub(super) email: bool,
    pub(super) sign_up: bool,
    pub(super) passkeys: bool,
    /// The fewest characters of a password.
    pub(super) password_min: u32,
    pub(super) captcha: Option<Robots>,
    /// Who is signed in here already.
    pub(super) signed_in: Option<String>,
}

/// What the pages before signing in show.
#[server]
pub(super) async fn load_entry() -> Result<Entry> {
    use super::server;
    let engine = crate::context::engine()?;
    let auth = &engine.settings().auth;
    let known = server::current(&engine).await?;
    let choices = engine.sign_in_choices().await?;
    let providers = choices.into_iter().map(|choice| (choice.name, server::provider_title(&choice.label))).collect();
    Ok(Entry {
        brand: server::brand(auth),
        providers,
        email: auth.email_enabled,
        sign_up: auth.allow_signup && auth.email_enabled,
        passkeys: auth.passkeys,
        password_min: auth.password_min_length,
        captcha: server::captcha(auth),
        signed_in: known.map(|hosted| hosted.email.unwrap_or_else(|| "you".to_owned())),
    })
}
