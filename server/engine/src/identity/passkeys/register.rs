//! Adding a passkey.

use jiff::Timestamp;
use serde_json::{Value, json};
use tenon_model::{AuthCode, Caller, Error, Result};
use uuid::Uuid;
use webauthn_rs::prelude::{CreationChallengeResponse, Passkey, PasskeyRegistration};

use super::{
    super::{
        asker::{Asker, Signed},
        challenges::{ChallengeRow, Missing, Subject},
        factors,
    },
    PasskeyInfo,
    row::PasskeyRow,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
    identity::lock_identity,
};

/// The most passkeys of a user.
const MAX_PASSKEYS: usize = 20;

impl Engine {
    /// Asks an authenticator of the signed-in user for a new passkey: `{challenge_id, options, expires_at}`.
    ///
    /// # Errors
    /// [`AuthCode::PasskeyDisabled`]; [`AuthCode::TooManyPasskeys`]; [`AuthCode::InsufficientAal`].
    pub async fn start_passkey_registration(&self, caller: &Caller) -> Result<Value> {
        let (signed, now) = (Signed::of(caller)?, self.now());
        let webauthn = self.passkey_ceremonies()?;
        let (asker, known) = self.database().read(move |conn| admit(conn, signed, now)).await?;
        let name = asker.user.email.clone().unwrap_or_else(|| asker.user.id.clone());
        let others = known.iter().map(|row| row.key().map(|key| key.cred_id().clone())).collect::<Result<Vec<_>>>()?;
        let started = webauthn.start_passkey_registration(asker.user.user_id()?.0, &name, &name, Some(others));
        let (options, state) = started.map_err(Error::internal)?;
        let options = discoverable(&options)?;
        let challenge = ChallengeRow::new(&Subject::Registration { user: &asker.user.id }, &state, now)?;
        let answer = json!({ "challenge_id": challenge.id, "options": options, "expires_at": challenge.expires_at });
        self.database().write(move |conn| challenge.insert(conn, now)).await?;
        Ok(answer)
    }

    /// Adds the passkey that an authenticator made.
    ///
    /// # Errors
    /// [`AuthCode::WebauthnVerificationFailed`], [`AuthCode::WebauthnChallengeExpired`],
    /// [`AuthCode::WebauthnChallengeNotFound`], [`AuthCode::WebauthnCredentialExists`].
    pub async fn finish_passkey_registration(
        &self,
        caller: &Caller,
        client: &Client,
        challenge: Uuid,
        credential: Value,
    ) -> Result<PasskeyInfo> {
        let (signed, now) = (Signed::of(caller)?, self.now());
        let webauthn = self.passkey_ceremonies()?;
        let user = signed.user.to_string();
        let asked = self.database().read(move |conn| find(conn, challenge, &Subject::Registration { user: &user }, now)).await?;
        let state: PasskeyRegistration = asked.state()?;
        let credential = serde_json::from_value(credential).map_err(|_| unreadable())?;
        let key = webauthn.finish_passkey_registration(&credential, &state).map_err(|error| wrong(&error));
        let (actor, client) = (Actor::of(caller), client.clone());
        self.database()
            .write(move |conn| {
                let key: &Passkey = match &key {
                    Ok(key) => key,
                    Err(error) => return asked.fail(conn).map(|()| Err(error.clone())),
                };
                lock_identity(conn)?;
                let (asker, _) = admit(conn, signed, now)?;
                if !asked.take(conn)? {
                    return Err(over(Missing::Unknown));
                }
                let row = PasskeyRow::new(&asker.user.id, key, now)?;
                row.insert(conn)?;
                let details = json!({ "passkey": row.id });
                Entry::new(&actor, "user.passkey_added", &client).on_user(&asker.user).details(details).append(conn, now)?;
                Ok(Ok(row.info()))
            })
            .await?
    }

    /// What runs passkeys' ceremonies, if they are on.
    pub(super) fn passkey_ceremonies(&self) -> Result<webauthn_rs::Webauthn> {
        if !self.settings().auth.passkeys {
            return Err(Error::auth(AuthCode::PasskeyDisabled, "Passkeys are disabled"));
        }
        self.relying_party()?.ceremonies()
    }
}

/// Refuses a user who has too many, or who did not prove a second factor that they have.
fn admit(conn: &mut Conn, signed: Signed, now: Timestamp) -> Result<(Asker, Vec<PasskeyRow>)> {
    let asker = signed.load(conn, now)?;
    asker.require_second_if(factors::has_verified(conn, &asker.user.id)?, "add a passkey")?;
    let known = PasskeyRow::of(conn, &asker.user.id)?;
    if known.len() >= MAX_PASSKEYS {
        return Err(Error::auth(AuthCode::TooManyPasskeys, "Maximum number of passkeys reached"));
    }
    Ok((asker, known))
}

/// The options for the browser, which ask for a credential that says by itself whose it is.
fn discoverable(options: &CreationChallengeResponse) -> Result<Value> {
    let mut options = serde_json::to_value(&options.public_key).map_err(Error::internal)?;
    let selection = &mut options["authenticatorSelection"];
    selection["residentKey"] = "required".into();
    selection["requireResidentKey"] = true.into();
    Ok(options)
}

pub(super) fn find(conn: &mut Conn, id: Uuid, about: &Subject<'_>, now: Timestamp) -> Result<ChallengeRow> {
    ChallengeRow::find(conn, id, about, now)?.map_err(over)
}

pub(super) fn over(missing: Missing) -> Error {
    match missing {
        Missing::Unknown => Error::auth(AuthCode::WebauthnChallengeNotFound, "Challenge not found or already used"),
        Missing::Expired => Error::auth(AuthCode::WebauthnChallengeExpired, "Challenge has expired"),
    }
}

pub(super) fn unreadable() -> Error {
    Error::auth(AuthCode::WebauthnVerificationFailed, "Invalid credential response")
}

pub(super) fn wrong(error: &webauthn_rs::prelude::WebauthnError) -> Error {
    tracing::debug!(%error, "a passkey's answer is refused");
    Error::auth(AuthCode::WebauthnVerificationFailed, "Credential verification failed")
}
