//! How the application's users sign up, sign in and change what they are known by, as GoTrue has it.
//!
//! Strangers get the same answer after the same work whether or not a user of an address exists.

mod mails;
mod sign_in;
mod sign_up;
mod user;
mod verify;

use std::sync::Arc;

use diesel::{connection::SimpleConnection as _, prelude::*};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tenon_model::{AuthCode, Error, Result, UserId};
use url::form_urlencoded::Serializer;

pub(crate) use self::user::is_fresh;
pub use self::{
    mails::Resend,
    sign_in::SignOutScope,
    sign_up::{Answer, NewUser},
    user::UserChange,
    verify::{Proof, Verified, VerifyKind},
};
use super::{
    app_sessions::SessionRow,
    one_time::{Made, OneTime, Purpose},
    passwords,
    providers::exchange,
    redirect,
    throttle::net_of,
    users::UserRow,
};
use crate::{
    Engine,
    audit::Client,
    database::{Conn, Translate},
    mail::{self, Letter, LetterKind, Variables},
    settings::Settings,
    system::schema::_tenon_providers as providers,
};

/// Code challenge and method of PKCE (RFC 7636).
pub type Challenge = (String, String);

/// What a unit of work of a flow needs to know. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Work {
    pub(crate) now: Timestamp,
    pub(crate) settings: Arc<Settings>,
    pub(crate) one_time: OneTime,
    pub(crate) client: Client,
    external: String,
    site: String,
}

/// How a mail's link ends: where, and with a code or tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    /// Where the browser comes out; checked.
    pub(crate) redirect_to: String,
    /// For a code instead of tokens.
    pub(crate) challenge: Option<Challenge>,
}

impl Engine {
    pub(crate) fn work(&self, client: &Client) -> Work {
        let settings = self.settings();
        let site = redirect::site(&settings.auth, self.config()).to_owned();
        let one_time = OneTime { pepper: self.key_ring().token_secret() };
        Work { now: self.now(), settings, one_time, client: client.clone(), external: self.external_url(), site }
    }

    pub(crate) fn way(&self, redirect_to: Option<&str>, challenge: Option<Challenge>) -> Way {
        Way { redirect_to: redirect::target(&self.settings().auth, self.config(), redirect_to), challenge }
    }

    /// What anyone may know of how people sign in, as GoTrue's `/settings` has it.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn public_auth_settings(&self) -> Result<Value> {
        let definitions: Vec<(String, String)> = self
            .database()
            .read(|conn| providers::table.select((providers::name, providers::definition)).load(conn).translate())
            .await?;
        let settings = self.settings();
        let mut external = Map::new();
        for name in ["apple", "azure", "discord", "github", "gitlab", "google"] {
            external.insert(name.to_owned(), Value::Bool(false));
        }
        for (name, definition) in definitions {
            let definition: Value = serde_json::from_str(&definition).unwrap_or_default();
            external.insert(name, Value::Bool(definition.get("enabled").and_then(Value::as_bool).unwrap_or(false)));
        }
        external.insert("email".into(), settings.auth.email_enabled.into());
        external.insert("phone".into(), false.into());
        external.insert("anonymous_users".into(), settings.auth.allow_anonymous.into());
        Ok(json!({
            "external": external,
            "disable_signup": !settings.auth.allow_signup,
            "mailer_autoconfirm": settings.auth.email_autoconfirm,
            "phone_autoconfirm": false,
            "sms_provider": "",
            "saml_enabled": false,
            "passkeys_enabled": settings.auth.passkeys,
        }))
    }
}

impl Work {
    /// Makes a code and a link for a user and queues the mail that carries them.
    pub(crate) fn send(&self, conn: &mut Conn, user: &mut UserRow, purpose: Purpose, to: &str, way: &Way) -> Result<Made> {
        let made = self.make(conn, user, purpose, to, way)?;
        let at = Some(super::precise(self.now));
        *user = UserRow::held(conn, &user.id)?;
        match purpose {
            Purpose::Signup => user.confirmation_sent_at = at,
            Purpose::Invite => user.invited_at = at,
            Purpose::MagicLink | Purpose::Recovery => user.recovery_sent_at = at,
            Purpose::EmailChangeCurrent | Purpose::EmailChangeNew => user.email_change_sent_at = at,
            Purpose::Reauthentication => user.reauthentication_sent_at = at,
        }
        user.save(conn, self.now)?;
        self.queue(conn, user, purpose, to, way, &made)?;
        Ok(made)
    }

    /// Does what [`Self::send`] does, for a user who is not there, and takes it back: it takes as long.
    pub(crate) fn pretend_to_send(&self, conn: &mut Conn, purpose: Purpose, to: &str, way: &Way) -> Result<()> {
        undone(conn, |conn| {
            // Without the address, which may be somebody's.
            let mut user = UserRow::new(None, self.now);
            user.insert(conn)?;
            self.send(conn, &mut user, purpose, to, way).map(drop)
        })
    }

    /// Makes a code and a link for a user.
    pub(crate) fn make(&self, conn: &mut Conn, user: &UserRow, purpose: Purpose, to: &str, way: &Way) -> Result<Made> {
        let flow = match &way.challenge {
            Some((challenge, method)) => {
                let how = if purpose == Purpose::Recovery { "recovery" } else { "otp" };
                let user = Some(user.id.as_str());
                Some(exchange::new_flow(conn, self.now, user, "email", how, challenge, method, &way.redirect_to)?)
            }
            None => None,
        };
        self.one_time.make(conn, self.now, &self.settings.auth, user, purpose, to, flow.as_deref())
    }

