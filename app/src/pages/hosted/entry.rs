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
    /// Class of the CAPTCHA's box, address of its script, and key of its site.
    pub(super) captcha: Option<(String, String, String)>,
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
    let shown = engine.public_auth_settings().await?;
    let external = shown["external"].as_object().cloned().unwrap_or_default();
    let providers = external
        .into_iter()
        .filter(|(name, on)| on.as_bool() == Some(true) && !["email", "phone", "anonymous_users"].contains(&name.as_str()))
        .map(|(name, _)| (name.clone(), server::provider_title(&name)))
        .collect();
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
