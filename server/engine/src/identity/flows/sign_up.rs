//! Signing up.

use serde_json::{Map, Value};
use tenon_model::{AuthCode, Error, Result};

use super::{Challenge, Way, Work, address, first_language, merge, metadata_text};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
    identity::{
        app_sessions::{self, Begun, Session},
        check_password_rules,
        identities::{self, IdentityRow},
        one_time::Purpose,
        users::{self, UserRow},
    },
};

/// Who signs up.
#[derive(Clone)]
pub struct NewUser {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// What they say about themselves.
    pub data: Map<String, Value>,
}

/// What signing up came to.
#[derive(Debug)]
pub enum Answer {
    /// They are signed in.
    Session(Box<Session>),
    /// They have to confirm their address first; the user as GoTrue writes them.
    User(Value),
}

pub(super) enum Outcome {
    Begun(Box<Begun>),
    User(Value),
}

impl Engine {
    /// Makes a user of address and password.
    ///
    /// # Errors
    /// [`AuthCode::SignupDisabled`], [`AuthCode::EmailProviderDisabled`], [`AuthCode::ValidationFailed`],
    /// [`AuthCode::WeakPassword`], [`AuthCode::OverRequestRateLimit`]; [`AuthCode::UserAlreadyExists`] only where addresses need
    /// no confirmation.
    pub async fn sign_up(
        &self,
        user: NewUser,
        redirect_to: Option<String>,
        challenge: Option<Challenge>,
        client: &Client,
    ) -> Result<Answer> {
        let (work, way) = (self.work(client), self.way(redirect_to.as_deref(), challenge));
        may_sign_up(&work)?;
        let email = address(&user.email)?;
        check_password_rules(&work.settings.auth, &user.password)?;
        let hash = self.password_hasher().hash(user.password).await?;
        let data = user.data;
        let outcome = self.database().write(move |conn| sign_up(conn, &work, &way, &email, &hash, &data)).await?;
        match outcome {
            Outcome::Begun(begun) => Ok(Answer::Session(Box::new(self.tokens(*begun)?))),
            Outcome::User(user) => Ok(Answer::User(user)),
        }
    }

    /// Makes a user who does not say who they are, and signs them in.
    ///
    /// # Errors
    /// [`AuthCode::AnonymousProviderDisabled`], [`AuthCode::OverRequestRateLimit`].
    pub async fn sign_in_anonymously(&self, data: Map<String, Value>, client: &Client) -> Result<Session> {
        let work = self.work(client);
        if !work.settings.auth.allow_anonymous {
            return Err(Error::auth(AuthCode::AnonymousProviderDisabled, "Anonymous sign-ins are disabled"));
        }
        may_sign_up_at_all(&work)?;
        let begun = self.database().write(move |conn| {
            work.stranger_may_go_on(conn, "signups", AuthCode::OverRequestRateLimit)?;
            let mut user = UserRow::new(None, work.now);
            user.is_anonymous = 1;
            user.user_metadata = metadata_text(data.clone())?;
            user.locale = first_language(&work.client.languages);
            user.insert(conn)?;
            app_sessions::begin(conn, work.now, &work.settings.auth, &mut user, "anonymous", &work.client)
        });
        self.tokens(begun.await?)
    }
}

fn may_sign_up_at_all(work: &Work) -> Result<()> {
    if work.settings.auth.allow_signup {
        return Ok(());
    }
    Err(Error::auth(AuthCode::SignupDisabled, "Signups not allowed for this instance"))
}

pub(super) fn may_sign_up(work: &Work) -> Result<()> {
    may_sign_up_at_all(work)?;
    if work.settings.auth.email_enabled {
        return Ok(());
    }
    Err(Error::auth(AuthCode::EmailProviderDisabled, "Email signups are disabled"))
}

fn sign_up(conn: &mut Conn, work: &Work, way: &Way, email: &str, hash: &str, data: &Map<String, Value>) -> Result<Outcome> {
    work.stranger_may_go_on(conn, "signups", AuthCode::OverRequestRateLimit)?;
    let autoconfirm = work.settings.auth.email_autoconfirm;
    match UserRow::by_email(conn, email)? {
        Some(_) if autoconfirm => Err(Error::auth(AuthCode::UserAlreadyExists, "User already registered")),
        Some(user) if user.email_confirmed_at.is_some() => pretend(work, email, data),
        // Whoever signs up again may be somebody else: neither password nor data are taken over.
        Some(mut user) => {
            if work.mail_may_go(conn, "signup", email).is_ok() {
                work.send(conn, &mut user, Purpose::Signup, email, way)?;
            }
            pretend(work, email, data)
        }
        None => {
            let mut user = make(conn, work, email, Some(hash), data)?;
            if autoconfirm {
                let begun = app_sessions::begin(conn, work.now, &work.settings.auth, &mut user, "password", &work.client)?;
                return Ok(Outcome::Begun(Box::new(begun)));
            }
            work.mail_may_go(conn, "signup", email)?;
            work.send(conn, &mut user, Purpose::Signup, email, way)?;
            let json = users::to_json(conn, &user)?;
            let actor = Actor::user(&user);
            Entry::new(&actor, "user.signed_up", &work.client).on_user(&user).append(conn, work.now)?;
            Ok(Outcome::User(json))
        }
    }
}

/// A new user of an address.
pub(crate) fn make(conn: &mut Conn, work: &Work, email: &str, hash: Option<&str>, data: &Map<String, Value>) -> Result<UserRow> {
    let mut user = UserRow::new(Some(email.to_owned()), work.now);
    user.password_hash = hash.map(str::to_owned);
    let mut metadata = data.clone();
    let own = serde_json::json!({ "email": email, "email_verified": work.settings.auth.email_autoconfirm, "phone_verified": false, "sub": user.id });
    if let Value::Object(own) = own {
        merge(&mut metadata, own);
    }
    user.user_metadata = metadata_text(metadata)?;
    user.locale = first_language(&work.client.languages);
    if work.settings.auth.email_autoconfirm {
        user.email_confirmed_at = Some(crate::identity::precise(work.now));
    }
    user.insert(conn)?;
    identities::add_email(conn, &user, work.now)?;
    Ok(user)
}

/// What a stranger who signs up with a known address gets: the same as with an unknown one.
fn pretend(work: &Work, email: &str, data: &Map<String, Value>) -> Result<Outcome> {
    let mut user = UserRow::new(Some(email.to_owned()), work.now);
    let own = serde_json::json!({ "email": email, "email_verified": false, "phone_verified": false, "sub": user.id });
    let mut metadata = data.clone();
    if let Value::Object(own) = own.clone() {
        merge(&mut metadata, own);
    }
    user.user_metadata = metadata_text(metadata)?;
    user.confirmation_sent_at = Some(crate::identity::precise(work.now));
    let identity = serde_json::json!({ "sub": user.id, "email": email, "email_verified": false, "phone_verified": false });
    let identity = IdentityRow::new(&user, "email", &user.id, &identity, work.now);
    Ok(Outcome::User(user.plain_json(vec![identity.to_json()])))
}
