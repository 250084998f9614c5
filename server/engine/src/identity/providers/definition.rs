//! What a provider is: who it is, what it knows this instance as, and where its answers have what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenon_model::Result;

use super::http::check_url;
use crate::settings::refused as wrong;

/// A way to sign in by somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Provider {
    /// Its name in addresses, e.g. `google`.
    pub name: String,
    /// What people read.
    pub label: String,
    /// Whether people may sign in with it.
    pub enabled: bool,
    /// What it speaks.
    pub kind: ProviderKind,
    /// What the provider knows this instance as.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: String,
    /// OpenID Connect: who signs, and where its discovery document is.
    pub issuer: String,
    /// OAuth 2: where people go.
    pub authorize_url: String,
    /// OAuth 2: where codes become tokens.
    pub token_url: String,
    /// Where the user is described. OpenID Connect has it in its discovery document.
    pub userinfo_url: String,
    /// OAuth 2: where the user's addresses are listed, as GitHub does it.
    pub emails_url: String,
    /// Where the keys are. OpenID Connect has it in its discovery document.
    pub jwks_url: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Further parameters on the way there.
    pub authorize_params: BTreeMap<String, String>,
    /// Where the description of a user has what.
    pub attributes: Attributes,
    /// Whether addresses count as verified although the provider does not say so.
    pub trust_email: bool,
    /// Further client ids whose ID tokens are accepted, e.g. those of the apps on phones.
    pub audiences: Vec<String>,
    /// Whether the way there is protected by PKCE, too.
    pub pkce: bool,
    /// Apple: what its client secret is signed with.
    pub apple: Option<Apple>,
}

/// What a provider speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// OpenID Connect.
    #[default]
    Oidc,
    /// OAuth 2.
    Oauth2,
}

impl ProviderKind {
    /// Its name in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Oauth2 => "oauth2",
        }
    }
}

/// Where the description of a user has what: names, with dots between those of objects in objects. Empty: the usual place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attributes {
    /// The user's id, `sub` or `id`.
    pub id: String,
    /// The address.
    pub email: String,
    /// Whether it is verified.
    pub email_verified: String,
    /// The full name.
    pub name: String,
    /// The address of a picture.
    pub avatar: String,
}

/// What Apple's client secret is signed with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Apple {
    /// The team's id.
    pub team_id: String,
    /// The key's id.
    pub key_id: String,
    /// The key, as the `.p8` file has it.
    pub private_key: String,
}

/// Names that say something else.
const TAKEN: [&str; 5] = ["email", "phone", "anonymous", "web3", "passkey"];

impl Provider {
    /// Whether everything is there that signing in needs.
    ///
    /// # Errors
    /// [`tenon_model::Code::InvalidRecord`] with the field.
    pub fn check(&self) -> Result<()> {
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-:".contains(c);
        if self.name.is_empty() || self.name.len() > 40 || !self.name.chars().all(named) || TAKEN.contains(&self.name.as_str()) {
            return Err(wrong("name", "a name has up to 40 lower-case letters, digits, - and _, and is not email or phone"));
        }
        if self.label.chars().count() > 60 || self.label.chars().any(char::is_control) {
            return Err(wrong("label", "a label is one line of at most 60 characters"));
        }
        if self.client_id.is_empty() || self.client_id.chars().any(char::is_control) {
            return Err(wrong("client_id", "the provider gives you a client id when you register the application"));
        }
        if self.client_secret.chars().any(char::is_control) {
            return Err(wrong("client_secret", "a secret is one line"));
        }
        self.check_addresses()?;
        self.check_lists()?;
        self.apple.as_ref().map_or(Ok(()), super::apple::check)
    }

    fn check_addresses(&self) -> Result<()> {
        let (needed, others): (&[(&'static str, &String)], _) = match self.kind {
            ProviderKind::Oidc => (
                &[("issuer", &self.issuer)],
                [("authorize_url", &self.authorize_url), ("token_url", &self.token_url), ("userinfo_url", &self.userinfo_url)],
            ),
            ProviderKind::Oauth2 => (
                &[("authorize_url", &self.authorize_url), ("token_url", &self.token_url), ("userinfo_url", &self.userinfo_url)],
                [("issuer", &self.issuer), ("emails_url", &self.emails_url), ("jwks_url", &self.jwks_url)],
            ),
        };
        if let Some((name, _)) = needed.iter().find(|(_, url)| url.is_empty()) {
            return Err(wrong(name, "this address is needed"));
        }
        for (name, url) in needed.iter().chain(&others).chain(&[("emails_url", &self.emails_url), ("jwks_url", &self.jwks_url)]) {
            if !url.is_empty() {
                check_url(url).map_err(|error| wrong(name, &error.message))?;
            }
        }
        Ok(())
    }

    fn check_lists(&self) -> Result<()> {
        let one_word = |text: &String| !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if !self.scopes.iter().all(one_word) {
            return Err(wrong("scopes", "a scope is one word"));
        }
        if !self.audiences.iter().all(one_word) {
            return Err(wrong("audiences", "a client id is one word"));
        }
        let reserved = |name: &String| RESERVED.contains(&name.as_str()) || !one_word(name);
        if let Some(name) = self.authorize_params.keys().find(|name| reserved(name)) {
            return Err(wrong("authorize_params", &format!("{name} is not yours to set")));
        }
        Ok(())
    }

    /// What people read.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.label.is_empty() { &self.name } else { &self.label }
    }

    /// Whether the provider comes back with a form instead of a link, as Apple does.
    pub(crate) fn posts_back(&self) -> bool {
        self.authorize_params.get("response_mode").is_some_and(|mode| mode == "form_post")
    }

    /// The definition without its secrets.
    pub(super) fn without_secrets(mut self) -> Self {
        self.client_secret.clear();
        if let Some(apple) = &mut self.apple {
            apple.private_key.clear();
        }
        self
    }

    /// The definition with another's secrets where it has none: a form sends them only to change them.
    pub(super) fn with_secrets_of(mut self, before: &Self) -> Self {
        if self.client_secret.is_empty() {
            self.client_secret.clone_from(&before.client_secret);
        }
        if let (Some(apple), Some(before)) = (&mut self.apple, &before.apple)
            && apple.private_key.is_empty()
        {
            apple.private_key.clone_from(&before.private_key);
        }
        self
    }
}

/// Parameters of the way there that are the flow's own.
pub(super) const RESERVED: [&str; 15] = [
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "invite_token",
    "nonce",
    "provider",
    "redirect_to",
    "redirect_uri",
    "request",
    "request_uri",
    "response_type",
    "scope",
    "scopes",
    "state",
];
