//! What users see and change of themselves.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tenon_model::{Aal, AuthCode, Error, Result, SessionId, UserId};

use super::{Challenge, Way, Work, address, mails, merge, metadata_text, signed_in, verify};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::{
        app_sessions::SessionRow,
        check_password_rules, limits,
        one_time::Purpose,
        users::{self, UserRow},
    },
    system::schema::{_tenon_factors as factors, _tenon_sessions as sessions},
};

/// A session younger than this proves enough for a new password. Seconds.
const FRESH: i64 = 24 * 3600;
/// The most changes of address that a user may ask for in an hour.
const ADDRESS_CHANGES: u32 = 20;

/// What a user changes of themselves.
#[derive(Clone, Default)]
pub struct UserChange {
    /// A new address.
    pub email: Option<String>,
    /// A new password.
    pub password: Option<String>,
    /// The password until now, where the application asks for it.
    pub current_password: Option<String>,
    /// The code of [`Engine::send_reauthentication`].
    pub nonce: Option<String>,
    /// What they say about themselves; null takes a key away.
    pub data: Option<Map<String, Value>>,
}

/// A change that is checked.
struct Checked {
    email: Option<String>,
    hash: Option<String>,
    nonce: Option<String>,
    data: Option<Map<String, Value>>,
    aal: Aal,
}

impl Engine {
    /// The signed-in user as GoTrue writes them.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`] for a session that has ended, [`AuthCode::UserNotFound`].
    pub async fn user(&self, user: UserId, session: SessionId) -> Result<Value> {
        self.database()
            .read(move |conn| {
                let (user, _) = signed_in(conn, user, session)?;
                users::to_json(conn, &user)
            })
            .await
    }

    /// Changes what a signed-in user is known by; answers the user as they then are.
    ///
    /// # Errors
    /// [`AuthCode::WeakPassword`], [`AuthCode::SamePassword`], [`AuthCode::InvalidCredentials`] for a wrong password until now,
    /// [`AuthCode::ReauthenticationNeeded`], [`AuthCode::ReauthenticationNotValid`], [`AuthCode::EmailExists`],
    /// [`AuthCode::InsufficientAal`], [`AuthCode::OverEmailSendRateLimit`].
    #[allow(clippy::too_many_arguments, reason = "who asks, what for, and from where")]
    pub async fn change_user(
        &self,
        user: UserId,
        session: SessionId,
        aal: Aal,
        change: UserChange,
        redirect_to: Option<String>,
        challenge: Option<Challenge>,
        client: &Client,
    ) -> Result<Value> {
        let (work, way) = (self.work(client), self.way(redirect_to.as_deref(), challenge));
        let before = self.database().read(move |conn| signed_in(conn, user, session).map(|(user, _)| user)).await?;
        let email = change.email.as_deref().map(address).transpose()?.filter(|new| before.email.as_ref() != Some(new));
        let hash = match change.password {
            Some(password) => Some(self.new_password(&work, &before, password, change.current_password).await?),
            None => None,
        };
        let checked = Checked { email, hash, nonce: change.nonce, data: change.data, aal };
        let unit = move |conn: &mut Conn| change_user(conn, &work, &way, user, session, &checked);
        let changed = self.database().write(unit).await??;
        Ok(changed)
    }

    async fn new_password(&self, work: &Work, user: &UserRow, password: String, current: Option<String>) -> Result<String> {
        if user.email.is_none() && user.phone.is_none() {
            let message = "Updating password of an anonymous user without an email or phone is not allowed";
            return Err(Error::auth(AuthCode::ValidationFailed, message));
        }
        check_password_rules(&work.settings.auth, &password)?;
        if let Some(current) = current
            && !self.password_hasher().verify(user.password_hash.clone(), current).await?
        {
            return Err(Error::auth(AuthCode::InvalidCredentials, "Current password is not right"));
        }
        if self.password_hasher().verify(user.password_hash.clone(), password.clone()).await? {
            return Err(Error::auth(AuthCode::SamePassword, "New password should be different from the old password."));
        }
        self.password_hasher().hash(password).await
    }
}

