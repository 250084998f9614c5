//! Believing an ID token: who signed it, for whom, until when, and for which question.

use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use openidconnect::{
    AccessToken, AccessTokenHash, Audience, ClaimsVerificationError, ClientId, IssuerUrl, Nonce, SignatureVerificationError,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Alg},
};
use serde_json::Value;
use tenon_model::{AuthCode, Error, Result};

use super::{
    Provider,
    metadata::{Endpoints, Online},
};

/// What signs ID tokens. Nothing with a shared secret, and nothing at all is not among it.
const ALGORITHMS: [Alg; 8] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// What an ID token has to fit.
pub(super) struct Asked<'a> {
    pub(super) provider: &'a Provider,
    pub(super) endpoints: &'a Endpoints,
    /// The nonce the token must carry; `None`: it must carry none.
    pub(super) nonce: Option<&'a str>,
    /// The access token that came with it.
    pub(super) access_token: Option<&'a str>,
    /// Whether those that are not this instance's own, of apps on phones, are accepted.
    pub(super) further_audiences: bool,
}

/// What a token says, if it is to be believed.
pub(super) async fn claims(online: &Online, asked: &Asked<'_>, token: &str, now: Timestamp) -> Result<Value> {
    let says = unverified(token).ok_or_else(|| refused("this is no ID token"))?;
    let keys = online.keys(asked.endpoints, now, false).await?;
    match verify(asked, keys, token, &says, now) {
        Err(Doubt::UnknownKey) => {
            let keys = online.keys(asked.endpoints, now, true).await?;
            verify(asked, keys, token, &says, now).map_err(Doubt::into_error)?;
        }
        other => other.map_err(Doubt::into_error)?,
    }
    Ok(says)
}

/// Why a token is not believed.
enum Doubt {
    UnknownKey,
    Other(Error),
}

impl Doubt {
    fn into_error(self) -> Error {
        match self {
            Self::UnknownKey => refused("none of the provider's keys signed the ID token"),
            Self::Other(error) => error,
        }
    }
}

fn verify(asked: &Asked<'_>, keys: CoreJsonWebKeySet, token: &str, says: &Value, now: Timestamp) -> Result<(), Doubt> {
    let parsed: CoreIdToken = token.parse().map_err(|_| Doubt::Other(refused("this is no ID token")))?;
    let verifier = verifier(asked, keys, says, now).map_err(Doubt::Other)?;
    let nonce = |claim: Option<&Nonce>| match (claim, asked.nonce) {
        (None, None) => Ok(()),
        (Some(claim), Some(nonce)) if same(claim.secret(), nonce) => Ok(()),
        (Some(_), Some(_)) => Err("Nonces mismatch".to_owned()),
        _ => Err("Passed nonce and nonce in id_token should either both exist or not.".to_owned()),
    };
    let claims = parsed.claims(&verifier, nonce).map_err(doubt)?;
    let (Some(expected), Some(access_token)) = (claims.access_token_hash(), asked.access_token) else { return Ok(()) };
    let other = || Doubt::Other(refused("the access token is not the ID token's"));
    let (alg, key) = (parsed.signing_alg().map_err(|_| other())?, parsed.signing_key(&verifier).map_err(|_| other())?);
    let actual = AccessTokenHash::from_token(&AccessToken::new(access_token.to_owned()), alg, key).map_err(|_| other())?;
    if same(actual.as_str(), expected.as_str()) { Ok(()) } else { Err(other()) }
}

fn verifier<'a>(asked: &Asked<'a>, keys: CoreJsonWebKeySet, says: &Value, now: Timestamp) -> Result<CoreIdTokenVerifier<'a>> {
    let provider = asked.provider;
    let accepted = move |audience: &str| audience == provider.client_id || provider.audiences.iter().any(|own| own == audience);
    let client = if asked.further_audiences { audiences(says).into_iter().find(|audience| accepted(audience)) } else { None };
    let client = ClientId::new(client.unwrap_or(&provider.client_id).to_owned());
    let issuer = IssuerUrl::new(asked.endpoints.issuer_of(says)?).map_err(|_| refused("the issuer is no address"))?;
    let since = Duration::from_secs(now.as_second().unsigned_abs());
    let time = move || (UNIX_EPOCH + since).into();
    let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, keys);
    let verifier = verifier.set_allowed_algs(ALGORITHMS).set_time_fn(time);
    Ok(verifier.set_other_audience_verifier_fn(move |audience: &Audience| accepted(audience.as_str())))
}

fn audiences(says: &Value) -> Vec<&str> {
    match says.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn doubt(error: ClaimsVerificationError) -> Doubt {
    let message = match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => return Doubt::UnknownKey,
        ClaimsVerificationError::InvalidAudience(_) => {
            return Doubt::Other(Error::auth(AuthCode::UnexpectedAudience, "Unacceptable audience in id_token"));
        }
        ClaimsVerificationError::Expired(_) => "the ID token has expired".to_owned(),
        ClaimsVerificationError::InvalidIssuer(_) => "the ID token is from another issuer".to_owned(),
        ClaimsVerificationError::InvalidNonce(message) => message,
        ClaimsVerificationError::SignatureVerification(_) => "the ID token's signature is wrong".to_owned(),
        _ => "the ID token cannot be believed".to_owned(),
    };
    Doubt::Other(refused(&message))
}

/// What a token says, before it is believed.
fn unverified(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice::<serde_json::Map<String, Value>>(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok().map(Value::Object)
}

fn same(a: &str, b: &str) -> bool {
    subtle::ConstantTimeEq::ct_eq(a.as_bytes(), b.as_bytes()).into()
}

fn refused(message: &str) -> Error {
    Error::auth(AuthCode::ValidationFailed, message)
}
