//! What the page of the providers loads and sends.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use tenon_engine::identity::providers::{Apple, Attributes, Listed, PRESETS, Preset, Provider, ProviderKind};

use crate::errors::Result;

/// The page of the providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProvidersData {
    pub(super) rows: Vec<Row>,
    /// Name and label of each.
    pub(super) presets: Vec<(String, String)>,
    pub(super) callback_url: String,
    pub(super) form: Option<FormData>,
    pub(super) trial: Option<TrialData>,
}

/// A provider in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) enabled: bool,
    pub(super) about: String,
}

/// What came of trying a provider out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TrialData {
    pub(super) label: String,
    /// What was tried, whether it went well, and what was found.
    pub(super) steps: Vec<(String, bool, String)>,
}

/// The form of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FormData {
    pub(super) is_new: bool,
    pub(super) secret_set: bool,
    /// Where the application is registered at the provider, and what to do there.
    pub(super) console: String,
    pub(super) steps: String,
    pub(super) input: Input,
}

/// What the form sends. Lists are words, parameters are lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Input {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) kind: String,
    pub(super) enabled: bool,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) issuer: String,
    pub(super) authorize_url: String,
    pub(super) token_url: String,
    pub(super) userinfo_url: String,
    pub(super) emails_url: String,
    pub(super) jwks_url: String,
    pub(super) scopes: String,
    pub(super) authorize_params: String,
    pub(super) attribute_id: String,
    pub(super) attribute_email: String,
    pub(super) attribute_email_verified: String,
    pub(super) attribute_name: String,
    pub(super) attribute_avatar: String,
    pub(super) trust_email: bool,
    pub(super) audiences: String,
    pub(super) pkce: bool,
    pub(super) apple: bool,
    pub(super) team_id: String,
    pub(super) key_id: String,
    pub(super) private_key: String,
}

#[server]
pub(super) async fn load_providers(add: String, edit: String, test: String) -> Result<ProvidersData> {
    let (engine, caller) = crate::context::owner().await?;
    let listed = engine.providers(&caller).await?;
    let find = |name: &str| listed.iter().find(|listed| listed.provider.name == name);
    let form = match (find(&edit), Preset::named(&add)) {
        (Some(listed), _) => Some(form_of(listed)),
        (None, Some(preset)) => Some(new_form(preset)),
        (None, None) => None,
    };
    let trial = match find(&test) {
        Some(listed) => {
            let steps = engine.test_provider(&caller, &test).await?;
            let steps = steps.into_iter().map(|step| (step.what, step.ok, step.found)).collect();
            Some(TrialData { label: listed.provider.label().to_owned(), steps })
        }
        None => None,
    };
    Ok(ProvidersData {
        rows: listed.iter().map(row).collect(),
        presets: PRESETS.iter().map(|preset| (preset.name.to_owned(), preset.label.to_owned())).collect(),
        callback_url: engine.callback_url(),
        form,
        trial,
    })
}

#[server]
pub(super) async fn save_provider(input: Input) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    let provider = provider(&input).map_err(|error| keeping(error, &input))?;
    let label = provider.label().to_owned();
    engine.save_provider(&caller, &crate::context::client(), provider).await.map_err(|error| keeping(error.into(), &input))?;
    done(&format!("{label} is saved. Test it next."));
    Ok(())
}

#[server]
pub(super) async fn enable_provider(name: String, enabled: bool) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    engine.enable_provider(&caller, &crate::context::client(), &name, enabled).await?;
    done(if enabled { "People can sign in with it now." } else { "Nobody can sign in with it any more." });
    Ok(())
}

#[server]
pub(super) async fn remove_provider(name: String) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    engine.remove_provider(&caller, &crate::context::client(), &name).await?;
    done("The provider is removed.");
    Ok(())
}

#[cfg(feature = "ssr")]
fn done(text: &str) {
    crate::flash::leave(crate::flash::Flash::Done(text.to_owned()));
    crate::context::redirect("/settings/providers");
}

/// The failure with its fields under their names in the form, and what was entered but for secrets.
#[cfg(feature = "ssr")]
fn keeping(mut error: crate::AppError, input: &Input) -> crate::AppError {
    for field in &mut error.error.fields {
        field.column = format!("input[{}]", field.column);
    }
    let Ok(serde_json::Value::Object(entered)) = serde_json::to_value(input) else { return error };
    let secret = |name: &str| name == "client_secret" || name == "private_key";
    for (name, value) in entered.iter().filter(|(name, _)| !secret(name)) {
        if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
            error.kept.push((format!("input[{name}]"), text.to_owned()));
        }
    }
    error
}

