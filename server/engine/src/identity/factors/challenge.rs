//! Asking for a second factor.

use serde_json::{Value, json};
use tenon_model::{AuthCode, Caller, Error, Result};
use uuid::Uuid;

use super::{
    super::{
        asker::Signed,
        challenges::{ChallengeRow, Subject},
        precise,
        relying_party::{ClaimedParty, RelyingParty},
        users::UserRow,
    },
    row::FactorRow,
    webauthn,
};
use crate::{Engine, settings::AuthSettings};

/// Refuses kinds that are off.
pub(super) fn check_enabled(settings: &AuthSettings, kind: &str) -> Result<()> {
    let disabled = |code, what: &str| Err(Error::auth(code, format!("MFA verification is disabled for {what}")));
    match kind {
        "totp" if settings.mfa_totp => Ok(()),
        "totp" => disabled(AuthCode::MfaTotpVerifyDisabled, "TOTP"),
        "webauthn" if settings.mfa_webauthn => Ok(()),
        "webauthn" => disabled(AuthCode::MfaWebauthnVerifyDisabled, "WebAuthn"),
        _ => Err(Error::auth(AuthCode::ValidationFailed, "recovery codes are verified without a challenge")),
    }
}

impl Engine {
    /// Asks for a second factor: for a code, or for a security key's answer to what this gives. Gives what GoTrue answers.
    /// What the client believes the relying party to be is compared.
    ///
    /// # Errors
    /// [`AuthCode::MfaFactorNotFound`]; kinds that are off; [`AuthCode::ValidationFailed`] for another relying party.
    pub async fn challenge_factor(&self, caller: &Caller, factor: Uuid, claimed: Option<ClaimedParty>) -> Result<Value> {
        let signed = Signed::of(caller)?;
        let (settings, now) = (self.settings(), self.now());
        let (user, row, known) = self
            .database()
            .read(move |conn| {
                let user = signed.load(conn, now)?.user;
                let row = FactorRow::find(conn, &user.id, factor)?;
                let known = FactorRow::of(conn, &user.id)?;
                Ok((user, row, known))
            })
            .await?;
        check_enabled(&settings.auth, &row.kind)?;
        let (browser, state) = match row.kind.as_str() {
            "webauthn" => self.ask_key(&user, &row, &known, &claimed.unwrap_or_default())?,
            _ => (None, Value::Null),
        };
        let challenge = ChallengeRow::new(&Subject::Factor { user: &user.id, factor: &row.id }, &state, now)?;
        let (id, expires_at, kind) = (challenge.id.clone(), challenge.expires_at, row.kind.clone());
        self.database()
            .write(move |conn| {
                let mut row = FactorRow::find(conn, &user.id, factor)?;
                row.last_challenged_at = Some(precise(now));
                row.save(conn, now)?;
                challenge.insert(conn, now)
            })
            .await?;
        let mut answer = json!({ "id": id, "type": kind, "expires_at": expires_at });
        if let Some(browser) = browser {
            answer["webauthn"] = browser;
        }
        Ok(answer)
    }

    /// The relying party of the settings in force.
    pub(in crate::identity) fn relying_party(&self) -> Result<RelyingParty> {
        RelyingParty::of(&self.settings().auth, &self.config().public_url)
    }

    fn ask_key(
        &self,
        user: &UserRow,
        row: &FactorRow,
        known: &[FactorRow],
        claimed: &ClaimedParty,
    ) -> Result<(Option<Value>, Value)> {
        let party = self.relying_party()?;
        party.check(claimed)?;
        let (browser, ceremony) = webauthn::ask(&party.ceremonies()?, user, row, known)?;
        Ok((Some(browser), serde_json::to_value(ceremony).map_err(Error::internal)?))
    }
}
