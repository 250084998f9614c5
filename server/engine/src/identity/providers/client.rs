//! This instance as a client of a provider: the way there, and what a code is worth.

use std::pin::Pin;

use jiff::Timestamp;
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, ExtraTokenFields,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse,
    TokenResponse as _, TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use serde::{Deserialize, Serialize};
use tenon_model::{AuthCode, Error, Result};

use super::{
    Provider, ProviderKind, apple,
    http::{self, failed},
    id_token::{self, Asked},
    metadata::{Endpoints, Online},
    profile::{self, Profile},
};

/// What comes beside the access token.
#[derive(Debug, Serialize, Deserialize)]
struct Beside {
    #[serde(default)]
    id_token: Option<String>,
}

impl ExtraTokenFields for Beside {}

type Answer = StandardTokenResponse<Beside, BasicTokenType>;
type Client = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What a code was worth.
pub(super) struct Granted {
    pub(super) profile: Profile,
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
}

/// A provider, where its parts are, and where it sends people back to.
pub(super) struct Partner<'a> {
    pub(super) provider: &'a Provider,
    pub(super) endpoints: &'a Endpoints,
    pub(super) callback_url: String,
}

/// What a way to a provider carries.
pub(super) struct Carried<'a> {
    pub(super) state: &'a str,
    pub(super) nonce: &'a str,
    pub(super) verifier: Option<&'a str>,
    pub(super) scopes: &'a [String],
    pub(super) params: &'a [(String, String)],
}

impl Partner<'_> {
    fn client(&self, secret: String) -> Result<Client> {
        let wrong = |error: oauth2::url::ParseError| failed(format!("the provider's address is none: {error}"));
        let client = oauth2::Client::new(ClientId::new(self.provider.client_id.clone()))
            .set_auth_uri(AuthUrl::new(self.endpoints.authorize.clone()).map_err(wrong)?)
            .set_token_uri(TokenUrl::new(self.endpoints.token.clone()).map_err(wrong)?)
            .set_redirect_uri(RedirectUrl::new(self.callback_url.clone()).map_err(wrong)?)
            .set_auth_type(if self.endpoints.basic { AuthType::BasicAuth } else { AuthType::RequestBody });
        Ok(if secret.is_empty() { client } else { client.set_client_secret(ClientSecret::new(secret)) })
    }

    /// The address that people are sent to.
    pub(super) fn url(&self, carried: &Carried<'_>) -> Result<String> {
        let client = self.client(String::new())?;
        let state = CsrfToken::new(carried.state.to_owned());
        let mut request = client.authorize_url(move || state.clone());
        for scope in carried.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if let Some(verifier) = carried.verifier {
            let verifier = PkceCodeVerifier::new(verifier.to_owned());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        if self.provider.kind == ProviderKind::Oidc {
            request = request.add_extra_param("nonce", carried.nonce.to_owned());
        }
        let own = &self.provider.authorize_params;
        for (name, value) in carried.params.iter().filter(|(name, _)| !own.contains_key(name)) {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        for (name, value) in own {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        Ok(request.url().0.to_string())
    }

    /// What a code is worth: tokens, and who it is about.
    pub(super) async fn redeem(
        &self,
        online: &Online,
        code: &str,
        verifier: Option<&str>,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Granted> {
        let secret = match &self.provider.apple {
            Some(key) => apple::client_secret(self.provider, key, now)?,
            None => self.provider.client_secret.clone(),
        };
        let client = self.client(secret)?;
        let mut request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        if let Some(verifier) = verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        }
        let http = online.client.clone();
        let send = move |request| {
            let http = http.clone();
            async move { http::send(&http, request).await }
        };
        // Named as what it is: the compiler cannot tell that of the future itself once it is inside another.
        let asking: Asking<'_> = Box::pin(request.request_async(&send));
        let answer = asking.await.map_err(refused)?;
        let access_token = answer.access_token().secret().clone();
        let refresh_token = answer.refresh_token().map(|token| token.secret().clone());
        let profile = match self.provider.kind {
            ProviderKind::Oidc => self.identified(online, &answer, nonce, now).await?,
            ProviderKind::Oauth2 => described(online, self.provider, self.endpoints, &access_token).await?,
        };
        Ok(Granted { profile, access_token, refresh_token })
    }

    /// Who the ID token is about.
    async fn identified(&self, online: &Online, answer: &Answer, nonce: &str, now: Timestamp) -> Result<Profile> {
        let token = answer.extra_fields().id_token.as_deref().ok_or_else(|| failed("the provider sent no ID token"))?;
        let access_token = answer.access_token().secret();
        let asked = Asked {
            provider: self.provider,
            endpoints: self.endpoints,
            nonce: Some(nonce),
            access_token: Some(access_token),
            further_audiences: false,
        };
        let claims = id_token::claims(online, &asked, token, now).await?;
        let mut profile = profile::read(self.provider, &self.endpoints.issuer, &claims)?;
        let complete = profile.email.is_some() && profile.data.contains_key("full_name");
        if !complete && !self.endpoints.userinfo.is_empty() {
            let more = described(online, self.provider, self.endpoints, access_token).await?;
            // OpenID Connect Core 5.3.2: a description of somebody else is not to be used.
            if more.subject != profile.subject {
                return Err(failed("the provider described another user than its ID token names"));
            }
            profile.complete(more);
        }
        Ok(profile)
    }
}

/// Who an access token is about.
pub(super) async fn described(online: &Online, provider: &Provider, endpoints: &Endpoints, token: &str) -> Result<Profile> {
    let answer = http::get_json(&online.client, &endpoints.userinfo, Some(token)).await?;
    let mut profile = profile::read(provider, &endpoints.issuer, &answer)?;
    if !provider.emails_url.is_empty() {
        let listed = http::get_json(&online.client, &provider.emails_url, Some(token)).await?;
        profile.take_listed_email(&listed);
    }
    Ok(profile)
}

type Asking<'a> = Pin<Box<dyn Future<Output = Result<Answer, RequestTokenError<Error, BasicErrorResponse>>> + Send + 'a>>;

/// Why a code was refused. What the provider says can hold the secret, so only the kind of failure is told on.
fn refused(error: RequestTokenError<Error, BasicErrorResponse>) -> Error {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let message = format!("Unable to exchange external code: the provider answered {}", answer.error());
            Error::auth(AuthCode::UnexpectedFailure, message)
        }
        RequestTokenError::Request(error) => error,
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Error::auth(AuthCode::UnexpectedFailure, "Unable to exchange external code: the provider's answer holds no token")
        }
    }
}
