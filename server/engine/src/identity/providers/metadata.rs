//! Where a provider's parts are, and its keys: from its discovery document, kept for a while.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::CoreJsonWebKeySet;
use parking_lot::Mutex;
use reqwest::Client;
use serde_json::Value;
use tenon_model::Result;

use super::{
    Provider, ProviderKind,
    http::{self, check_url, failed},
};

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How soon keys are fetched again for a token that none of them signed.
const AGAIN: SignedDuration = SignedDuration::from_secs(30);
/// The most documents that are kept.
const MOST: usize = 256;

/// The connection to providers: the client, and documents that were fetched.
pub(crate) struct Online {
    pub(crate) client: Client,
    documents: Mutex<HashMap<String, (Timestamp, Value)>>,
}

/// Where a provider's parts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoints {
    pub(super) issuer: String,
    pub(super) authorize: String,
    pub(super) token: String,
    pub(super) userinfo: String,
    pub(super) jwks: String,
    /// Whether the client's secret goes into the header.
    pub(super) basic: bool,
}

impl Online {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { client: http::client()?, documents: Mutex::default() })
    }

    /// The document at an address, unless it is older than that a fresh one.
    async fn document(&self, url: &str, now: Timestamp, age: SignedDuration) -> Result<Value> {
        let known = self.documents.lock().get(url).cloned();
        if let Some((at, document)) = known
            && now.duration_since(at) < age
        {
            return Ok(document);
        }
        let document = http::get_json(&self.client, url, None).await?;
        let mut documents = self.documents.lock();
        if documents.len() >= MOST {
            documents.clear();
        }
        documents.insert(url.to_owned(), (now, document.clone()));
        Ok(document)
    }

    /// Where a provider's parts are.
    pub(super) async fn endpoints(&self, provider: &Provider, now: Timestamp) -> Result<Endpoints> {
        match provider.kind {
            ProviderKind::Oauth2 => Ok(set(provider)),
            ProviderKind::Oidc => {
                let document = self.document(&discovery_url(provider), now, KEPT).await?;
                discovered(provider, &document)
            }
        }
    }

    /// The keys that a provider signs with. `again`: a token was signed by none of those known.
    pub(super) async fn keys(&self, endpoints: &Endpoints, now: Timestamp, again: bool) -> Result<CoreJsonWebKeySet> {
        let document = self.document(&endpoints.jwks, now, if again { AGAIN } else { KEPT }).await?;
        serde_json::from_value(document).map_err(|_| failed("the provider's keys cannot be read"))
    }

    /// Forgets what was fetched of a provider.
    pub(super) fn forget(&self, provider: &Provider) {
        self.documents.lock().remove(&discovery_url(provider));
    }
}

/// Where an issuer's discovery document is.
pub(super) fn discovery_url(provider: &Provider) -> String {
    format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'))
}

fn set(provider: &Provider) -> Endpoints {
    Endpoints {
        issuer: provider.issuer.clone(),
        authorize: provider.authorize_url.clone(),
        token: provider.token_url.clone(),
        userinfo: provider.userinfo_url.clone(),
        jwks: provider.jwks_url.clone(),
        basic: false,
    }
}

fn discovered(provider: &Provider, document: &Value) -> Result<Endpoints> {
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let issuer = text("issuer");
    if issuer.trim_end_matches('/') != provider.issuer.trim_end_matches('/') && !is_microsofts(provider, &issuer) {
        return Err(failed("the discovery document is that of another issuer"));
    }
    let or = |own: &String, name: &str| if own.is_empty() { text(name) } else { own.clone() };
    let endpoints = Endpoints {
        authorize: or(&provider.authorize_url, "authorization_endpoint"),
        token: or(&provider.token_url, "token_endpoint"),
        userinfo: or(&provider.userinfo_url, "userinfo_endpoint"),
        jwks: or(&provider.jwks_url, "jwks_uri"),
        basic: takes_basic(document),
        issuer,
    };
    let needed = [&endpoints.authorize, &endpoints.token, &endpoints.jwks];
    for url in needed.into_iter().chain(Some(&endpoints.userinfo).filter(|url| !url.is_empty())) {
        check_url(url).map_err(|error| failed(format!("the discovery document: {}", error.message)))?;
    }
    Ok(endpoints)
}

/// Whether the client's secret may go into the header: so unless the document says otherwise.
fn takes_basic(document: &Value) -> bool {
    let methods = document.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
    methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
}

/// Microsoft's document for several tenants names no single issuer.
fn is_microsofts(provider: &Provider, issuer: &str) -> bool {
    provider.issuer.starts_with("https://login.microsoftonline.com/") && issuer == MICROSOFTS
}

/// The issuer in Microsoft's document for several tenants.
pub(super) const MICROSOFTS: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";

impl Endpoints {
    /// The issuer that a token must name, which at Microsoft depends on the user's tenant.
    pub(super) fn issuer_of(&self, claims: &Value) -> Result<String> {
        if self.issuer != MICROSOFTS {
            return Ok(self.issuer.clone());
        }
        let tenant = claims.get("tid").and_then(Value::as_str).and_then(|tenant| uuid::Uuid::parse_str(tenant).ok());
        let tenant = tenant.ok_or_else(|| failed("the ID token names no tenant"))?;
        Ok(MICROSOFTS.replace("{tenantid}", &tenant.to_string()))
    }
}

impl std::fmt::Debug for Online {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Online").finish_non_exhaustive()
    }
}
