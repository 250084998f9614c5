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

enum Outcome {
    Begun(Box<Begun>),
    User(Value),
    /// Somebody has the address. No error, since that it was asked for has to be counted.
    Taken,
}

/// A sign-up that is checked.
struct New {
    email: String,
    hash: String,
    data: Map<String, Value>,
    /// The hash of an earlier sign-up with the same address and password that waits to be confirmed.
    waiting: Option<String>,
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
        let waiting = self.waiting_password(&email).await?;
        let same = self.verify_stranger(waiting.clone(), user.password.clone()).await?;
        let hash = self.password_hasher().hash(user.password).await?;
        let new = New { email, hash, data: user.data, waiting: waiting.filter(|_| same) };
        let outcome = self.database().write(move |conn| sign_up(conn, &work, &way, &new)).await?;
        match outcome {
            Outcome::Taken => Err(Error::auth(AuthCode::UserAlreadyExists, "User already registered")),
            Outcome::Begun(begun) => Ok(Answer::Session(Box::new(self.tokens(*begun)?))),
            Outcome::User(user) => Ok(Answer::User(user)),
        }
    }

    /// The password that waits for the address to be confirmed.
    async fn waiting_password(&self, email: &str) -> Result<Option<String>> {
        let email = email.to_owned();
        let user = self.database().read(move |conn| UserRow::by_email(conn, &email)).await?;
        Ok(user.filter(|user| user.email_confirmed_at.is_none()).and_then(|user| user.password_hash))
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

fn sign_up(conn: &mut Conn, work: &Work, way: &Way, new: &New) -> Result<Outcome> {
    let New { email, hash, data, .. } = new;
    work.stranger_may_go_on(conn, "signups", AuthCode::OverRequestRateLimit)?;
    if work.settings.auth.email_autoconfirm {
        return sign_up_at_once(conn, work, new);
    }
    // Whether a mail may go is found out whoever has the address, and is told to nobody, since that would tell who has it.
    let may_go = work.mail_may_go(conn, "signup", email).is_ok();
    let mut user = match UserRow::by_email(conn, email)? {
        Some(user) if user.email_confirmed_at.is_some() => {
            if may_go {
                work.pretend_to_send(conn, Purpose::Signup, email, way)?;
            }
            return pretend(work, email, data);
        }
        Some(user) => {
            let mut user = UserRow::held(conn, &user.id)?;
            // Whoever signs up again may be somebody else: neither password nor data are taken over. And whoever confirms the
            // address may be either, so that from now on neither password opens it; a new one is set once it is confirmed.
            if user.password_hash != new.waiting {
                user.password_hash = None;
                user.save(conn, work.now)?;
            }
            if may_go {
                work.send(conn, &mut user, Purpose::Signup, email, way)?;
            }
            return pretend(work, email, data);
        }
        None => make(conn, work, email, Some(hash), data)?,
    };
    if may_go {
        work.send(conn, &mut user, Purpose::Signup, email, way)?;
    } else {
        user.confirmation_sent_at = Some(crate::identity::precise(work.now));
        user.save(conn, work.now)?;
    }
    let json = users::to_json(conn, &user)?;
    Entry::new(&Actor::user(&user), "user.signed_up", &work.client).on_user(&user).append(conn, work.now)?;
    Ok(Outcome::User(json))
}

/// Makes a user whose address counts as confirmed.
fn sign_up_at_once(conn: &mut Conn, work: &Work, new: &New) -> Result<Outcome> {
    if UserRow::by_email(conn, &new.email)?.is_some() {
        return Ok(Outcome::Taken);
    }
    let mut user = make(conn, work, &new.email, Some(&new.hash), &new.data)?;
    let begun = app_sessions::begin(conn, work.now, &work.settings.auth, &mut user, "password", &work.client)?;
    Ok(Outcome::Begun(Box::new(begun)))
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