/// The inner result is the answer: a wrong code is counted, which has to be kept.
fn change_user(
    conn: &mut Conn,
    work: &Work,
    way: &Way,
    user: UserId,
    session: SessionId,
    change: &Checked,
) -> Result<Result<Value>> {
    let (user, session) = signed_in(conn, user, session)?;
    let mut user = UserRow::held(conn, &user.id)?;
    if change.email.is_some() || change.hash.is_some() {
        // The level of the session may be lower by now than that of the token.
        let aal = if session.aal == Aal::Aal2.as_str() { change.aal } else { Aal::Aal1 };
        require_aal(conn, &user, aal)?;
    }
    if let Some(new) = &change.email {
        // Counted, since the answer tells whose address it is.
        limits::per_hour(conn, work.now, "address-changes", &user.id, ADDRESS_CHANGES, AuthCode::OverEmailSendRateLimit)?;
        if UserRow::by_email(conn, new)?.is_some() {
            let message = "A user with this email address has already been registered";
            return Ok(Err(Error::auth(AuthCode::EmailExists, message)));
        }
    }
    if change.hash.is_some()
        && let Err(wrong) = reauthenticate(conn, work, &user, &session, change.nonce.as_deref())?
    {
        return Ok(Err(wrong));
    }
    let mut changed = Vec::new();
    if let Some(data) = &change.data {
        let mut metadata = user.user_metadata();
        merge(&mut metadata, data.clone());
        user.user_metadata = metadata_text(metadata)?;
        changed.push("metadata");
    }
    if let Some(hash) = &change.hash {
        user.password_hash = Some(hash.clone());
        let others = sessions::table.filter(sessions::user_id.eq(&user.id)).filter(sessions::id.ne(&session.id));
        diesel::delete(others).execute(conn).translate()?;
        changed.push("password");
    }
    user.save(conn, work.now)?;
    if let Some(email) = &change.email {
        begin_change_of_address(conn, work, way, &mut user, email)?;
        changed.push("email");
    }
    let json = users::to_json(conn, &user)?;
    let details = json!({ "changed": changed });
    Entry::new(&Actor::user(&user), "user.updated", &work.client).on_user(&user).details(details).append(conn, work.now)?;
    Ok(Ok(json))
}

/// Whoever has a second factor uses it before they change what they sign in with.
fn require_aal(conn: &mut Conn, user: &UserRow, aal: Aal) -> Result<()> {
    let verified = factors::table.filter(factors::user_id.eq(&user.id)).filter(factors::status.eq("verified"));
    let count: i64 = verified.count().get_result(conn).translate()?;
    if count > 0 && aal < Aal::Aal2 {
        let message = "AAL2 session is required to update email or password when MFA is enabled.";
        return Err(Error::auth(AuthCode::InsufficientAal, message));
    }
    Ok(())
}

/// Whether a session is young enough to prove what a new password takes.
pub(crate) fn is_fresh(session: &SessionRow, now: Timestamp) -> bool {
    session.created_at + FRESH > now.as_second()
}

fn reauthenticate(conn: &mut Conn, work: &Work, user: &UserRow, session: &SessionRow, nonce: Option<&str>) -> Result<Result<()>> {
    if !work.settings.auth.password_change_reauthenticates || is_fresh(session, work.now) {
        return Ok(Ok(()));
    }
    let Some(nonce) = nonce else {
        return Err(Error::auth(AuthCode::ReauthenticationNeeded, "Password update requires reauthentication"));
    };
    let taken = work.one_time.take_code(conn, work.now, &user.id, &[Purpose::Reauthentication], nonce)?;
    Ok(taken.map(drop).map_err(|_| Error::auth(AuthCode::ReauthenticationNotValid, "Verify token is not valid or has expired")))
}

fn begin_change_of_address(conn: &mut Conn, work: &Work, way: &Way, user: &mut UserRow, new: &str) -> Result<()> {
    if work.settings.auth.email_autoconfirm {
        return verify::set_address(conn, work, user, new);
    }
    work.mail_may_go(conn, "email-change", new)?;
    user.new_email = Some(new.to_owned());
    user.email_change_confirmed = None;
    user.save(conn, work.now)?;
    mails::send_email_change(conn, work, way, user)
}
