//! For whom authenticators make credentials: the domain they are bound to, and the addresses they may be used from.

use tenon_model::{AuthCode, Error, Result};
use url::{Origin, Url};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::settings::AuthSettings;

/// A domain and the origins under it whose pages may use its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RelyingParty {
    id: String,
    name: String,
    origins: Vec<Url>,
}

/// What a client believes the relying party to be. It is compared, never taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimedParty {
    /// The domain.
    pub rp_id: Option<String>,
    /// The origins, a list or one alone.
    pub rp_origins: Option<Origins>,
}

/// One origin or several.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub enum Origins {
    /// A list.
    Many(Vec<String>),
    /// One alone.
    One(String),
}

impl Origins {
    fn all(&self) -> &[String] {
        match self {
            Self::Many(all) => all,
            Self::One(one) => std::slice::from_ref(one),
        }
    }
}

impl RelyingParty {
    /// By the settings, and where they are silent by the address that the instance was told at start.
    ///
    /// # Errors
    /// [`AuthCode::ValidationFailed`] if the instance is known by a number alone: credentials are bound to names.
    pub(super) fn of(settings: &AuthSettings, public_url: &str) -> Result<Self> {
        let own = [settings.site_url.as_str(), settings.external_url.as_str(), public_url];
        let own: Vec<Url> = own.iter().filter_map(|url| web_address(url)).collect();
        let id = own.first().and_then(Url::domain).map(str::to_lowercase).ok_or_else(nameless)?;
        let further =
            settings.redirect_urls.iter().filter(|url| !url.contains(['*', '?', '{', '['])).filter_map(|url| web_address(url));
        let mut origins: Vec<Url> = Vec::new();
        for url in own.iter().cloned().chain(further) {
            let known = origins.iter().any(|origin| origin.origin() == url.origin());
            if !known && url.domain().is_some_and(|host| is_under(host, &id)) {
                origins.push(url);
            }
        }
        let name = if settings.brand_name.is_empty() { id.clone() } else { settings.brand_name.clone() };
        Ok(Self { id, name, origins })
    }

    /// Refuses a client that takes itself for another relying party's: its ceremony could not succeed.
    ///
    /// # Errors
    /// [`AuthCode::ValidationFailed`].
    pub(super) fn check(&self, claimed: &ClaimedParty) -> Result<()> {
        let strange = |what: &str| {
            let problem = format!("{what} is not among the addresses of this application, whose domain is {}", self.id);
            let error = Error::auth(AuthCode::ValidationFailed, problem);
            Err(error.with_hint("the settings auth.site_url and auth.redirect_urls say where the application is"))
        };
        if let Some(id) = &claimed.rp_id
            && !is_under(&id.to_lowercase(), &self.id)
        {
            return strange("rpId");
        }
        let accepted = |origin: &String| Url::parse(origin).is_ok_and(|origin| self.accepts(&origin.origin()));
        if claimed.rp_origins.as_ref().is_some_and(|origins| !origins.all().iter().all(accepted)) {
            return strange("rpOrigins");
        }
        Ok(())
    }

    fn accepts(&self, origin: &Origin) -> bool {
        self.origins.iter().any(|accepted| accepted.origin() == *origin)
    }

    /// What runs ceremonies for it.
    pub(super) fn ceremonies(&self) -> Result<Webauthn> {
        let first = self.origins.first().ok_or_else(nameless)?;
        let builder = WebauthnBuilder::new(&self.id, first).map_err(Error::internal)?.rp_name(&self.name);
        let builder = self.origins.iter().skip(1).fold(builder, WebauthnBuilder::append_allowed_origin);
        builder.build().map_err(Error::internal)
    }
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn is_under(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

fn nameless() -> Error {
    let error = Error::auth(AuthCode::ValidationFailed, "this instance has no domain name that a credential could be bound to");
    error.with_hint("set auth.site_url to an address with a name, e.g. http://localhost:3000")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(site: &str, redirects: &[&str]) -> RelyingParty {
        let redirect_urls = redirects.iter().map(ToString::to_string).collect();
        let settings = AuthSettings { site_url: site.into(), redirect_urls, ..AuthSettings::default() };
        RelyingParty::of(&settings, "http://127.0.0.1:3000").unwrap()
    }

    #[test]
    fn origins_are_those_under_the_sites_domain_that_are_written_out() {
        let party = party(
            "https://example.com/app",
            &[
                "https://app.example.com/in",
                "https://*.example.com/**",
                "https://notexample.com",
                "myapp://example.com",
                "https://example.com/x",
            ],
        );
        assert_eq!(party.id, "example.com");
        let origins: Vec<String> = party.origins.iter().map(|url| url.origin().ascii_serialization()).collect();
        assert_eq!(origins, ["https://example.com", "https://app.example.com"]);
        assert!(party.ceremonies().is_ok());
    }

    #[test]
    fn what_a_client_says_is_compared() {
        let party = party("https://example.com", &["https://app.example.com"]);
        let claim = |id: &str, origin: &str| ClaimedParty { rp_id: Some(id.into()), rp_origins: Some(Origins::One(origin.into())) };
        assert!(party.check(&ClaimedParty::default()).is_ok());
        assert!(party.check(&claim("example.com", "https://example.com")).is_ok());
        assert!(party.check(&claim("app.example.com", "https://app.example.com")).is_ok());
        assert!(party.check(&claim("com", "https://example.com")).is_err());
        assert!(party.check(&claim("evilexample.com", "https://example.com")).is_err());
        assert!(party.check(&claim("example.com", "https://evil.com")).is_err());
        assert!(party.check(&claim("example.com", "http://example.com")).is_err());
    }

    #[test]
    fn a_number_is_no_name() {
        assert!(RelyingParty::of(&AuthSettings::default(), "http://127.0.0.1:3000").is_err());
        assert!(RelyingParty::of(&AuthSettings::default(), "http://localhost:3000").is_ok());
    }
}
