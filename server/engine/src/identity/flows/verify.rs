//! What a mail carried comes back.

use serde_json::json;
use tenon_model::{AuthCode, Error, Result};

use super::Work;
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
    identity::{
        app_sessions::{self, Begun, Session},
        identities,
        one_time::{Purpose, Taken},
        passwords, precise,
        providers::exchange,
        throttle::Attempt,
        users::UserRow,
    },
};

/// What is verified, as clients name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyKind {
    /// A sign-up.
    Signup,
    /// An invitation.
    Invite,
    /// A link to sign in with.
    MagicLink,
    /// A way back in.
    Recovery,
    /// A change of address.
    EmailChange,
    /// Any code to sign in with.
    Email,
}

impl VerifyKind {
    /// The kind of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "signup" => Self::Signup,
            "invite" => Self::Invite,
            "magiclink" => Self::MagicLink,
            "recovery" => Self::Recovery,
            "email_change" => Self::EmailChange,
            "email" => Self::Email,
            _ => return None,
        })
    }

    fn purposes(self) -> &'static [Purpose] {
        match self {
            Self::Signup => &[Purpose::Signup],
            Self::Invite => &[Purpose::Invite],
            Self::MagicLink => &[Purpose::MagicLink, Purpose::Signup],
            Self::Recovery => &[Purpose::Recovery],
            Self::EmailChange => &[Purpose::EmailChangeNew, Purpose::EmailChangeCurrent],
            Self::Email => &[Purpose::MagicLink, Purpose::Signup, Purpose::Invite],
        }
    }
}

/// What came back.
#[derive(Clone)]
pub enum Proof {
    /// The token of a link.
    Link(String),
    /// The code, and the address that it was sent to.
    Code {
        /// The address.
        email: String,
        /// The code.
        code: String,
    },
}

/// What it came to.
#[derive(Debug)]
pub enum Verified {
    /// The user is signed in.
    Session(Box<Session>),
    /// The application fetches the session with this code.
    Code(String),
    /// The other address has to confirm the change, too.
    Half,
}

enum Outcome {
    Begun(Box<Begun>),
    Code(String),
    Half,
}

impl Engine {
    /// Takes what a mail carried and signs its user in.
    ///
    /// # Errors
    /// [`AuthCode::OtpExpired`] for anything that is not right, not any more, or not of this kind; [`AuthCode::UserBanned`];
    /// [`tenon_model::Code::Throttled`] after many wrong codes.
    pub async fn verify(&self, kind: VerifyKind, proof: Proof, client: &Client) -> Result<Verified> {
        self.verify_as(kind, proof, false, client).await
    }

    /// As [`Engine::verify`], for a link that a browser followed: a flow of PKCE goes on with a code.
    ///
    /// # Errors
    /// As [`Engine::verify`].
    pub async fn verify_link(&self, kind: VerifyKind, token: String, client: &Client) -> Result<Verified> {
        self.verify_as(kind, Proof::Link(token), true, client).await
    }

    async fn verify_as(&self, kind: VerifyKind, proof: Proof, in_browser: bool, client: &Client) -> Result<Verified> {
        let work = self.work(client);
        let unit = move |conn: &mut Conn| match take(conn, &work, kind, &proof)? {
            Ok(taken) => act(conn, &work, &taken, in_browser).map(Ok),
            Err(wrong) => Ok(Err(wrong)),
        };
        Ok(match self.database().write(unit).await?? {
            Outcome::Begun(begun) => Verified::Session(Box::new(self.tokens(*begun)?)),
            Outcome::Code(code) => Verified::Code(code),
            Outcome::Half => Verified::Half,
        })
    }
}

/// The inner result is the answer: a wrong code is counted, which has to be kept.
fn take(conn: &mut Conn, work: &Work, kind: VerifyKind, proof: &Proof) -> Result<Result<Taken>> {
    match proof {
        Proof::Link(token) => work.one_time.take_token(conn, work.now, token, kind.purposes()).map(Ok),
        Proof::Code { email, code } => {
            let email = passwords::normal_email(email);
            let user = match kind {
                VerifyKind::EmailChange => UserRow::by_changing_email(conn, &email)?,
                _ => UserRow::by_email(conn, &email)?,
            };
            let user = user.map_or_else(String::new, |user| user.id);
            let attempt = Attempt::mailed_code(&email, &work.client.address);
            attempt.begin(conn, work.now)?;
            let taken = work.one_time.take_code(conn, work.now, &user, kind.purposes(), code.trim())?;
            if taken.is_ok() {
                attempt.succeed(conn)?;
            }
            Ok(taken)
        }
    }
}

