//! Recovery codes: what a user keeps on paper for the day their other factors are gone.

use diesel::prelude::*;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use tenon_model::{Aal, AuthCode, Caller, Error, Result};

use super::{
    super::{
        app_sessions::{self, Session},
        asker::{Asker, Signed},
        precise, random_bytes,
        throttle::Attempt,
        users::UserRow,
    },
    enrol::{admit, friendly_name},
    row::{self, FactorRow, RECOVERY},
    sessions,
    verify::Outcome,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::lock_identity,
    system::schema::{_tenon_factors as factors, _tenon_recovery_codes as codes},
};

/// Codes of a set.
const COUNT: usize = 10;
/// Letters and digits that are not taken for each other, 32 of them.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";

/// A set of recovery codes that was just made. The codes are shown this once.
#[derive(Clone, Serialize)]
pub struct NewRecoveryCodes {
    /// The factor that stands for them.
    pub id: String,
    /// `recovery_code`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the user calls them.
    pub friendly_name: String,
    /// How many there are.
    pub total: usize,
    /// The codes.
    pub codes: Vec<String>,
}

/// How many recovery codes a user has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecoveryCodesLeft {
    /// The factor that stands for them.
    pub id: String,
    /// `recovery_code`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// How many there were.
    pub total: usize,
    /// How many are unused.
    pub remaining: usize,
}

impl Engine {
    /// Makes recovery codes: the first set, or a new one in place of the old.
    ///
    /// # Errors
    /// [`AuthCode::InsufficientAal`]; [`AuthCode::MfaRecoveryCodesSoleFactor`] without another factor;
    /// [`AuthCode::MfaVerifiedFactorExists`] for a first set when there is one, [`AuthCode::MfaFactorNotFound`] for a new one
    /// when there is none.
    pub async fn make_recovery_codes(
        &self,
        caller: &Caller,
        client: &Client,
        name: Option<String>,
        again: bool,
    ) -> Result<NewRecoveryCodes> {
        let signed = Signed::of(caller)?;
        let name = friendly_name(name)?.unwrap_or_else(|| "Recovery codes".into());
        let made = (0..COUNT).map(|_| random_code()).collect::<Result<Vec<_>>>()?;
        let hashes: Vec<String> = made.iter().map(|code| hash(&signed.user.to_string(), code)).collect();
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        let most = self.settings().auth.mfa_max_factors;
        let row = self
            .database()
            .write(move |conn| {
                lock_identity(conn)?;
                let asker = signed.load(conn, now)?;
                if asker.aal != Aal::Aal2 {
                    return Err(Error::auth(AuthCode::InsufficientAal, "AAL2 required to generate recovery codes"));
                }
                let row = match (find(conn, &asker.user.id)?, again) {
                    (Some(row), true) => row,
                    (None, false) => insert(conn, &asker, &name, most, now)?,
                    (Some(_), false) => return Err(enrolled()),
                    (None, true) => return Err(none()),
                };
                replace(conn, &asker.user, &hashes)?;
                let details = json!({ "factor": row.id, "again": again });
                Entry::new(&actor, "user.recovery_codes_made", &client).on_user(&asker.user).details(details).append(conn, now)?;
                Ok(row)
            })
            .await?;
        let friendly_name = row.friendly_name.unwrap_or_default();
        Ok(NewRecoveryCodes { id: row.id, kind: RECOVERY, friendly_name, total: made.len(), codes: made })
    }

    /// How many recovery codes the user has left.
    ///
    /// # Errors
    /// [`AuthCode::MfaFactorNotFound`] if they never made any.
    pub async fn recovery_codes_left(&self, caller: &Caller) -> Result<RecoveryCodesLeft> {
        let (signed, now) = (Signed::of(caller)?, self.now());
        self.database()
            .read(move |conn| {
                let user = signed.load(conn, now)?.user.id;
                let id = find(conn, &user)?.ok_or_else(none)?.id;
                let own = codes::table.filter(codes::user_id.eq(&user));
                let used: Vec<Option<String>> = own.select(codes::used_at).load(conn).translate()?;
                let remaining = used.iter().filter(|used| used.is_none()).count();
                Ok(RecoveryCodesLeft { id, kind: RECOVERY, total: used.len(), remaining })
            })
            .await
    }

