//! Adding and removing second factors.

use jiff::Timestamp;
use serde_json::{Value, json};
use tenon_model::{AuthCode, Caller, Error, Result};
use uuid::Uuid;

use super::{
    super::asker::{Asker, Signed},
    recovery,
    row::{self, FactorRow},
    sessions, totp,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
    identity::lock_identity,
    settings::AuthSettings,
};

/// What a user says of a second factor that they add.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct NewFactor {
    /// `totp` or `webauthn`.
    pub factor_type: String,
    /// What they call it.
    pub friendly_name: Option<String>,
    /// What the app shows beside its codes.
    pub issuer: Option<String>,
}

impl NewFactor {
    fn check(&self, settings: &AuthSettings) -> Result<()> {
        let disabled = |code, what: &str| Err(Error::auth(code, format!("MFA enroll is disabled for {what}")));
        match self.factor_type.as_str() {
            "totp" if !settings.mfa_totp => disabled(AuthCode::MfaTotpEnrollDisabled, "TOTP"),
            "webauthn" if !settings.mfa_webauthn => disabled(AuthCode::MfaWebauthnEnrollDisabled, "WebAuthn"),
            "phone" => disabled(AuthCode::MfaPhoneEnrollDisabled, "Phone"),
            "totp" | "webauthn" => Ok(()),
            _ => Err(Error::auth(AuthCode::ValidationFailed, "factor_type needs to be totp or webauthn")),
        }
    }
}

/// A name that a user gives to something of theirs; blank is none.
///
/// # Errors
/// [`AuthCode::ValidationFailed`].
pub(in crate::identity) fn friendly_name(name: Option<String>) -> Result<Option<String>> {
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    if name.as_ref().is_some_and(|name| name.chars().count() > 120 || name.chars().any(char::is_control)) {
        return Err(Error::auth(AuthCode::ValidationFailed, "friendly_name is one line of at most 120 characters"));
    }
    Ok(name)
}

/// Refuses what the factors that the user has do not allow.
pub(super) fn admit(conn: &mut Conn, asker: &Asker, name: Option<&str>, most: u32, now: Timestamp) -> Result<()> {
    row::drop_stale(conn, &asker.user.id, now)?;
    let known = FactorRow::of(conn, &asker.user.id)?;
    if name.is_some() && known.iter().any(|factor| factor.friendly_name.as_deref() == name) {
        let name = name.unwrap_or_default();
        let problem = format!("A factor with the friendly name \"{name}\" for this user already exists");
        return Err(Error::auth(AuthCode::MfaFactorNameConflict, problem));
    }
    if known.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
        let problem = "Maximum number of factors reached, unenroll to continue";
        return Err(Error::auth(AuthCode::TooManyEnrolledMfaFactors, problem));
    }
    asker.require_second_if(known.iter().any(FactorRow::is_verified), "enroll a new factor")
}

impl Engine {
    /// Adds a second factor, which is in force once it is verified. Gives what GoTrue answers; a secret is shown this once.
    ///
    /// # Errors
    /// Of [`AuthCode`]: kinds that are off, a name that is taken, too many factors, too low a level, a session that ended.
    pub async fn enrol_factor(&self, caller: &Caller, client: &Client, new: NewFactor) -> Result<Value> {
        let signed = Signed::of(caller)?;
        let settings = self.settings();
        new.check(&settings.auth)?;
        let name = friendly_name(new.friendly_name.clone())?;
        let account =
            self.database().read(move |conn| crate::identity::users::UserRow::by_id(conn, &signed.user.to_string())).await?;
        let account = account.email.unwrap_or(account.id);
        let secret = match new.factor_type.as_str() {
            "totp" => Some(totp::generate(&issuer(&new, &settings.auth), &account)?),
            _ => None,
        };
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        let (kind, base32) = (new.factor_type.clone(), secret.as_ref().map(|secret| secret.base32.clone()));
        let most = settings.auth.mfa_max_factors;
        let row = self
            .database()
            .write(move |conn| {
                lock_identity(conn)?;
                let asker = signed.load(conn, now)?;
                admit(conn, &asker, name.as_deref(), most, now)?;
                let mut row = FactorRow::new(&asker.user, &kind, name.clone(), now);
                row.secret.clone_from(&base32);
                row.insert(conn)?;
                let details = json!({ "factor": row.id, "kind": row.kind });
                Entry::new(&actor, "user.factor_enrolled", &client).on_user(&asker.user).details(details).append(conn, now)?;
                Ok(row)
            })
            .await?;
        let mut answer = json!({ "id": row.id, "type": row.kind, "friendly_name": row.friendly_name.unwrap_or_default() });
        if let Some(secret) = secret {
            answer["totp"] = json!({ "qr_code": secret.qr_code, "secret": secret.base32, "uri": secret.uri });
        }
        Ok(answer)
    }

