//! Trying a provider out before people do.

use serde::{Deserialize, Serialize};
use tenon_model::{Caller, Result};

use super::{
    Provider, ProviderKind, apple,
    http::{self, check_url},
    metadata::{Endpoints, discovery_url},
    store::owner_only,
};
use crate::Engine;

/// A step of a trial, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was tried.
    pub what: String,
    /// Whether it went well.
    pub ok: bool,
    /// What was found, or what went wrong.
    pub found: String,
}

impl Step {
    fn of(what: &str, outcome: Result<String>) -> Self {
        let (ok, found) = match outcome {
            Ok(found) => (true, found),
            Err(error) => (false, error.message),
        };
        Self { what: what.to_owned(), ok, found }
    }
}

impl Engine {
    /// Tries out a provider as far as that goes without a person: what is set, where its parts are, and whether they answer.
    ///
    /// # Errors
    /// [`tenon_model::Code::NotFound`]; [`tenon_model::Code::Forbidden`] unless the caller may own.
    pub async fn test_provider(&self, caller: &Caller, name: &str) -> Result<Vec<Step>> {
        owner_only(caller)?;
        let provider = self.any_provider(name).await?;
        let mut steps = vec![Step::of("What is set", provider.check().map(|()| "complete".to_owned()))];
        steps.push(Step::of("The callback address", reachable(&self.callback_url())));
        if let Some(key) = &provider.apple {
            let signed = apple::client_secret(&provider, key, self.now());
            steps.push(Step::of("The client secret", signed.map(|_| "signed with the key".to_owned())));
        } else if provider.client_secret.is_empty() {
            steps
                .push(Step::of("The client secret", Ok("none: the provider has to take this instance for a public client".into())));
        }
        self.online().forget(&provider);
        let endpoints = self.online().endpoints(&provider, self.now()).await;
        match endpoints {
            Ok(endpoints) => self.try_parts(&provider, &endpoints, &mut steps).await,
            Err(error) => steps.push(Step::of("The discovery document", Err(error))),
        }
        Ok(steps)
    }

    async fn try_parts(&self, provider: &Provider, endpoints: &Endpoints, steps: &mut Vec<Step>) {
        if provider.kind == ProviderKind::Oidc {
            steps.push(Step::of("The discovery document", Ok(discovery_url(provider))));
        }
        if !endpoints.jwks.is_empty() {
            let keys = self.online().keys(endpoints, self.now(), true).await;
            let found = keys.and_then(|keys| match keys.keys().len() {
                0 => Err(http::failed("none that is known here")),
                count => Ok(format!("{count} that ID tokens may be signed with")),
            });
            steps.push(Step::of("The keys", found));
        }
        for (what, url) in [("Where people go", &endpoints.authorize), ("Where codes become tokens", &endpoints.token)] {
            steps.push(Step::of(what, self.answers(url).await));
        }
        if !endpoints.userinfo.is_empty() {
            steps.push(Step::of("Where users are described", self.answers(&endpoints.userinfo).await));
        }
    }

    /// Whether anything answers there. What it answers to a request without a parameter says nothing, unless it is gone.
    async fn answers(&self, url: &str) -> Result<String> {
        let client = &self.online().client;
        let mut status = 0;
        // Where codes become tokens only a post need be known (RFC 6749, 3.2).
        for request in [client.get(check_url(url)?), client.post(check_url(url)?)] {
            let answer = request.send().await;
            status = answer.map_err(|_| http::failed(format!("nothing answers at {url}")))?.status().as_u16();
            if status != 404 && status != 405 {
                break;
            }
        }
        if status == 404 || status == 410 || status >= 500 {
            Err(http::failed(format!("{url} answers {status}")))
        } else {
            Ok(url.to_owned())
        }
    }
}

fn reachable(callback: &str) -> Result<String> {
    check_url(callback).map(|_| callback.to_owned()).map_err(|_| {
        http::failed(format!("{callback}: providers send people back to https:// alone; set the instance's address from outside"))
    })
}
