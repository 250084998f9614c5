//! What strangers may have sent to an address: a link and code to sign in, to recover, to confirm.

use serde_json::{Map, Value};
use tenon_model::{AuthCode, Error, Result, SessionId, UserId};

use super::{Challenge, Way, Work, address, sign_up, signed_in};
use crate::{
    Engine,
    audit::Client,
    database::Conn,
    identity::{one_time::Purpose, users::UserRow},
};

/// What is sent once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// The confirmation of a sign-up.
    Signup,
    /// The confirmation of a new address.
    EmailChange,
}

impl Engine {
    /// Sends a link and a code to sign in with; makes the user if need be and allowed. The answer is the same in any case.
    ///
    /// # Errors
    /// [`AuthCode::ValidationFailed`], [`AuthCode::EmailProviderDisabled`], [`AuthCode::OverEmailSendRateLimit`].
    pub async fn send_otp(
        &self,
        email: String,
        data: Map<String, Value>,
        create_user: bool,
        redirect_to: Option<String>,
        challenge: Option<Challenge>,
        client: &Client,
    ) -> Result<()> {
        let create = create_user && self.settings().auth.allow_signup;
        self.send_to("otp", email, redirect_to, challenge, client, move |conn, work, way, email| {
            let (mut user, purpose) = match UserRow::by_email(conn, email)? {
                // A password waits for its owner to confirm it, who need not be who asks now.
                Some(user) if user.email_confirmed_at.is_some() || user.password_hash.is_some() => (user, Purpose::MagicLink),
                Some(user) => (user, Purpose::Signup),
                None if create => {
                    let user = sign_up::make(conn, work, email, None, &data)?;
                    let confirmed = user.email_confirmed_at.is_some();
                    (user, if confirmed { Purpose::MagicLink } else { Purpose::Signup })
                }
                None => return work.pretend_to_send(conn, Purpose::MagicLink, email, way),
            };
            work.send(conn, &mut user, purpose, email, way).map(drop)
        })
        .await
    }

    /// Sends a link and a code to come back in with. The answer is the same in any case.
    ///
    /// # Errors
    /// As [`Engine::send_otp`].
    pub async fn send_recovery(
        &self,
        email: String,
        redirect_to: Option<String>,
        challenge: Option<Challenge>,
        client: &Client,
    ) -> Result<()> {
        self.send_to("recovery", email, redirect_to, challenge, client, |conn, work, way, email| {
            match UserRow::by_email(conn, email)? {
                Some(mut user) => work.send(conn, &mut user, Purpose::Recovery, email, way).map(drop),
                None => work.pretend_to_send(conn, Purpose::Recovery, email, way),
            }
        })
        .await
    }

    /// Sends a confirmation once more. The answer is the same in any case.
    ///
    /// # Errors
    /// As [`Engine::send_otp`].
    pub async fn resend(
        &self,
        what: Resend,
        email: String,
        redirect_to: Option<String>,
        challenge: Option<Challenge>,
        client: &Client,
    ) -> Result<()> {
        let kind = if what == Resend::Signup { "signup" } else { "email-change" };
        self.send_to(kind, email, redirect_to, challenge, client, move |conn, work, way, email| {
            match (what, UserRow::by_email(conn, email)?) {
                (Resend::Signup, Some(mut user)) if user.email_confirmed_at.is_none() => {
                    work.send(conn, &mut user, Purpose::Signup, email, way).map(drop)
                }
                (Resend::EmailChange, Some(mut user)) if user.new_email.is_some() => send_email_change(conn, work, way, &mut user),
                _ => work.pretend_to_send(conn, Purpose::Signup, email, way),
            }
        })
        .await
    }

    async fn send_to<F>(
        &self,
        kind: &'static str,
        email: String,
        redirect_to: Option<String>,
        challenge: Option<Challenge>,
        client: &Client,
        send: F,
    ) -> Result<()>
    where
        F: Fn(&mut Conn, &Work, &Way, &str) -> Result<()> + Send + 'static,
    {
        let (work, way) = (self.work(client), self.way(redirect_to.as_deref(), challenge));
        if !work.settings.auth.email_enabled {
            return Err(Error::auth(AuthCode::EmailProviderDisabled, "Email logins are disabled"));
        }
        let email = address(&email)?;
        self.database()
            .write(move |conn| {
                work.mail_may_go(conn, kind, &email)?;
                send(conn, &work, &way, &email)
            })
            .await?;
        Ok(())
    }

    /// Sends a signed-in user a code that lets them change their password.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`], [`AuthCode::OverEmailSendRateLimit`]; [`AuthCode::ValidationFailed`] without an address.
    pub async fn send_reauthentication(&self, user: UserId, session: SessionId, client: &Client) -> Result<()> {
        let (work, way) = (self.work(client), self.way(None, None));
        let send = move |conn: &mut Conn| {
            let (mut user, _) = signed_in(conn, user, session)?;
            let no_address =
                || Error::auth(AuthCode::ValidationFailed, "Reauthentication requires the user to have an email or a phone number");
            let email = user.email.clone().ok_or_else(no_address)?;
            work.mail_may_go(conn, "reauthentication", &email)?;
            work.send(conn, &mut user, Purpose::Reauthentication, &email, &way).map(drop)
        };
        self.database().write(send).await?;
        Ok(())
    }
}

/// Sends the confirmations that a change of address waits for.
pub(super) fn send_email_change(conn: &mut Conn, work: &Work, way: &Way, user: &mut UserRow) -> Result<()> {
    let Some(new) = user.new_email.clone() else { return Ok(()) };
    let current = user.email.clone().filter(|_| work.settings.auth.email_change_confirms_both);
    if let Some(current) = current
        && user.email_change_confirmed.as_deref() != Some("current")
    {
        work.send(conn, user, Purpose::EmailChangeCurrent, &current, way)?;
    }
    if user.email_change_confirmed.as_deref() != Some("new") {
        work.send(conn, user, Purpose::EmailChangeNew, &new, way)?;
    }
    Ok(())
}