    /// The secret of an authenticator app that the user is about to add, once more, as [`Engine::enrol_factor`] gave it.
    ///
    /// # Errors
    /// [`AuthCode::MfaFactorNotFound`], also for one that is in force: its secret is told to nobody.
    pub async fn pending_app(&self, caller: &Caller, factor: Uuid) -> Result<Value> {
        let (signed, now) = (Signed::of(caller)?, self.now());
        let unit = move |conn: &mut Conn| {
            let user = signed.load(conn, now)?.user;
            let row = FactorRow::find(conn, &user.id, factor)?;
            Ok((user, row))
        };
        let (user, row) = self.database().read(unit).await?;
        let Some(secret) = row.secret.filter(|_| row.status != "verified") else {
            return Err(Error::auth(AuthCode::MfaFactorNotFound, "Factor not found"));
        };
        let issuer = issuer(&NewFactor::default(), &self.settings().auth);
        let shown = totp::again(&secret, &issuer, user.email.as_deref().unwrap_or(&user.id))?;
        Ok(json!({ "qr_code": shown.qr_code, "secret": shown.base32, "uri": shown.uri }))
    }

    /// Removes a second factor. Sessions lose the level that factors gave them; recovery codes go with the last factor.
    ///
    /// # Errors
    /// [`AuthCode::InsufficientAal`] for a verified factor at a lower level; [`AuthCode::MfaFactorNotFound`].
    pub async fn unenrol_factor(&self, caller: &Caller, client: &Client, factor: Uuid) -> Result<()> {
        let signed = Signed::of(caller)?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let asker = signed.load(conn, now)?;
                let row = FactorRow::find(conn, &asker.user.id, factor)?;
                asker.require_second_if(row.is_verified(), "unenroll verified factor")?;
                remove(conn, &row)?;
                let details = json!({ "factor": row.id, "kind": row.kind, "status": row.status });
                Entry::new(&actor, "user.factor_removed", &client).on_user(&asker.user).details(details).append(conn, now)
            })
            .await
    }
}

/// Removes a factor and what rests on it.
pub(super) fn remove(conn: &mut Conn, row: &FactorRow) -> Result<()> {
    if row.kind == row::RECOVERY {
        return recovery::forget(conn, &row.user_id);
    }
    row.delete(conn)?;
    if !row.is_verified() {
        return Ok(());
    }
    if !row::has_verified(conn, &row.user_id)? {
        recovery::forget(conn, &row.user_id)?;
    }
    sessions::lower(conn, &row.user_id)
}

/// What an app shows: what the client says, or the application's name, or where it is.
fn issuer(new: &NewFactor, settings: &AuthSettings) -> String {
    let said = new.issuer.clone().filter(|issuer| !issuer.trim().is_empty());
    let brand = (!settings.brand_name.is_empty()).then(|| settings.brand_name.clone());
    let host = || url::Url::parse(&settings.site_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    said.or(brand).or_else(host).unwrap_or_else(|| "Tenon".into())
}
