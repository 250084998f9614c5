//! Signing in and out of the Studio.

use diesel::prelude::*;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tenon_model::{Code, Error, Result};
use uuid::Uuid;

use super::{Account, NewSession, accounts::AccountRow, passwords, throttle::Attempt};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    system::schema::{_tenon_sessions as sessions, _tenon_users as users},
};

/// How long a session lasts without being used. Seconds.
const LIFETIME: u64 = 30 * 24 * 3600;
/// A used session is renewed once it is older than this. Seconds.
const RENEW_AFTER: i64 = 24 * 3600;

/// What the database keeps of a token: a copy of the database opens no session.
fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn expiry(now: Timestamp) -> i64 {
    now.as_second() + LIFETIME.cast_signed()
}

impl Engine {
    /// Signs in. `address` is the client's, for throttling.
    ///
    /// # Errors
    /// [`Code::InvalidCredentials`], the same and after the same time whether or not the account exists;
    /// [`Code::Throttled`] with `retry_after`; [`Code::Busy`].
    pub async fn sign_in(&self, email: String, password: String, address: String) -> Result<NewSession> {
        let email = passwords::normal_email(&email);
        let begun = email.clone();
        let stranger = address.clone();
        let now = self.now();
        let row: Option<AccountRow> = self
            .database()
            .write(move |conn| {
                Attempt::new(&begun, &stranger).begin(conn, now)?;
                AccountRow::by_email(conn, &begun)
            })
            .await?;
        let stored = row.as_ref().and_then(|r| r.password_hash.clone());
        let right = self.verify_stranger(stored.clone(), password.clone()).await?;
        match row {
            Some(row) if right => {
                let renewed = self.renewed(stored, password).await?;
                let token = super::random_token()?;
                let hash = token_hash(&token);
                let now = self.now();
                let attempt = Attempt::new(&email, &address);
                let client = Client { address, ..self.client().clone() };
                let account =
                    self.database().write(move |conn| start(conn, &row, renewed.as_deref(), &hash, &attempt, &client, now)).await?;
                Ok(NewSession { token, account, max_age: LIFETIME })
            }
            _ => {
                let client = Client { address, ..self.client().clone() };
                let failed = move |conn: &mut Conn| {
                    let anyone = Actor::anyone();
                    let entry = Entry::new(&anyone, "studio.sign_in_failed", &client).target("address", "", &*email);
                    entry.append(conn, now)
                };
                self.database().write(failed).await?;
                Err(Error::new(Code::InvalidCredentials, "e-mail address or password is wrong"))
            }
        }
    }

    /// The hash of a right password, if the one that is kept was made otherwise than one would be now.
    pub(crate) async fn renewed(&self, stored: Option<String>, password: String) -> Result<Option<String>> {
        match stored {
            Some(stored) if super::needs_rehash(&stored) => self.password_hasher().hash(password).await.map(Some),
            _ => Ok(None),
        }
    }

    /// The account whose session this token is, if it is one that still runs. A session in use is renewed once a day.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn session(&self, token: &str) -> Result<Option<Account>> {
        if token.len() > 128 {
            return Ok(None);
        }
        let hash = token_hash(token);
        let now = self.now();
        let looked_up = hash.clone();
        let found: Option<(AccountRow, i64)> = self
            .database()
            .read(move |conn| {
                sessions::table
                    .inner_join(users::table)
                    .filter(sessions::token_hash.eq(&looked_up))
                    .filter(sessions::kind.eq("studio"))
                    .filter(users::studio_role.is_not_null())
                    .filter(users::deleted_at.is_null())
                    .filter(users::banned_until.is_null().or(users::banned_until.le(super::precise(now))))
                    .filter(sessions::expires_at.gt(now.as_second()))
                    .select((AccountRow::as_select(), sessions::expires_at))
                    .first(conn)
                    .optional()
                    .translate()
            })
            .await?;
        let Some((row, expires_at)) = found else { return Ok(None) };
        if expires_at < expiry(now) - RENEW_AFTER {
            self.database()
                .write(move |conn| {
                    diesel::update(sessions::table.filter(sessions::token_hash.eq(&hash)))
                        .set(sessions::expires_at.eq(expiry(now)))
                        .execute(conn)
                        .translate()
                })
                .await?;
        }
        row.into_account().map(Some)
    }

    /// Ends a session. One that is unknown is ended already.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let hash = token_hash(token);
        self.database()
            .write(move |conn| diesel::delete(sessions::table.filter(sessions::token_hash.eq(&hash))).execute(conn).translate())
            .await
            .map(|_| ())
    }
}

/// Writes the session of an account whose password was right, unless the account went or changed meanwhile.
fn start(
    conn: &mut Conn,
    row: &AccountRow,
    renewed: Option<&str>,
    hash: &str,
    attempt: &Attempt,
    client: &Client,
    now: Timestamp,
) -> Result<Account> {
    attempt.succeed(conn)?;
    Attempt::sweep(conn, now)?;
    diesel::delete(sessions::table.filter(sessions::expires_at.le(now.as_second()))).execute(conn).translate()?;
    let signed_in_at = super::precise(now);
    let unchanged = users::table
        .filter(users::id.eq(&row.id))
        .filter(users::password_hash.eq(&row.password_hash))
        .filter(users::banned_until.is_null().or(users::banned_until.le(&signed_in_at)));
    let password_hash = renewed.or(row.password_hash.as_deref());
    let signed_in = (users::last_sign_in_at.eq(&signed_in_at), users::password_hash.eq(password_hash));
    let changed = diesel::update(unchanged).set(signed_in).execute(conn).translate()?;
    if changed == 0 {
        return Err(Error::new(Code::InvalidCredentials, "e-mail address or password is wrong"));
    }
    let amr = serde_json::json!([{ "method": "password", "timestamp": now.as_second() }]).to_string();
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(Uuid::new_v4().to_string()),
            sessions::user_id.eq(&row.id),
            sessions::kind.eq("studio"),
            sessions::token_hash.eq(hash),
            sessions::aal.eq("aal1"),
            sessions::amr.eq(amr),
            sessions::refreshed_at_ms.eq(now.as_millisecond()),
            sessions::created_at.eq(now.as_second()),
            sessions::expires_at.eq(expiry(now)),
            sessions::address.eq(&client.address),
            sessions::user_agent.eq(client.user_agent.chars().take(400).collect::<String>()),
        ))
        .execute(conn)
        .translate()?;
    let account = AccountRow { last_sign_in_at: Some(signed_in_at), ..row.clone() }.into_account()?;
    let actor = Actor::of(&account.caller());
    Entry::new(&actor, "studio.signed_in", client).target("user", row.id.clone(), account.email.clone()).append(conn, now)?;
    Ok(account)
}

/// Ends a user's sessions, in the Studio and in the application.
pub(super) fn end_all(conn: &mut Conn, account: &str) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(account))).execute(conn).map(|_| ()).translate()
}
