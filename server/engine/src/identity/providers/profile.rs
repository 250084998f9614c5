//! Who somebody is, as a provider describes them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tenon_model::Result;

use super::{Provider, http::failed};

/// Who somebody is, as a provider describes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Profile {
    /// The provider's id of the user.
    pub(super) subject: String,
    /// The address, lower-cased.
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    /// What the identity and the user's metadata keep.
    pub(super) data: Map<String, Value>,
}

/// Reads a description: an ID token's claims, or what a provider answers about a user.
pub(super) fn read(provider: &Provider, issuer: &str, described: &Value) -> Result<Profile> {
    let at = &provider.attributes;
    let find = |own: &str, usual: &[&str]| {
        let own = (!own.is_empty()).then_some(own);
        own.into_iter().chain(usual.iter().copied()).find_map(|path| lookup(described, path))
    };
    let usual_id: &[&str] = if at.id.is_empty() { &["sub", "id"] } else { &[] };
    let subject = find(&at.id, usual_id).and_then(text).ok_or_else(|| failed("the provider did not say who the user is"))?;
    if subject.is_empty() || subject.len() > 255 {
        return Err(failed("the provider did not say who the user is"));
    }
    let email = find(&at.email, &["email"]).and_then(text).map(|email| email.trim().to_lowercase());
    let email = email.filter(|email| crate::identity::is_email(email));
    // What is named for it decides alone: a provider can have a claim of the usual name that means less.
    let usual_verified: &[&str] = if at.email_verified.is_empty() { &["email_verified"] } else { &[] };
    let said = find(&at.email_verified, usual_verified);
    let email_verified = email.is_some() && (provider.trust_email || said.is_some_and(is_true));
    let name = find(&at.name, &["name", "full_name", "display_name"]).and_then(text).or_else(|| joined_name(described));
    let avatar = find(&at.avatar, &["picture", "avatar_url"]).and_then(text).or_else(|| discords_avatar(provider, described));
    let user_name = find("", &["preferred_username", "nickname", "login", "username"]).and_then(text);
    let data = json!({
        "iss": issuer,
        "sub": subject,
        "provider_id": subject,
        "email": email,
        "email_verified": email_verified,
        "phone_verified": false,
        "name": name,
        "full_name": name,
        "avatar_url": avatar,
        "picture": avatar,
        "user_name": user_name,
        "preferred_username": user_name,
    });
    let data = data.as_object().cloned().unwrap_or_default();
    let data = data.into_iter().filter(|(_, value)| !value.is_null() && value != "").collect();
    Ok(Profile { subject, email, email_verified, data })
}

impl Profile {
    /// Takes the address that a provider lists as the user's own, as GitHub does.
    pub(super) fn take_listed_email(&mut self, listed: &Value) {
        let all = listed.as_array().map(Vec::as_slice).unwrap_or_default();
        let is = |entry: &&Value, what: &str| entry.get(what).is_some_and(is_true);
        let best = all.iter().find(|entry| is(entry, "primary")).or_else(|| all.iter().find(|entry| is(entry, "verified")));
        let Some(best) = best else { return };
        let email = best.get("email").and_then(text).map(|email| email.trim().to_lowercase());
        let Some(email) = email.filter(|email| crate::identity::is_email(email)) else { return };
        self.email_verified = is(&best, "verified");
        self.data.insert("email".into(), email.clone().into());
        self.data.insert("email_verified".into(), self.email_verified.into());
        self.email = Some(email);
    }

    /// Takes a name that the provider tells beside, as Apple does the first time.
    pub(super) fn take_name(&mut self, name: &str) {
        if !name.is_empty() && !self.data.contains_key("full_name") {
            self.data.insert("name".into(), name.into());
            self.data.insert("full_name".into(), name.into());
        }
    }

