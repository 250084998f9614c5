//! Security keys as second factor (WebAuthn).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenon_model::{AuthCode, Error, Result};
use webauthn_rs::{
    Webauthn,
    prelude::{SecurityKey, SecurityKeyAuthentication, SecurityKeyRegistration},
};

use super::{super::users::UserRow, row::FactorRow};

/// What an answer is checked with: a new key's, or that of the key that is known.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Ceremony {
    Create(Box<SecurityKeyRegistration>),
    Request(Box<SecurityKeyAuthentication>),
}

/// The key that a right answer leaves: the new one, or the known one with its counter moved on.
pub(super) struct Proven {
    pub(super) key: SecurityKey,
    pub(super) is_new: bool,
}

/// Asks for a new key if the factor has none yet, else for its key. Gives what the browser needs beside the state.
pub(super) fn ask(webauthn: &Webauthn, user: &UserRow, factor: &FactorRow, known: &[FactorRow]) -> Result<(Value, Ceremony)> {
    let (kind, options, ceremony) = if let Some(key) = key_of(factor)?.filter(|_| factor.is_verified()) {
        let (options, state) = webauthn.start_securitykey_authentication(&[key]).map_err(Error::internal)?;
        ("request", serde_json::to_value(options), Ceremony::Request(Box::new(state)))
    } else {
        let name = user.email.as_deref().unwrap_or(&user.id);
        let others = known.iter().filter_map(|factor| key_of(factor).transpose());
        let others: Vec<_> = others.map(|key| key.map(|key| key.cred_id().clone())).collect::<Result<_>>()?;
        let started = webauthn.start_securitykey_registration(user.user_id()?.0, name, name, Some(others), None, None);
        let (options, state) = started.map_err(Error::internal)?;
        ("create", serde_json::to_value(options), Ceremony::Create(Box::new(state)))
    };
    let mut options = options.map_err(Error::internal)?;
    if let Some(public_key) = options.get_mut("publicKey").and_then(Value::as_object_mut) {
        // Any authenticator will do, that of the machine too.
        public_key.remove("hints");
        // Chromium refuses a credential that always wants verification where verification is only preferred.
        if let Some(extensions) = public_key.get_mut("extensions").and_then(Value::as_object_mut) {
            extensions.remove("credentialProtectionPolicy");
            extensions.remove("enforceCredentialProtectionPolicy");
        }
    }
    Ok((json!({ "type": kind, "credential_options": options }), ceremony))
}

/// Checks an answer. Costs a signature's verification.
pub(super) fn check(webauthn: &Webauthn, ceremony: &Ceremony, factor: &FactorRow, answer: &Value) -> Result<Proven> {
    match ceremony {
        Ceremony::Create(state) => {
            let answer = serde_json::from_value(answer.clone()).map_err(|_| unreadable())?;
            let key = webauthn.finish_securitykey_registration(&answer, state).map_err(|error| wrong(&error))?;
            Ok(Proven { key, is_new: true })
        }
        Ceremony::Request(state) => {
            let answer = serde_json::from_value(answer.clone()).map_err(|_| unreadable())?;
            let result = webauthn.finish_securitykey_authentication(&answer, state).map_err(|error| wrong(&error))?;
            let mut key = key_of(factor)?.ok_or_else(|| Error::internal("a verified factor has no key"))?;
            key.update_credential(&result);
            Ok(Proven { key, is_new: false })
        }
    }
}

fn key_of(factor: &FactorRow) -> Result<Option<SecurityKey>> {
    factor.credential.as_deref().map(|text| serde_json::from_str(text).map_err(Error::internal)).transpose()
}

fn unreadable() -> Error {
    Error::auth(AuthCode::ValidationFailed, "Invalid credential_response")
}

fn wrong(error: &webauthn_rs::prelude::WebauthnError) -> Error {
    tracing::debug!(%error, "a security key's answer is refused");
    Error::auth(AuthCode::MfaVerificationFailed, "The answer of the security key is not valid")
}
