//! The providers in the database.

use diesel::prelude::*;
use serde_json::json;
use tenon_model::{AuthCode, Caller, Code, Error, Result};

use super::Provider;
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::precise,
    system::schema::_tenon_providers as providers,
};

/// A provider without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What was set, but for secrets.
    pub provider: Provider,
    /// Whether a secret is set.
    pub secret_set: bool,
    /// The address to tell the provider.
    pub callback_url: String,
}

/// A provider that people may choose when they sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInChoice {
    /// Its name in addresses.
    pub name: String,
    /// What people read.
    pub label: String,
}

/// The provider of this name.
pub(super) fn load(conn: &mut Conn, name: &str) -> Result<Option<Provider>> {
    let own = providers::table.filter(providers::name.eq(name)).select(providers::definition);
    let text: Option<String> = own.first(conn).optional().translate()?;
    text.map(|text| serde_json::from_str(&text).map_err(Error::internal)).transpose()
}

fn all(conn: &mut Conn) -> Result<Vec<Provider>> {
    let texts: Vec<String> = providers::table.order(providers::name).select(providers::definition).load(conn).translate()?;
    texts.iter().map(|text| serde_json::from_str(text).map_err(Error::internal)).collect()
}

fn store(conn: &mut Conn, provider: &Provider, now: jiff::Timestamp) -> Result<()> {
    diesel::delete(providers::table.filter(providers::name.eq(&provider.name))).execute(conn).translate()?;
    let definition = serde_json::to_string(provider).map_err(Error::internal)?;
    let row = (providers::name.eq(&provider.name), providers::definition.eq(definition), providers::updated_at.eq(precise(now)));
    diesel::insert_into(providers::table).values(row).execute(conn).map(drop).translate()
}

pub(super) fn owner_only(caller: &Caller) -> Result<()> {
    if caller.may_own() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only owners manage providers")) }
}

fn missing(name: &str) -> Error {
    Error::new(Code::NotFound, format!("there is no provider {name}"))
}

impl Engine {
    /// Where providers send people back to.
    #[must_use]
    pub fn callback_url(&self) -> String {
        format!("{}/auth/v1/callback", self.external_url())
    }

    /// The providers, without their secrets.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own.
    pub async fn providers(&self, caller: &Caller) -> Result<Vec<Listed>> {
        owner_only(caller)?;
        let callback_url = self.callback_url();
        let list = |provider: Provider| Listed {
            secret_set: !provider.client_secret.is_empty() || provider.apple.as_ref().is_some_and(|a| !a.private_key.is_empty()),
            provider: provider.without_secrets(),
            callback_url: callback_url.clone(),
        };
        Ok(self.database().read(all).await?.into_iter().map(list).collect())
    }

    /// The providers that people may choose.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn sign_in_choices(&self) -> Result<Vec<SignInChoice>> {
        let all = self.database().read(all).await?;
        let choice = |provider: Provider| SignInChoice { label: provider.label().to_owned(), name: provider.name };
        Ok(all.into_iter().filter(|provider| provider.enabled).map(choice).collect())
    }

    /// Adds or changes a provider. Secrets that are left empty stay as they are.
    ///
    /// # Errors
    /// [`Code::InvalidRecord`] with the field; [`Code::Forbidden`] unless the caller may own.
    pub async fn save_provider(&self, caller: &Caller, client: &Client, provider: Provider) -> Result<()> {
        owner_only(caller)?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let before = load(conn, &provider.name)?;
                let provider = match &before {
                    Some(before) => provider.clone().with_secrets_of(before),
                    None => provider.clone(),
                };
                provider.check()?;
                store(conn, &provider, now)?;
                let action = if before.is_some() { "provider.changed" } else { "provider.added" };
                let details = json!({ "enabled": provider.enabled, "kind": provider.kind, "client_id": provider.client_id });
                let entry = Entry::new(&actor, action, &client).target("provider", &provider.name, provider.label());
                entry.details(details).append(conn, now)
            })
            .await
    }

    /// Switches a provider on or off.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Forbidden`] unless the caller may own.
    pub async fn enable_provider(&self, caller: &Caller, client: &Client, name: &str, enabled: bool) -> Result<()> {
        owner_only(caller)?;
        let (actor, client, now, name) = (Actor::of(caller), client.clone(), self.now(), name.to_owned());
        self.database()
            .write(move |conn| {
                let mut provider = load(conn, &name)?.ok_or_else(|| missing(&name))?;
                provider.enabled = enabled;
                store(conn, &provider, now)?;
                let action = if enabled { "provider.enabled" } else { "provider.disabled" };
                Entry::new(&actor, action, &client).target("provider", &name, provider.label()).append(conn, now)
            })
            .await
    }

    /// Removes a provider. The identities that came from it stay, for the case that it returns.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Forbidden`] unless the caller may own.
    pub async fn remove_provider(&self, caller: &Caller, client: &Client, name: &str) -> Result<()> {
        owner_only(caller)?;
        let (actor, client, now, name) = (Actor::of(caller), client.clone(), self.now(), name.to_owned());
        self.database()
            .write(move |conn| {
                let provider = load(conn, &name)?.ok_or_else(|| missing(&name))?;
                diesel::delete(providers::table.filter(providers::name.eq(&name))).execute(conn).translate()?;
                Entry::new(&actor, "provider.removed", &client).target("provider", &name, provider.label()).append(conn, now)
            })
            .await
    }

    /// The provider that a program or a form names.
    pub(super) async fn provider(&self, name: &str) -> Result<Provider> {
        let named = name.to_owned();
        match self.database().read(move |conn| load(conn, &named)).await? {
            Some(provider) if provider.enabled => Ok(provider),
            _ => Err(Error::auth(AuthCode::ProviderDisabled, "Unsupported provider: provider is not enabled")),
        }
    }

    /// The provider of this name, enabled or not.
    pub(super) async fn any_provider(&self, name: &str) -> Result<Provider> {
        let named = name.to_owned();
        self.database().read(move |conn| load(conn, &named)).await?.ok_or_else(|| missing(name))
    }
}
