//! Second factors of who is signed in.

use tenon_engine::{
    Engine,
    identity::{ClaimedParty, FactorAnswer, Session, SignedAnswer, hosted::Hosted},
};

use super::{id, session::client, signed_by_key};
use crate::errors::Result;

/// A second factor of somebody who is signed in.
pub(in crate::pages::hosted) struct Factor {
    pub(in crate::pages::hosted) id: String,
    pub(in crate::pages::hosted) name: String,
    pub(in crate::pages::hosted) kind: String,
    pub(in crate::pages::hosted) verified: bool,
}

/// The second factors of somebody who is signed in.
pub(in crate::pages::hosted) async fn factors(engine: &Engine, hosted: &Hosted) -> Result<Vec<Factor>> {
    let user = engine.user(hosted.user, hosted.session).await?;
    Ok(factors_of(&user))
}

pub(in crate::pages::hosted) fn factors_of(user: &serde_json::Value) -> Vec<Factor> {
    let text = |factor: &serde_json::Value, name: &str| factor[name].as_str().unwrap_or_default().to_owned();
    let all = user["factors"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .map(|factor| {
            let (name, kind) = (text(factor, "friendly_name"), text(factor, "factor_type"));
            let usual = if kind == "totp" { "Authenticator app" } else { "Security key" };
            let name = if name.is_empty() { usual.to_owned() } else { name };
            Factor { id: text(factor, "id"), name, kind, verified: text(factor, "status") == "verified" }
        })
        .collect()
}

/// Takes the code of an authenticator app.
pub(in crate::pages::hosted) async fn answer_app(
    engine: &Engine,
    hosted: &Hosted,
    factor: &str,
    code: String,
) -> tenon_model::Result<Session> {
    let (factor, caller) = (id(factor)?, hosted.caller());
    let asked = engine.challenge_factor(&caller, factor, None).await?;
    let challenge_id = id(asked["id"].as_str().unwrap_or_default())?;
    let answer = FactorAnswer { challenge_id, code: Some(code.trim().to_owned()), webauthn: None };
    engine.verify_factor(&caller, &client(), factor, answer).await
}

/// Asks a security key; what the browser hands to it, beside the challenge's id.
pub(in crate::pages::hosted) async fn ask_key(engine: &Engine, hosted: &Hosted, factor: &str) -> tenon_model::Result<String> {
    let asked = engine.challenge_factor(&hosted.caller(), id(factor)?, None).await?;
    let options = &asked["webauthn"]["credential_options"]["publicKey"];
    Ok(serde_json::json!({ "challenge_id": asked["id"], "options": options }).to_string())
}

/// Takes what a security key signed.
pub(in crate::pages::hosted) async fn answer_key(
    engine: &Engine,
    hosted: &Hosted,
    factor: &str,
    challenge: &str,
    signed: &str,
) -> tenon_model::Result<Session> {
    let credential_response = signed_by_key(signed)?;
    let webauthn = Some(SignedAnswer { party: ClaimedParty::default(), credential_response });
    let answer = FactorAnswer { challenge_id: id(challenge)?, code: None, webauthn };
    engine.verify_factor(&hosted.caller(), &client(), id(factor)?, answer).await
}
