//! Signing in with a password or a code of PKCE, and signing out.

use diesel::prelude::*;
use serde_json::{Value, json};
use tenon_model::{AuthCode, Error, Result, SessionId, UserId};

use super::{Work, signed_in};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::{
        app_sessions::{self, Begun, Session},
        needs_rehash, passwords,
        providers::exchange,
        throttle::Attempt,
        users::UserRow,
    },
    system::schema::_tenon_sessions as sessions,
};

/// Which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutScope {
    /// All of the user.
    Global,
    /// This one.
    Local,
    /// All but this one.
    Others,
}

impl Engine {
    /// A session for address and password.
    ///
    /// # Errors
    /// [`AuthCode::InvalidCredentials`], the same and after the same time whether or not the user exists; once the password was
    /// right [`AuthCode::EmailNotConfirmed`], [`AuthCode::UserBanned`]; [`tenon_model::Code::Throttled`], [`tenon_model::Code::Busy`].
    pub async fn sign_in_with_password(&self, email: String, password: String, client: &Client) -> Result<Session> {
        let work = self.work(client);
        if !work.settings.auth.email_enabled {
            return Err(Error::auth(AuthCode::EmailProviderDisabled, "Email logins are disabled"));
        }
        let email = passwords::normal_email(&email);
        let user = self.begin_attempt(&work, &email).await?;
        let stored = user.as_ref().and_then(|user| user.password_hash.clone());
        let right = self.verify_stranger(stored.clone(), password.clone()).await?;
        let Some(user) = user.filter(|_| right) else {
            let failed = move |conn: &mut Conn| {
                let details = json!({ "method": "password" });
                let entry = Entry::new(&ANYONE, "user.sign_in_failed", &work.client).target("address", "", &*email);
                entry.details(details).append(conn, work.now)
            };
            self.database().write(failed).await?;
            return Err(wrong());
        };
        let renewed = match stored {
            Some(stored) if needs_rehash(&stored) => Some(self.password_hasher().hash(password).await?),
            _ => None,
        };
        let begun = self.database().write(move |conn| by_password(conn, &work, &email, &user, renewed.as_deref())).await?;
        self.tokens(begun)
    }

    async fn begin_attempt(&self, work: &Work, email: &str) -> Result<Option<UserRow>> {
        let (work, email) = (work.clone(), email.to_owned());
        let begin = move |conn: &mut Conn| {
            Attempt::new(&email, &work.client.address).begin(conn, work.now)?;
            UserRow::by_email(conn, &email)
        };
        self.database().write(begin).await
    }

    /// A session for the code that a flow ended with.
    ///
    /// # Errors
    /// [`AuthCode::FlowStateNotFound`], [`AuthCode::FlowStateExpired`], [`AuthCode::BadCodeVerifier`], [`AuthCode::UserBanned`].
    pub async fn exchange_code(&self, code: String, verifier: String, client: &Client) -> Result<Session> {
        let work = self.work(client);
        let exchange = move |conn: &mut Conn| {
            let taken = exchange::take_code(conn, work.now, &code, &verifier)?;
            let mut user = UserRow::held(conn, &taken.user_id)?;
            let auth = &work.settings.auth;
            let begun = match &taken.proved {
                Some((aal, amr)) => app_sessions::begin_as(conn, work.now, auth, &mut user, aal, amr, &work.client)?,
                None => app_sessions::begin(conn, work.now, auth, &mut user, &taken.method, &work.client)?,
            };
            Ok((begun, taken))
        };
        let (begun, taken) = self.database().write(exchange).await?;
        let mut session = self.tokens(begun)?;
        for (name, token) in [("provider_token", taken.provider_token), ("provider_refresh_token", taken.provider_refresh_token)] {
            if let Some(token) = token {
                session.json[name] = Value::from(token);
            }
        }
        Ok(session)
    }

    /// Ends sessions of a signed-in user.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`].
    pub async fn sign_out_user(&self, user: UserId, session: SessionId, scope: SignOutScope, client: &Client) -> Result<()> {
        let work = self.work(client);
        let end = move |conn: &mut Conn| {
            let (user, session) = signed_in(conn, user, session)?;
            let own = sessions::table.filter(sessions::user_id.eq(&user.id)).filter(sessions::kind.ne("studio"));
            match scope {
                SignOutScope::Global => diesel::delete(own).execute(conn),
                SignOutScope::Local => diesel::delete(own.filter(sessions::id.eq(&session.id))).execute(conn),
                SignOutScope::Others => diesel::delete(own.filter(sessions::id.ne(&session.id))).execute(conn),
            }
            .translate()?;
            let details = json!({ "scope": format!("{scope:?}").to_lowercase(), "session_id": session.id });
            Entry::new(&Actor::user(&user), "user.signed_out", &work.client).on_user(&user).details(details).append(conn, work.now)
        };
        self.database().write(end).await
    }
}

static ANYONE: std::sync::LazyLock<Actor> = std::sync::LazyLock::new(Actor::anyone);

fn wrong() -> Error {
    Error::auth(AuthCode::InvalidCredentials, "Invalid login credentials")
}

fn by_password(conn: &mut Conn, work: &Work, email: &str, before: &UserRow, renewed: Option<&str>) -> Result<Begun> {
    Attempt::new(email, &work.client.address).succeed(conn)?;
    Attempt::sweep(conn, work.now)?;
    let mut user = UserRow::held(conn, &before.id)?;
    if user.password_hash != before.password_hash || user.deleted_at.is_some() {
        return Err(wrong());
    }
    if user.email_confirmed_at.is_none() {
        return Err(Error::auth(AuthCode::EmailNotConfirmed, "Email not confirmed"));
    }
    if let Some(hash) = renewed {
        user.password_hash = Some(hash.to_owned());
    }
    app_sessions::begin(conn, work.now, &work.settings.auth, &mut user, "password", &work.client)
}
