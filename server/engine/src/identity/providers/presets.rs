//! Providers that many know, ready but for the client id and the secret.

use std::collections::BTreeMap;

use super::{Apple, Attributes, Provider, ProviderKind};

/// A provider that many know.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name in addresses.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Where the application is registered there.
    pub console: &'static str,
    /// What to do there.
    pub steps: &'static str,
}

/// The providers that are ready, and the two kinds of any other.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "google",
        label: "Google",
        console: "https://console.cloud.google.com/auth/clients",
        steps: "Create a client of type Web application and add the callback address under Authorized redirect URIs.",
    },
    Preset {
        name: "github",
        label: "GitHub",
        console: "https://github.com/settings/developers",
        steps: "Register a new OAuth app with the callback address as Authorization callback URL, and generate a client secret.",
    },
    Preset {
        name: "gitlab",
        label: "GitLab",
        console: "https://gitlab.com/-/user_settings/applications",
        steps: "Add an application with the callback address as Redirect URI and the scopes openid, profile and email. For your own GitLab, put its address as issuer.",
    },
    Preset {
        name: "azure",
        label: "Microsoft",
        console: "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
        steps: "Register an application with the callback address as Web redirect URI, add a client secret, and put your tenant's id into the issuer in place of common. Add the optional claims email and xms_edov to the ID token, so that addresses count as verified.",
    },
    Preset {
        name: "apple",
        label: "Apple",
        console: "https://developer.apple.com/account/resources/identifiers/list/serviceId",
        steps: "Make a Services ID with Sign in with Apple and the callback address as Return URL; its identifier is the client id. Make a key for Sign in with Apple, and put its file, its id and your team's id below.",
    },
    Preset {
        name: "discord",
        label: "Discord",
        console: "https://discord.com/developers/applications",
        steps: "Make an application, and under OAuth2 add the callback address as redirect and copy the client id and the secret.",
    },
    Preset {
        name: "oidc",
        label: "Any OpenID Connect provider",
        console: "",
        steps: "Register a confidential web client with the callback address as redirect URI. The issuer's discovery document has the rest.",
    },
    Preset {
        name: "oauth2",
        label: "Any OAuth 2 provider",
        console: "",
        steps: "Register an application with the callback address as redirect URI, and look up its addresses in the provider's documentation.",
    },
];

impl Preset {
    /// The preset of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// What it knows already.
    #[must_use]
    pub fn provider(&self) -> Provider {
        let base = Provider { name: self.name.into(), label: self.label.into(), enabled: true, pkce: true, ..Provider::default() };
        let oidc = |issuer: &str, scopes: &[&str]| Provider { issuer: issuer.into(), scopes: words(scopes), ..base.clone() };
        let usual = ["openid", "email", "profile"];
        match self.name {
            "google" => oidc("https://accounts.google.com", &usual),
            "gitlab" => oidc("https://gitlab.com", &usual),
            "azure" => Provider {
                attributes: Attributes { email_verified: "xms_edov".into(), ..Attributes::default() },
                ..oidc("https://login.microsoftonline.com/common/v2.0", &usual)
            },
            "apple" => Provider {
                authorize_params: BTreeMap::from([("response_mode".into(), "form_post".into())]),
                apple: Some(Apple::default()),
                ..oidc("https://appleid.apple.com", &["openid", "email", "name"])
            },
            "github" => github(base),
            "discord" => discord(base),
            "oauth2" => Provider { name: String::new(), label: String::new(), kind: ProviderKind::Oauth2, ..base },
            _ => Provider { name: String::new(), label: String::new(), scopes: words(&usual), ..base },
        }
    }
}

fn github(base: Provider) -> Provider {
    Provider {
        kind: ProviderKind::Oauth2,
        authorize_url: "https://github.com/login/oauth/authorize".into(),
        token_url: "https://github.com/login/oauth/access_token".into(),
        userinfo_url: "https://api.github.com/user".into(),
        emails_url: "https://api.github.com/user/emails".into(),
        scopes: words(&["read:user", "user:email"]),
        attributes: Attributes { id: "id".into(), name: "name".into(), avatar: "avatar_url".into(), ..Attributes::default() },
        ..base
    }
}

fn discord(base: Provider) -> Provider {
    Provider {
        kind: ProviderKind::Oauth2,
        authorize_url: "https://discord.com/oauth2/authorize".into(),
        token_url: "https://discord.com/api/oauth2/token".into(),
        userinfo_url: "https://discord.com/api/users/@me".into(),
        scopes: words(&["identify", "email"]),
        attributes: Attributes {
            id: "id".into(),
            email: "email".into(),
            email_verified: "verified".into(),
            name: "global_name".into(),
            avatar: String::new(),
        },
        ..base
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_ones_need_a_client_id_and_nothing_more() {
        for preset in PRESETS.iter().filter(|preset| !preset.console.is_empty()) {
            let mut provider = preset.provider();
            assert!(provider.check().is_err(), "{}", preset.name);
            provider.client_id = "id".into();
            provider.apple = None;
            provider.check().unwrap();
            assert_eq!(provider.name, preset.name);
        }
    }
}
