//! The user behind a request, and the session they make it in.

use std::sync::Arc;

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;
use tenon_model::{Aal, AuthCode, Caller, Claims, Error, Result, Role, SessionId, UserId};

use super::users::UserRow;
use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_sessions as sessions,
};

/// What a user's token says: whose it is, and of which session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed {
    pub(super) user: UserId,
    pub(super) session: SessionId,
}

/// The user and the session as the database has them.
#[derive(Debug)]
pub(super) struct Asker {
    pub(super) user: UserRow,
    pub(super) session: SessionId,
    pub(super) aal: Aal,
}

impl Signed {
    /// # Errors
    /// [`AuthCode::NoAuthorization`] if no user asks; [`AuthCode::SessionNotFound`] for a token without a session.
    pub(super) fn of(caller: &Caller) -> Result<Self> {
        let Caller::Api { user: Some(user), claims, .. } = caller else {
            return Err(Error::auth(AuthCode::NoAuthorization, "This endpoint requires a signed-in user"));
        };
        let session = claims.as_ref().and_then(|claims| claims.session).ok_or_else(gone)?;
        Ok(Self { user: *user, session })
    }

    /// As [`Self::load_any`], but refuses users who have not said who they are.
    ///
    /// # Errors
    /// As [`Self::load_any`]; [`AuthCode::NoAuthorization`].
    pub(super) fn load(self, conn: &mut Conn, now: Timestamp) -> Result<Asker> {
        let asker = self.load_any(conn, now)?;
        if asker.user.is_anonymous != 0 {
            return Err(Error::auth(AuthCode::NoAuthorization, "Anonymous users cannot do this"));
        }
        Ok(asker)
    }

    /// Looks the user and the session up; the session may have ended, or its level may have changed, since the token was made.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`]; [`AuthCode::UserNotFound`]; [`AuthCode::UserBanned`].
    pub(super) fn load_any(self, conn: &mut Conn, now: Timestamp) -> Result<Asker> {
        let own = sessions::table
            .filter(sessions::id.eq(self.session.to_string()))
            .filter(sessions::user_id.eq(self.user.to_string()))
            .filter(sessions::expires_at.gt(now.as_second()));
        let aal: Option<String> = own.select(sessions::aal).first(conn).optional().translate()?;
        let aal = if aal.ok_or_else(gone)? == Aal::Aal2.as_str() { Aal::Aal2 } else { Aal::Aal1 };
        let user = UserRow::by_id(conn, &self.user.to_string())?;
        if user.deleted_at.is_some() {
            return Err(Error::auth(AuthCode::UserNotFound, "User not found"));
        }
        if user.is_banned(now) {
            return Err(Error::auth(AuthCode::UserBanned, "User is banned"));
        }
        Ok(Asker { user, session: self.session, aal })
    }
}

/// A user as the caller of a session of theirs.
pub(super) fn caller(user: UserId, session: SessionId, aal: Aal, email: Option<String>) -> Caller {
    let all = json!({ "sub": user, "session_id": session, "aal": aal.as_str(), "role": "authenticated" });
    let claims = Claims { session: Some(session), aal, email, all };
    Caller::Api { role: Role::Authenticated, user: Some(user), claims: Some(Arc::new(claims)) }
}

impl Asker {
    /// Refuses a session of one factor if the user has a second one.
    ///
    /// # Errors
    /// [`AuthCode::InsufficientAal`].
    pub(super) fn require_second_if(&self, has_second: bool, to: &str) -> Result<()> {
        if has_second && self.aal != Aal::Aal2 {
            return Err(Error::auth(AuthCode::InsufficientAal, format!("AAL2 required to {to}")));
        }
        Ok(())
    }
}

fn gone() -> Error {
    Error::auth(AuthCode::SessionNotFound, "Session from session_id claim in JWT does not exist")
}
