//! Signing in with a passkey.

use serde_json::{Value, json};
use tenon_model::{AuthCode, Error, Result};
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential};

use super::{
    super::{
        app_sessions::{self, Session},
        challenges::{ChallengeRow, Missing, Subject},
        limits, precise,
        throttle::net_of,
        users::UserRow,
    },
    register::{find, over, unreadable, wrong},
    row::PasskeyRow,
};
use crate::{Engine, audit::Client, database::Conn};

/// How sessions say that they were begun with one.
const METHOD: &str = "passkey";
/// The most questions to strangers from one address of the net in an hour: each is kept until it is answered or over.
const MOST: u32 = 2000;

impl Engine {
    /// Asks whoever it is for a passkey: `{challenge_id, options, expires_at}`.
    ///
    /// # Errors
    /// [`AuthCode::PasskeyDisabled`]; [`AuthCode::OverRequestRateLimit`].
    pub async fn start_passkey_sign_in(&self) -> Result<Value> {
        let (options, state) = self.passkey_ceremonies()?.start_discoverable_authentication().map_err(Error::internal)?;
        let options = serde_json::to_value(&options.public_key).map_err(Error::internal)?;
        let now = self.now();
        let challenge = ChallengeRow::new(&Subject::Authentication, &state, now)?;
        let answer = json!({ "challenge_id": challenge.id, "options": options, "expires_at": challenge.expires_at });
        let from = net_of(&self.client().address);
        let ask = move |conn: &mut Conn| {
            limits::per_hour(conn, now, "passkeys", &from, MOST, AuthCode::OverRequestRateLimit)?;
            challenge.insert(conn, now)
        };
        self.database().write(ask).await?;
        Ok(answer)
    }

    /// Signs in the user whose passkey this is.
    ///
    /// # Errors
    /// [`AuthCode::WebauthnVerificationFailed`], the same for passkeys that are unknown; [`AuthCode::WebauthnChallengeExpired`];
    /// [`AuthCode::WebauthnChallengeNotFound`]; [`AuthCode::EmailNotConfirmed`]; [`AuthCode::UserBanned`].
    pub async fn finish_passkey_sign_in(&self, client: &Client, challenge: Uuid, credential: Value) -> Result<Session> {
        let webauthn = self.passkey_ceremonies()?;
        let credential: PublicKeyCredential = serde_json::from_value(credential).map_err(|_| unreadable())?;
        let (user, id) = webauthn.identify_discoverable_authentication(&credential).map_err(|error| wrong(&error))?;
        let (user, id, now) = (user.to_string(), id.to_vec(), self.now());
        let (asked, known) = self
            .database()
            .read(move |conn| {
                let asked = find(conn, challenge, &Subject::Authentication, now)?;
                Ok((asked, PasskeyRow::by_credential(conn, &user, &id)?))
            })
            .await?;
        let state: DiscoverableAuthentication = asked.state()?;
        let proven = known.ok_or_else(|| Error::auth(AuthCode::WebauthnVerificationFailed, "Credential verification failed"));
        let proven = proven.and_then(|mut row| {
            let mut key = row.key()?;
            let result = webauthn.finish_discoverable_authentication_v2(&credential, state, &key).map_err(|error| wrong(&error))?;
            key.update_credential(&result);
            row.set_key(&key)?;
            row.last_used_at = Some(precise(now));
            Ok(row)
        });
        let (settings, client) = (self.settings(), client.clone());
        let outcome = self
            .database()
            .write(move |conn| {
                let row = match &proven {
                    Ok(row) => row,
                    Err(error) => return asked.fail(conn).map(|()| Err(error.clone())),
                };
                if !asked.take(conn)? {
                    return Err(over(Missing::Unknown));
                }
                let mut user = signable(UserRow::held(conn, &row.user_id)?)?;
                PasskeyRow::find(conn, &user.id, Uuid::parse_str(&row.id).map_err(Error::internal)?)?;
                row.save(conn)?;
                app_sessions::begin(conn, now, &settings.auth, &mut user, METHOD, &client).map(Ok)
            })
            .await?;
        self.tokens(outcome?)
    }
}

/// Refuses users who may not sign in.
fn signable(user: UserRow) -> Result<UserRow> {
    if user.deleted_at.is_some() {
        return Err(Error::auth(AuthCode::UserNotFound, "User not found"));
    }
    if user.email.is_some() && user.email_confirmed_at.is_none() {
        return Err(Error::auth(AuthCode::EmailNotConfirmed, "Email not confirmed"));
    }
    Ok(user)
}
