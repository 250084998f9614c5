//! What people who work in the Studio do about their own session: prove more, come in with a passkey, change their password.

use diesel::prelude::*;
use jiff::Timestamp;
use tenon_model::{Aal, Caller, Code, Error, FieldError, Result};

use super::{
    NewSession, StudioSession,
    accounts::AccountRow,
    app_sessions::{Session, SessionRow},
    asker, check_password_rules, factors,
    sessions::{self as studio, KIND, LIFETIME},
    throttle::Attempt,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    system::schema::{_tenon_sessions as sessions, _tenon_users as users},
};

impl StudioSession {
    /// The account as a caller who works in the Studio.
    #[must_use]
    pub fn caller(&self) -> Caller {
        self.account.caller()
    }

    /// The account as a user who looks after their own factors and passkeys.
    #[must_use]
    pub fn as_user(&self) -> Caller {
        asker::caller(self.account.id, self.session, self.aal, Some(self.account.email.clone()))
    }
}

impl Engine {
    /// Makes a session that just began with a passkey, or that just proved a second factor, one of the Studio, under a new
    /// token. A token from before means nothing any more.
    ///
    /// # Errors
    /// [`Code::InvalidCredentials`] for users who do not work in the Studio: the session that began ends.
    pub async fn admit_to_studio(&self, session: &Session, client: &Client) -> Result<NewSession> {
        let token = super::random_token()?;
        let (id, hash, client, now) = (session.session.to_string(), studio::token_hash(&token), client.clone(), self.now());
        let unit = move |conn: &mut Conn| {
            let mut row = SessionRow::by_id(conn, &id)?;
            let account = AccountRow::by_id(conn, &row.user_id)?;
            let Some(account) = account.filter(|_| row.kind == KIND || row.kind == "app") else {
                diesel::delete(sessions::table.filter(sessions::id.eq(&row.id))).execute(conn).translate()?;
                return Ok(None);
            };
            let account = account.into_account()?;
            let begins = row.kind != KIND;
            KIND.clone_into(&mut row.kind);
            row.token_hash = Some(hash.clone());
            row.expires_at = studio::expiry(now);
            row.save(conn)?;
            if begins {
                studio::note_start(conn, &account, &row, &client, now)?;
            }
            let wants_second = row.aal != Aal::Aal2.as_str() && factors::has_verified(conn, &row.user_id)?;
            Ok(Some((account, wants_second)))
        };
        let refused = || Error::new(Code::InvalidCredentials, "this passkey is of nobody who works in the Studio");
        let (account, wants_second) = self.database().write(unit).await?.ok_or_else(refused)?;
        Ok(NewSession { token, account, max_age: LIFETIME, wants_second })
    }

    /// Changes the password of who is signed in, who shows that they know the present one. Their other sessions end, and this
    /// one goes on under a new token.
    ///
    /// # Errors
    /// [`Code::InvalidCredentials`] for a wrong present password; [`Code::InvalidRecord`] with the field `password`;
    /// [`Code::Throttled`].
    pub async fn change_studio_password(
        &self,
        session: &StudioSession,
        client: &Client,
        current: String,
        password: String,
    ) -> Result<NewSession> {
        check_password_rules(&self.settings().auth, &password).map_err(|error| weak(&error))?;
        let (email, address, now) = (session.account.email.clone(), client.address.clone(), self.now());
        let begin = move |conn: &mut Conn| {
            Attempt::new(&email, &address).begin(conn, now)?;
            AccountRow::by_email(conn, &email)
        };
        let before = self.database().write(begin).await?;
        let stored = before.as_ref().and_then(|row| row.password_hash.clone());
        let right = self.password_hasher().verify(stored, current).await?;
        let before = before.filter(|_| right).ok_or_else(wrong)?;
        let hash = self.password_hasher().hash(password).await?;
        let token = super::random_token()?;
        let (token_hash, own, client) = (studio::token_hash(&token), session.clone(), client.clone());
        let now = self.now();
        self.database().write(move |conn| change(conn, &own, &before, &hash, &token_hash, &client, now)).await?;
        Ok(NewSession { token, account: session.account.clone(), max_age: LIFETIME, wants_second: session.wants_second })
    }
}

/// Puts the new password in force, unless the one before changed meanwhile.
fn change(
    conn: &mut Conn,
    own: &StudioSession,
    before: &AccountRow,
    hash: &str,
    token_hash: &str,
    client: &Client,
    now: Timestamp,
) -> Result<()> {
    Attempt::new(&own.account.email, &client.address).succeed(conn)?;
    let unchanged = users::table.filter(users::id.eq(&before.id)).filter(users::password_hash.eq(&before.password_hash));
    if diesel::update(unchanged).set(users::password_hash.eq(hash)).execute(conn).translate()? == 0 {
        return Err(wrong());
    }
    let id = own.session.to_string();
    let others = sessions::table.filter(sessions::user_id.eq(&before.id)).filter(sessions::id.ne(&id));
    diesel::delete(others).execute(conn).translate()?;
    let this = sessions::table.filter(sessions::id.eq(&id));
    let renewed = (sessions::token_hash.eq(token_hash), sessions::expires_at.eq(studio::expiry(now)));
    diesel::update(this).set(renewed).execute(conn).translate()?;
    let actor = Actor::of(&own.caller());
    let entry = Entry::new(&actor, "studio.password_set", client);
    entry.target("user", before.id.clone(), own.account.email.clone()).append(conn, now)
}

fn wrong() -> Error {
    Error::new(Code::InvalidCredentials, "this is not the present password")
}

/// What is wrong with a new password, as the field that it was entered in has it.
fn weak(error: &Error) -> Error {
    let field = FieldError { column: "password".to_owned(), code: Code::InvalidValue, message: error.message.clone() };
    Error::new(Code::InvalidRecord, error.message.clone()).with_fields(vec![field])
}