#[cfg(feature = "ssr")]
fn row(listed: &Listed) -> Row {
    let provider = &listed.provider;
    let about = match provider.kind {
        ProviderKind::Oidc => provider.issuer.clone(),
        ProviderKind::Oauth2 => provider.authorize_url.clone(),
    };
    Row { name: provider.name.clone(), label: provider.label().to_owned(), enabled: provider.enabled, about }
}

#[cfg(feature = "ssr")]
fn new_form(preset: &Preset) -> FormData {
    FormData {
        is_new: true,
        secret_set: false,
        console: preset.console.into(),
        steps: preset.steps.into(),
        input: input(&preset.provider()),
    }
}

#[cfg(feature = "ssr")]
fn form_of(listed: &Listed) -> FormData {
    let provider = &listed.provider;
    let preset = Preset::named(&provider.name).or_else(|| Preset::named(provider.kind.as_str()));
    FormData {
        is_new: false,
        secret_set: listed.secret_set,
        console: preset.map(|preset| preset.console.into()).unwrap_or_default(),
        steps: preset.map(|preset| preset.steps.into()).unwrap_or_default(),
        input: input(provider),
    }
}

#[cfg(feature = "ssr")]
fn input(provider: &Provider) -> Input {
    let provider = provider.clone();
    let params = provider.authorize_params.iter().map(|(name, value)| format!("{name}={value}"));
    let apple = provider.apple.clone();
    Input {
        kind: provider.kind.as_str().into(),
        enabled: provider.enabled,
        scopes: provider.scopes.join(" "),
        authorize_params: params.collect::<Vec<_>>().join("\n"),
        attribute_id: provider.attributes.id,
        attribute_email: provider.attributes.email,
        attribute_email_verified: provider.attributes.email_verified,
        attribute_name: provider.attributes.name,
        attribute_avatar: provider.attributes.avatar,
        trust_email: provider.trust_email,
        audiences: provider.audiences.join(" "),
        pkce: provider.pkce,
        apple: apple.is_some(),
        team_id: apple.as_ref().map(|apple| apple.team_id.clone()).unwrap_or_default(),
        key_id: apple.map(|apple| apple.key_id).unwrap_or_default(),
        name: provider.name,
        label: provider.label,
        client_id: provider.client_id,
        issuer: provider.issuer,
        authorize_url: provider.authorize_url,
        token_url: provider.token_url,
        userinfo_url: provider.userinfo_url,
        emails_url: provider.emails_url,
        jwks_url: provider.jwks_url,
        client_secret: String::new(),
        private_key: String::new(),
    }
}

#[cfg(feature = "ssr")]
fn provider(input: &Input) -> Result<Provider> {
    let text = |text: &String| text.trim().to_owned();
    let words =
        |text: &String| text.split([' ', ',', '\n', '\r', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let mut authorize_params = std::collections::BTreeMap::new();
    for line in input.authorize_params.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = || crate::AppError::field("authorize_params", "Each line is a name, an equals sign and a value.");
        let (name, value) = line.split_once('=').ok_or_else(wrong)?;
        authorize_params.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    let apple = Apple { team_id: text(&input.team_id), key_id: text(&input.key_id), private_key: text(&input.private_key) };
    Ok(Provider {
        name: text(&input.name),
        label: text(&input.label),
        enabled: input.enabled,
        kind: if input.kind == "oauth2" { ProviderKind::Oauth2 } else { ProviderKind::Oidc },
        client_id: text(&input.client_id),
        client_secret: text(&input.client_secret),
        issuer: text(&input.issuer),
        authorize_url: text(&input.authorize_url),
        token_url: text(&input.token_url),
        userinfo_url: text(&input.userinfo_url),
        emails_url: text(&input.emails_url),
        jwks_url: text(&input.jwks_url),
        scopes: words(&input.scopes),
        authorize_params,
        attributes: Attributes {
            id: text(&input.attribute_id),
            email: text(&input.attribute_email),
            email_verified: text(&input.attribute_email_verified),
            name: text(&input.attribute_name),
            avatar: text(&input.attribute_avatar),
        },
        trust_email: input.trust_email,
        audiences: words(&input.audiences),
        pkce: input.pkce,
        apple: input.apple.then_some(apple),
    })
}