    /// Takes a recovery code in place of a second factor, and raises the session.
    ///
    /// # Errors
    /// [`AuthCode::MfaVerificationFailed`]; [`tenon_model::Code::Throttled`].
    pub async fn verify_recovery_code(&self, caller: &Caller, client: &Client, code: &str) -> Result<Session> {
        let signed = Signed::of(caller)?;
        let hash = hash(&signed.user.to_string(), code);
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        let outcome = self
            .database()
            .write(move |conn| {
                let user = signed.load(conn, now)?.user;
                let attempt = Attempt::second_factor(&user.id, &client.address);
                attempt.begin(conn, now)?;
                if !spend(conn, &user, &hash, now)? {
                    let details = json!({ "kind": RECOVERY });
                    Entry::new(&actor, "user.factor_failed", &client).on_user(&user).details(details).append(conn, now)?;
                    return Ok(Outcome::Wrong(Error::auth(AuthCode::MfaVerificationFailed, "Invalid recovery code entered")));
                }
                attempt.succeed(conn)?;
                sessions::end_lower(conn, &user.id, signed.session)?;
                let begun = app_sessions::raise(conn, now, signed.session, &user, RECOVERY, &client)?;
                Ok(Outcome::Right(Box::new(begun)))
            })
            .await?;
        self.settle(outcome)
    }

    /// Makes the user's recovery codes void. Gives the id of the factor that stood for them.
    ///
    /// # Errors
    /// [`AuthCode::InsufficientAal`]; [`AuthCode::MfaFactorNotFound`].
    pub async fn delete_recovery_codes(&self, caller: &Caller, client: &Client) -> Result<String> {
        let signed = Signed::of(caller)?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let asker = signed.load(conn, now)?;
                asker.require_second_if(true, "delete recovery codes")?;
                let row = find(conn, &asker.user.id)?.ok_or_else(none)?;
                forget(conn, &asker.user.id)?;
                let details = json!({ "factor": row.id, "kind": RECOVERY });
                Entry::new(&actor, "user.factor_removed", &client).on_user(&asker.user).details(details).append(conn, now)?;
                Ok(row.id)
            })
            .await
    }
}

fn find(conn: &mut Conn, user: &str) -> Result<Option<FactorRow>> {
    Ok(FactorRow::of(conn, user)?.into_iter().find(|row| row.kind == RECOVERY))
}

fn insert(conn: &mut Conn, asker: &Asker, name: &str, most: u32, now: Timestamp) -> Result<FactorRow> {
    if !row::has_verified(conn, &asker.user.id)? {
        let problem = "At least one other verified factor is required to generate recovery codes";
        return Err(Error::auth(AuthCode::MfaRecoveryCodesSoleFactor, problem));
    }
    admit(conn, asker, Some(name), most, now)?;
    let mut row = FactorRow::new(&asker.user, RECOVERY, Some(name.to_owned()), now);
    row.status = "verified".into();
    row.insert(conn)?;
    Ok(row)
}

fn replace(conn: &mut Conn, user: &UserRow, hashes: &[String]) -> Result<()> {
    diesel::delete(codes::table.filter(codes::user_id.eq(&user.id))).execute(conn).translate()?;
    for hash in hashes {
        let row = (codes::code_hash.eq(hash), codes::user_id.eq(&user.id));
        diesel::insert_into(codes::table).values(row).execute(conn).translate()?;
    }
    Ok(())
}

/// Uses a code up. Of several attempts at once, one gets `true`.
fn spend(conn: &mut Conn, user: &UserRow, hash: &str, now: Timestamp) -> Result<bool> {
    let own = codes::table.filter(codes::code_hash.eq(hash)).filter(codes::user_id.eq(&user.id));
    let unused = own.filter(codes::used_at.is_null());
    diesel::update(unused).set(codes::used_at.eq(precise(now))).execute(conn).map(|spent| spent == 1).translate()
}

/// Removes a user's codes and the factor that stands for them.
pub(super) fn forget(conn: &mut Conn, user: &str) -> Result<()> {
    diesel::delete(codes::table.filter(codes::user_id.eq(user))).execute(conn).translate()?;
    let row = factors::table.filter(factors::user_id.eq(user)).filter(factors::kind.eq(RECOVERY));
    diesel::delete(row).execute(conn).map(drop).translate()
}

/// 80 random bits: too many to guess, even from a copy of the database.
fn random_code() -> Result<String> {
    let bytes = random_bytes::<16>()?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    Ok(letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// What the database keeps of a code. Case, spaces and hyphens do not count.
fn hash(user: &str, code: &str) -> String {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    hex::encode(Sha256::digest(format!("{user}:{code}")))
}

fn enrolled() -> Error {
    let problem = "Recovery codes are already enrolled for this user, use regenerate to rotate them";
    Error::auth(AuthCode::MfaVerifiedFactorExists, problem)
}

fn none() -> Error {
    Error::auth(AuthCode::MfaFactorNotFound, "The user has not enrolled recovery codes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_long_and_forgive_how_they_are_typed() {
        let code = random_code().unwrap();
        assert_eq!(code.len(), 19);
        assert_eq!(hash("u", &code), hash("u", &format!(" {} ", code.to_uppercase().replace('-', " "))));
        assert_ne!(hash("u", &code), hash("v", &code));
        assert_ne!(code, random_code().unwrap());
    }
}
