//! Signing in and out of the Studio.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};
use tenon_model::{Aal, Code, Error, Result, SessionId};
use uuid::Uuid;

use super::{
    Account, NewSession, StudioSession, accounts::AccountRow, app_sessions::SessionRow, factors, passwords, throttle::Attempt,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    system::schema::{_tenon_sessions as sessions, _tenon_users as users},
};

/// What such sessions are called in the database.
pub(super) const KIND: &str = "studio";
/// How long a session lasts without being used. Seconds.
pub(super) const LIFETIME: u64 = 30 * 24 * 3600;
/// A used session is renewed once it is older than this. Seconds.
const RENEW_AFTER: i64 = 24 * 3600;

/// What the database keeps of a token: a copy of the database opens no session.
pub(super) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

pub(super) fn expiry(now: Timestamp) -> i64 {
    now.as_second() + LIFETIME.cast_signed()
}

impl Engine {
    /// Signs in. If the account has a second factor, the session opens nothing before it is proved.
    ///
    /// # Errors
    /// [`Code::InvalidCredentials`], the same and after the same time whether or not the account exists;
    /// [`Code::Throttled`] with `retry_after`; [`Code::Busy`].
    pub async fn sign_in(&self, email: String, password: String, client: &Client) -> Result<NewSession> {
        let email = passwords::normal_email(&email);
        let (begun, from) = (email.clone(), client.address.clone());
        let now = self.now();
        let row: Option<AccountRow> = self
            .database()
            .write(move |conn| {
                Attempt::new(&begun, &from).begin(conn, now)?;
                AccountRow::by_email(conn, &begun)
            })
            .await?;
        let stored = row.as_ref().and_then(|r| r.password_hash.clone());
        let right = self.verify_stranger(stored.clone(), password.clone()).await?;
        let (client, now) = (client.clone(), self.now());
        let Some(row) = row.filter(|_| right) else {
            let failed = move |conn: &mut Conn| {
                Entry::new(&Actor::anyone(), "studio.sign_in_failed", &client).target("address", "", &*email).append(conn, now)
            };
            self.database().write(failed).await?;
            return Err(wrong());
        };
        let renewed = self.renewed(stored, password).await?;
        let token = super::random_token()?;
        let hash = token_hash(&token);
        let unit = move |conn: &mut Conn| start(conn, &row, renewed.as_deref(), &hash, &client, now);
        let (account, wants_second) = self.database().write(unit).await?;
        Ok(NewSession { token, account, max_age: LIFETIME, wants_second })
    }

    /// The hash of a right password, if the one that is kept was made otherwise than one would be now.
    pub(crate) async fn renewed(&self, stored: Option<String>, password: String) -> Result<Option<String>> {
        match stored {
            Some(stored) if super::needs_rehash(&stored) => self.password_hasher().hash(password).await.map(Some),
            _ => Ok(None),
        }
    }

    /// The account whose session this token is, if it is one that still runs and nothing more has to be proved.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn session(&self, token: &str) -> Result<Option<Account>> {
        Ok(self.studio_session(token).await?.filter(|session| !session.wants_second).map(|session| session.account))
    }

    /// The session of this token, if it is one that still runs. A session in use is renewed once a day.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn studio_session(&self, token: &str) -> Result<Option<StudioSession>> {
        if token.len() > 128 {
            return Ok(None);
        }
        let hash = token_hash(token);
        let now = self.now();
        let looked_up = hash.clone();
        let found = self.database().read(move |conn| find(conn, &looked_up, now)).await?;
        let Some((session, expires_at)) = found else { return Ok(None) };
        if expires_at < expiry(now) - RENEW_AFTER {
            let change = (sessions::expires_at.eq(expiry(now)), sessions::refreshed_at_ms.eq(now.as_millisecond()));
            self.database()
                .write(move |conn| {
                    let own = sessions::table.filter(sessions::token_hash.eq(&hash));
                    diesel::update(own).set(change).execute(conn).translate()
                })
                .await?;
        }
        Ok(Some(session))
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

fn wrong() -> Error {
    Error::new(Code::InvalidCredentials, "e-mail address or password is wrong")
}

