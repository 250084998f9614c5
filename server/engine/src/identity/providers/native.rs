//! Sign-in with an ID token that an app got by itself, as apps on phones do.

use sha2::{Digest, Sha256};
use tenon_model::{AuthCode, Caller, Error, Result};

use super::{
    flow::may_link,
    id_token::{self, Asked},
    linking::{Arrival, settle},
    profile,
};
use crate::{
    Engine,
    audit::Client,
    identity::{Session, app_sessions},
};

/// An ID token and what it came with.
#[derive(Clone, Default)]
pub struct IdTokenGrant {
    /// The provider's name.
    pub provider: String,
    /// The token.
    pub id_token: String,
    /// The access token that came with it.
    pub access_token: Option<String>,
    /// What the token's nonce is the SHA-256 of.
    pub nonce: Option<String>,
    /// Whether the identity is to be linked to the caller.
    pub link_identity: bool,
}

impl Engine {
    /// Signs in the user of an ID token, or links its identity to the caller.
    ///
    /// # Errors
    /// [`AuthCode::ProviderDisabled`]; [`AuthCode::ValidationFailed`], [`AuthCode::UnexpectedAudience`] for a token that is not to
    /// be believed; [`AuthCode::SignupDisabled`]; [`AuthCode::IdentityAlreadyExists`]; [`AuthCode::UserBanned`].
    pub async fn sign_in_with_id_token(&self, caller: &Caller, grant: IdTokenGrant, client: &Client) -> Result<Session> {
        let linking = if grant.link_identity { Some(self.linking_user(caller)?) } else { None };
        let provider = self.provider(&grant.provider).await?;
        let now = self.now();
        let endpoints = self.online().endpoints(&provider, now).await?;
        if endpoints.jwks.is_empty() || endpoints.issuer.is_empty() {
            return Err(Error::auth(AuthCode::OauthProviderNotSupported, "The provider signs no ID tokens"));
        }
        let nonce = grant.nonce.as_deref().filter(|nonce| !nonce.is_empty()).map(|nonce| hex::encode(Sha256::digest(nonce)));
        let asked = Asked {
            provider: &provider,
            endpoints: &endpoints,
            nonce: nonce.as_deref(),
            access_token: grant.access_token.as_deref().filter(|token| !token.is_empty()),
            further_audiences: true,
        };
        let claims = id_token::claims(self.online(), &asked, &grant.id_token, now).await?;
        let issuer = endpoints.issuer_of(&claims)?;
        let profile = profile::read(&provider, &issuer, &claims)?;
        let (settings, client, name) = (self.settings(), client.clone(), provider.name.clone());
        let begun = self.database().write(move |conn| {
            let link_to = linking.map(|signed| may_link(conn, signed, now)).transpose()?.map(|user| user.id);
            let arrival = Arrival { provider: &name, profile: &profile, link_to: link_to.as_deref() };
            let mut user = settle(conn, now, &settings.auth, &arrival, &client)?;
            app_sessions::begin(conn, now, &settings.auth, &mut user, "oauth", &client)
        });
        self.tokens(begun.await?)
    }
}
