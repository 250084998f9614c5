//! What the server functions of both kinds of pages do about factors, for whichever caller they found.

use serde_json::Value;
use tenon_engine::{
    Engine,
    audit::Client,
    identity::{ClaimedParty, FactorAnswer, NewRecoveryCodes, PasskeyInfo, Session, SignedAnswer},
};
use tenon_model::{AuthCode, Caller, Code, Error, Result};

use super::{Guards, Item, Proofs};
use crate::{AppError, moments};

/// A second factor of somebody who is signed in.
pub(crate) struct Factor {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) verified: bool,
    created_at: String,
}

/// The second factors of a user as the engine gives them.
pub(crate) fn factors_of(user: &Value) -> Vec<Factor> {
    let text = |factor: &Value, name: &str| factor[name].as_str().unwrap_or_default().to_owned();
    let all = user["factors"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .map(|factor| {
            let (name, kind) = (text(factor, "friendly_name"), text(factor, "factor_type"));
            let usual = if kind == "totp" { "Authenticator app" } else { "Security key" };
            let name = if name.is_empty() { usual.to_owned() } else { name };
            let (verified, created_at) = (text(factor, "status") == "verified", text(factor, "created_at"));
            Factor { id: text(factor, "id"), name, kind, verified, created_at }
        })
        .collect()
}

fn has_codes(known: &[Factor]) -> bool {
    known.iter().any(|factor| factor.kind == "recovery_code")
}

/// What guards the account of who asks.
pub(crate) async fn guards(engine: &Engine, caller: &Caller, user: &Value) -> Result<Guards> {
    let settings = engine.settings();
    let known = factors_of(user);
    let recovery = if has_codes(&known) { Some(engine.recovery_codes_left(caller).await?.remaining) } else { None };
    let factor = |factor: Factor| {
        let about = format!("Added {}", moments::day(&factor.created_at));
        Item { id: factor.id, name: factor.name, about }
    };
    let passkey = |key: PasskeyInfo| Item {
        id: key.id,
        name: key.friendly_name.unwrap_or_else(|| "Passkey".to_owned()),
        about: match key.last_used_at {
            Some(at) => format!("Last used {}", moments::day(&at)),
            None => format!("Added {}", moments::day(&key.created_at)),
        },
    };
    Ok(Guards {
        apps_on: settings.auth.mfa_totp,
        keys_on: settings.auth.mfa_webauthn,
        passkeys_on: settings.auth.passkeys,
        factors: known.into_iter().filter(|f| f.verified && f.kind != "recovery_code").map(factor).collect(),
        recovery,
        passkeys: engine.passkeys(caller).await?.into_iter().map(passkey).collect(),
    })
}

/// What the user may prove who they are with.
pub(crate) fn proofs(user: &Value) -> Proofs {
    let known = factors_of(user);
    let of = |kind: &str| known.iter().filter(|f| f.verified && f.kind == kind).map(|f| (f.id.clone(), f.name.clone())).collect();
    Proofs { apps: of("totp"), keys: of("webauthn"), recovery: has_codes(&known) }
}

/// How many recovery codes are left, if any were made, after making new ones if `make` says so; those are given.
pub(crate) async fn recovery_codes(
    engine: &Engine,
    caller: &Caller,
    client: &Client,
    user: &Value,
    make: bool,
) -> Result<(Option<usize>, Vec<String>)> {
    let again = has_codes(&factors_of(user));
    if make {
        let NewRecoveryCodes { total, codes, .. } = engine.make_recovery_codes(caller, client, None, again).await?;
        return Ok((Some(total), codes));
    }
    let left = if again { Some(engine.recovery_codes_left(caller).await?.remaining) } else { None };
    Ok((left, Vec::new()))
}

/// The picture, as an address, and the secret of an authenticator app that is about to be added.
pub(crate) async fn pending_app(engine: &Engine, caller: &Caller, factor: &str) -> Result<(String, String)> {
    let shown = engine.pending_app(caller, id(factor)?).await?;
    let text = |name: &str| shown[name].as_str().unwrap_or_default().to_owned();
    Ok((format!("data:image/svg+xml,{}", crate::paths::encode(&text("qr_code"))), text("secret")))
}

/// The id that a form sent.
pub(crate) fn id(text: &str) -> Result<uuid::Uuid> {
    uuid::Uuid::parse_str(text).map_err(|_| Error::new(Code::NotFound, "There is nothing of this id."))
}

/// Takes the code of an authenticator app.
pub(crate) async fn answer_app(engine: &Engine, caller: &Caller, client: &Client, factor: &str, code: &str) -> Result<Session> {
    let factor = id(factor)?;
    let asked = engine.challenge_factor(caller, factor, None).await?;
    let challenge_id = id(asked["id"].as_str().unwrap_or_default())?;
    let answer = FactorAnswer { challenge_id, code: Some(code.trim().to_owned()), webauthn: None };
    engine.verify_factor(caller, client, factor, answer).await
}

/// Asks a security key; what the browser hands to it, beside the challenge's id.
pub(crate) async fn ask_key(engine: &Engine, caller: &Caller, factor: &str) -> Result<String> {
    let asked = engine.challenge_factor(caller, id(factor)?, None).await?;
    let options = &asked["webauthn"]["credential_options"]["publicKey"];
    Ok(serde_json::json!({ "challenge_id": asked["id"], "options": options }).to_string())
}

/// Takes what a security key signed.
pub(crate) async fn answer_key(
    engine: &Engine,
    caller: &Caller,
    client: &Client,
    factor: &str,
    challenge: &str,
    signed: &str,
) -> Result<Session> {
    let credential_response = signed_by_key(signed)?;
    let webauthn = Some(SignedAnswer { party: ClaimedParty::default(), credential_response });
    let answer = FactorAnswer { challenge_id: id(challenge)?, code: None, webauthn };
    engine.verify_factor(caller, client, id(factor)?, answer).await
}

/// What an authenticator answered, as the browser wrote it.
pub(crate) fn signed_by_key(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|_| Error::new(Code::InvalidSyntax, "The authenticator's answer cannot be read."))
}

/// A failed code at the field that it was entered in.
pub(crate) fn wrong_code(error: Error, field: &str) -> AppError {
    let text = match (error.code, field) {
        (Code::Auth(AuthCode::MfaVerificationFailed), "recovery") => "This is none of your codes, or you have used it before.",
        (Code::Auth(AuthCode::MfaVerificationFailed), _) => "This code is not right.",
        _ => return error.into(),
    };
    AppError::field(field, text)
}