fn act(conn: &mut Conn, work: &Work, taken: &Taken, in_browser: bool) -> Result<Outcome> {
    let mut user = UserRow::held(conn, &taken.user_id)?;
    let method = match taken.purpose {
        Purpose::EmailChangeCurrent | Purpose::EmailChangeNew => {
            if !change_address(conn, work, &mut user, taken)? {
                return Ok(Outcome::Half);
            }
            "email_change"
        }
        Purpose::Recovery => "recovery",
        Purpose::Invite => "invite",
        Purpose::Signup | Purpose::MagicLink | Purpose::Reauthentication => "otp",
    };
    if user.email.as_deref() != Some(taken.email.as_str()) && method != "email_change" {
        return Err(Error::auth(AuthCode::OtpExpired, "Token has expired or is invalid"));
    }
    confirm(conn, work, &mut user, taken.purpose)?;
    match &taken.flow_id {
        Some(flow) if in_browser => exchange::issue_code(conn, work.now, flow, &user.id).map(Outcome::Code),
        _ => {
            let begun = app_sessions::begin(conn, work.now, &work.settings.auth, &mut user, method, &work.client)?;
            Ok(Outcome::Begun(Box::new(begun)))
        }
    }
}

/// Who answers from an address has it. Somebody else may have signed up with it before and hoped for this moment: only the
/// mail that a sign-up sends vouches for the password that came with the sign-up.
fn confirm(conn: &mut Conn, work: &Work, user: &mut UserRow, by: Purpose) -> Result<()> {
    if user.email_confirmed_at.is_some() {
        return Ok(());
    }
    if by != Purpose::Signup && user.confirmation_sent_at.is_some() {
        user.password_hash = None;
    }
    user.email_confirmed_at = Some(precise(work.now));
    let mut metadata = user.user_metadata();
    metadata.insert("email_verified".into(), true.into());
    user.user_metadata = super::metadata_text(metadata)?;
    user.save(conn, work.now)?;
    identities::add_email(conn, user, work.now)?;
    Entry::new(&Actor::user(user), "user.confirmed", &work.client).on_user(user).append(conn, work.now)
}

/// Changes the address, or (false) waits for the other one to confirm that, too.
fn change_address(conn: &mut Conn, work: &Work, user: &mut UserRow, taken: &Taken) -> Result<bool> {
    let gone = || Error::auth(AuthCode::OtpExpired, "Token has expired or is invalid");
    let new = user.new_email.clone().ok_or_else(gone)?;
    let side = if taken.purpose == Purpose::EmailChangeNew { "new" } else { "current" };
    let both = work.settings.auth.email_change_confirms_both && user.email.is_some();
    let other_side_did = user.email_change_confirmed.as_deref().is_some_and(|confirmed| confirmed != side);
    if both && !other_side_did {
        user.email_change_confirmed = Some(side.to_owned());
        user.save(conn, work.now)?;
        return Ok(false);
    }
    if UserRow::by_email(conn, &new)?.is_some_and(|other| other.id != user.id) {
        return Err(Error::auth(AuthCode::EmailExists, "A user with this email address has already been registered"));
    }
    set_address(conn, work, user, &new)?;
    Ok(true)
}

/// Puts a confirmed address in force.
pub(super) fn set_address(conn: &mut Conn, work: &Work, user: &mut UserRow, new: &str) -> Result<()> {
    let before = user.email.replace(new.to_owned());
    user.email_confirmed_at = Some(precise(work.now));
    user.new_email = None;
    user.email_change_confirmed = None;
    let mut metadata = user.user_metadata();
    metadata.insert("email".into(), new.into());
    metadata.insert("email_verified".into(), true.into());
    user.user_metadata = super::metadata_text(metadata)?;
    if user.is_anonymous != 0 {
        user.is_anonymous = 0;
        let mut app = user.app_metadata();
        app.insert("provider".into(), "email".into());
        app.insert("providers".into(), json!(["email"]));
        user.app_metadata = super::metadata_text(app)?;
    }
    user.save(conn, work.now)?;
    identities::add_email(conn, user, work.now)?;
    let details = json!({ "before": before });
    Entry::new(&Actor::user(user), "user.email_changed", &work.client).on_user(user).details(details).append(conn, work.now)
}