    /// Adds what a second description of the same user says beyond the first.
    pub(super) fn complete(&mut self, other: Self) {
        if self.email.is_none() {
            self.email = other.email;
            self.email_verified = other.email_verified;
            for name in ["email", "email_verified"] {
                if let Some(value) = other.data.get(name) {
                    self.data.insert(name.to_owned(), value.clone());
                }
            }
        }
        for (name, value) in other.data {
            self.data.entry(name).or_insert(value);
        }
    }
}

/// The value at a path of names with dots between them.
fn lookup<'a>(described: &'a Value, path: &str) -> Option<&'a Value> {
    let found = described.get(path).or_else(|| path.split('.').try_fold(described, |at, name| at.get(name)));
    found.filter(|value| !value.is_null())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.chars().take(2048).collect()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Some say it as text, some as a number.
fn is_true(value: &Value) -> bool {
    value == true || value == "true" || value == "1" || value == 1
}

fn joined_name(described: &Value) -> Option<String> {
    let part = |name: &str| lookup(described, name).and_then(text);
    let name = [part("given_name"), part("family_name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

fn discords_avatar(provider: &Provider, described: &Value) -> Option<String> {
    let own = provider.userinfo_url.starts_with("https://discord.com/");
    let hash = described.get("avatar").and_then(text).filter(|_| own)?;
    let id = described.get("id").and_then(text)?;
    Some(format!("https://cdn.discordapp.com/avatars/{id}/{hash}.png"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::providers::Preset;

    fn preset(name: &str) -> Provider {
        Preset::named(name).unwrap().provider()
    }

    #[test]
    fn an_id_token_describes_its_user() {
        let claims =
            json!({ "sub": "1", "email": "Ada@Example.org", "email_verified": "true", "given_name": "Ada", "family_name": "L" });
        let profile = read(&preset("google"), "https://accounts.google.com", &claims).unwrap();
        assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("ada@example.org"), true));
        assert_eq!(profile.data["full_name"], "Ada L");
        assert!(!profile.data.contains_key("avatar_url"));
    }

    #[test]
    fn microsofts_addresses_count_only_where_the_domain_is_the_tenants() {
        let claims = json!({ "sub": "1", "email": "a@example.org", "email_verified": true });
        assert!(!read(&preset("azure"), "", &claims).unwrap().email_verified);
        let claims = json!({ "sub": "1", "email": "a@example.org", "xms_edov": "1" });
        assert!(read(&preset("azure"), "", &claims).unwrap().email_verified);
    }

    #[test]
    fn github_lists_addresses() {
        let user = json!({ "id": 583231, "login": "octocat", "avatar_url": "https://a.example/x", "email": null, "sub": "other" });
        let mut profile = read(&preset("github"), "", &user).unwrap();
        assert_eq!((profile.subject.as_str(), profile.email.clone()), ("583231", None));
        profile.take_listed_email(&json!([
            { "email": "old@example.org", "primary": false, "verified": true },
            { "email": "Octo@example.org", "primary": true, "verified": true },
        ]));
        assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("octo@example.org"), true));
        assert_eq!(profile.data["user_name"], "octocat");
    }

    #[test]
    fn discord_says_verified() {
        let user = json!({ "id": "80351110224678912", "username": "nelly", "global_name": "Nelly", "avatar": "abc", "email": "n@example.org", "verified": true });
        let profile = read(&preset("discord"), "", &user).unwrap();
        assert!(profile.email_verified);
        assert_eq!(profile.data["avatar_url"], "https://cdn.discordapp.com/avatars/80351110224678912/abc.png");
    }

    #[test]
    fn a_path_leads_into_objects() {
        let provider = Provider {
            attributes: super::super::Attributes { id: "data.user.uid".into(), email: "data.mail".into(), ..Default::default() },
            ..Provider::default()
        };
        let profile =
            read(&provider, "", &json!({ "data": { "user": { "uid": 7 }, "mail": "x@example.org" }, "id": "no" })).unwrap();
        assert_eq!((profile.subject.as_str(), profile.email_verified), ("7", false));
        assert!(read(&provider, "", &json!({ "id": "1" })).is_err());
    }
}