/// The session of a token, and when it ends.
fn find(conn: &mut Conn, hash: &str, now: Timestamp) -> Result<Option<(StudioSession, i64)>> {
    let found: Option<(AccountRow, String, String, i64)> = sessions::table
        .inner_join(users::table)
        .filter(sessions::token_hash.eq(hash))
        .filter(sessions::kind.eq(KIND))
        .filter(users::studio_role.is_not_null())
        .filter(users::deleted_at.is_null())
        .filter(users::banned_until.is_null().or(users::banned_until.le(super::precise(now))))
        .filter(sessions::expires_at.gt(now.as_second()))
        .select((AccountRow::as_select(), sessions::id, sessions::aal, sessions::expires_at))
        .first(conn)
        .optional()
        .translate()?;
    let Some((row, id, aal, expires_at)) = found else { return Ok(None) };
    let aal = if aal == Aal::Aal2.as_str() { Aal::Aal2 } else { Aal::Aal1 };
    let wants_second = aal == Aal::Aal1 && factors::has_verified(conn, &row.id)?;
    let session = SessionId(Uuid::parse_str(&id).map_err(Error::internal)?);
    Ok(Some((StudioSession { account: row.into_account()?, session, aal, wants_second }, expires_at)))
}

/// Writes the session of an account whose password was right, unless the account went or changed meanwhile. Tells whether a
/// second factor is asked for.
fn start(
    conn: &mut Conn,
    row: &AccountRow,
    renewed: Option<&str>,
    hash: &str,
    client: &Client,
    now: Timestamp,
) -> Result<(Account, bool)> {
    Attempt::new(row.email.as_deref().unwrap_or_default(), &client.address).succeed(conn)?;
    Attempt::sweep(conn, now)?;
    diesel::delete(sessions::table.filter(sessions::expires_at.le(now.as_second()))).execute(conn).translate()?;
    let signed_in_at = super::precise(now);
    let unchanged = users::table
        .filter(users::id.eq(&row.id))
        .filter(users::password_hash.eq(&row.password_hash))
        .filter(users::banned_until.is_null().or(users::banned_until.le(&signed_in_at)));
    let password_hash = renewed.or(row.password_hash.as_deref());
    let signed_in = (users::last_sign_in_at.eq(&signed_in_at), users::password_hash.eq(password_hash));
    if diesel::update(unchanged).set(signed_in).execute(conn).translate()? == 0 {
        return Err(wrong());
    }
    let session = SessionRow {
        id: Uuid::new_v4().to_string(),
        user_id: row.id.clone(),
        kind: KIND.to_owned(),
        token_hash: Some(hash.to_owned()),
        aal: Aal::Aal1.as_str().to_owned(),
        amr: json!([{ "method": "password", "timestamp": now.as_second() }]).to_string(),
        refresh_counter: 0,
        created_at: now.as_second(),
        refreshed_at_ms: now.as_millisecond(),
        expires_at: expiry(now),
        address: Some(client.address.clone()),
        user_agent: Some(client.user_agent.chars().take(400).collect()),
    };
    session.insert(conn)?;
    let wants_second = factors::has_verified(conn, &row.id)?;
    let account = AccountRow { last_sign_in_at: Some(signed_in_at), ..row.clone() }.into_account()?;
    note_start(conn, &account, &session, client, now)?;
    Ok((account, wants_second))
}

/// Notes in the audit log that a session began.
pub(super) fn note_start(conn: &mut Conn, account: &Account, session: &SessionRow, client: &Client, now: Timestamp) -> Result<()> {
    let actor = Actor::of(&account.caller());
    let details = json!({ "method": super::app_sessions::latest_method(&session.amr), "session_id": session.id });
    let entry = Entry::new(&actor, "studio.signed_in", client).target("user", account.id.to_string(), account.email.clone());
    entry.details(details).append(conn, now)
}

/// Ends a user's sessions, in the Studio and in the application.
pub(super) fn end_all(conn: &mut Conn, account: &str) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(account))).execute(conn).map(|_| ()).translate()
}