    fn queue(&self, conn: &mut Conn, user: &UserRow, purpose: Purpose, to: &str, way: &Way, made: &Made) -> Result<()> {
        let variables = Variables {
            confirmation_url: self.link(purpose, made, &way.redirect_to),
            token: made.code.clone(),
            token_hash: made.token.clone(),
            site_url: self.site.clone(),
            email: user.email.clone().unwrap_or_default(),
            new_email: user.new_email.clone().unwrap_or_default(),
            redirect_to: way.redirect_to.clone(),
            data: Value::Object(user.user_metadata()),
        };
        let letter = Letter { kind: letter_kind(purpose), to, locale: user.locale.as_deref(), variables };
        mail::queue(conn, self.now, &self.settings, &letter)
    }

    /// The link that does what the mail is about. What the hosted pages sent comes back to them.
    pub(crate) fn link(&self, purpose: Purpose, made: &Made, redirect_to: &str) -> String {
        let mut query = Serializer::new(String::new());
        let hosted = redirect_to.strip_prefix(&self.external).and_then(|rest| rest.strip_prefix(redirect::CONFIRM));
        if let Some(carried) = hosted.filter(|rest| rest.is_empty() || rest.starts_with('?')) {
            query.append_pair("token", &made.token).append_pair("type", link_type(purpose));
            let (start, sep) = (self.external.as_str(), if carried.is_empty() { "?" } else { "&" });
            return format!("{start}{}{carried}{sep}{}", redirect::CONFIRM, query.finish());
        }
        query.append_pair("token", &made.token).append_pair("type", link_type(purpose)).append_pair("redirect_to", redirect_to);
        format!("{}/auth/v1/verify?{}", self.external, query.finish())
    }

    /// Refuses a mail to an address that got one of the kind a moment ago or many in this hour, whoever it belongs to.
    pub(crate) fn mail_may_go(&self, conn: &mut Conn, kind: &str, to: &str) -> Result<()> {
        let (auth, code) = (&self.settings.auth, AuthCode::OverEmailSendRateLimit);
        super::limits::interval(conn, self.now, &format!("mail-{kind}"), to, auth.email_interval, code)?;
        super::limits::per_hour(conn, self.now, "mails", to, auth.emails_per_hour, code)?;
        self.stranger_may_go_on(conn, "mails-from", code)
    }

    /// Refuses a client that asked for too much in this hour.
    pub(crate) fn stranger_may_go_on(&self, conn: &mut Conn, what: &str, code: AuthCode) -> Result<()> {
        let from = net_of(&self.client.address);
        super::limits::per_hour(conn, self.now, what, &from, self.settings.auth.signups_per_hour, code)
    }
}

/// Does something and takes it back.
fn undone(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<()>) -> Result<()> {
    conn.batch_execute("savepoint undone").translate()?;
    let done = work(conn);
    conn.batch_execute("rollback to savepoint undone; release savepoint undone").translate()?;
    done
}

/// What a link's `type` is.
pub(crate) fn link_type(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::EmailChangeCurrent | Purpose::EmailChangeNew => "email_change",
        other => other.as_str(),
    }
}

fn letter_kind(purpose: Purpose) -> LetterKind {
    match purpose {
        Purpose::Signup => LetterKind::Signup,
        Purpose::Invite => LetterKind::Invite,
        Purpose::MagicLink => LetterKind::MagicLink,
        Purpose::Recovery => LetterKind::Recovery,
        Purpose::EmailChangeCurrent => LetterKind::EmailChangeCurrent,
        Purpose::EmailChangeNew => LetterKind::EmailChangeNew,
        Purpose::Reauthentication => LetterKind::Reauthentication,
    }
}

/// An address as users are known by it.
///
/// # Errors
/// [`AuthCode::ValidationFailed`] for what is none.
pub(crate) fn address(email: &str) -> Result<String> {
    let email = passwords::normal_email(email);
    if passwords::is_email(&email) {
        return Ok(email);
    }
    Err(Error::auth(AuthCode::ValidationFailed, "Unable to validate email address: invalid format"))
}

/// The language that a client asks for first, as a BCP 47 tag.
pub(crate) fn first_language(languages: &str) -> Option<String> {
    let tag = languages.split([',', ';']).next()?.trim();
    let sound = (2..=35).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    sound.then(|| tag.to_owned())
}

/// Lays changes over metadata; null takes a key away.
pub(crate) fn merge(metadata: &mut Map<String, Value>, changes: Map<String, Value>) {
    for (name, value) in changes {
        if value.is_null() {
            metadata.shift_remove(&name);
        } else {
            metadata.insert(name, value);
        }
    }
}

/// The largest metadata of a user. Bytes.
const MAX_METADATA: usize = 64 << 10;

/// Metadata as text.
///
/// # Errors
/// [`AuthCode::ValidationFailed`] if it is too large.
pub(crate) fn metadata_text(metadata: Map<String, Value>) -> Result<String> {
    let text = Value::Object(metadata).to_string();
    if text.len() > MAX_METADATA {
        return Err(Error::auth(AuthCode::ValidationFailed, "a user's metadata has at most 64 kB"));
    }
    Ok(text)
}

/// The session and the user of a token.
pub(crate) fn signed_in(conn: &mut Conn, user: UserId, session: tenon_model::SessionId) -> Result<(UserRow, SessionRow)> {
    let session = SessionRow::by_id(conn, &session.to_string())?;
    let user = UserRow::by_id(conn, &user.to_string())?;
    if session.user_id != user.id || user.deleted_at.is_some() {
        return Err(Error::auth(AuthCode::SessionNotFound, "Session from session_id claim in JWT does not exist"));
    }
    Ok((user, session))
}
