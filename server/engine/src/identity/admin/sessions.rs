//! Where a user is signed in.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;
use tenon_model::{AuthCode, Caller, Error, Result, SessionId, UserId};

use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::{self, users::UserRow},
    system::schema::_tenon_sessions as sessions,
};

/// A session of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSession {
    /// Its id.
    pub id: String,
    /// `studio`, `hosted` or `app`.
    pub kind: String,
    /// How surely the user was identified.
    pub aal: String,
    /// When it began, in RFC 3339, UTC.
    pub created_at: String,
    /// When it was last refreshed.
    pub used_at: String,
    /// The address of the net it began from.
    pub address: Option<String>,
    /// The program it began with.
    pub user_agent: Option<String>,
}

type Row = (String, String, String, i64, i64, Option<String>, Option<String>);

/// The sessions of a user that still run, latest first.
pub(in crate::identity) fn of(conn: &mut Conn, user: &str, now: Timestamp) -> Result<Vec<UserSession>> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::expires_at.gt(now.as_second()))
        .order((sessions::refreshed_at_ms.desc(), sessions::id))
        .limit(500)
        .select((
            sessions::id,
            sessions::kind,
            sessions::aal,
            sessions::created_at,
            sessions::refreshed_at_ms,
            sessions::address,
            sessions::user_agent,
        ))
        .load(conn)
        .translate()?;
    Ok(rows.into_iter().map(session).collect())
}

fn session((id, kind, aal, created, used, address, user_agent): Row) -> UserSession {
    let moment = |at: Result<Timestamp, jiff::Error>| at.map(identity::moment).unwrap_or_default();
    UserSession {
        id,
        kind,
        aal,
        created_at: moment(Timestamp::from_second(created)),
        used_at: moment(Timestamp::from_millisecond(used)),
        address,
        user_agent,
    }
}

impl Engine {
    /// Ends a session of a user, or all of them.
    ///
    /// # Errors
    /// [`AuthCode::UserNotFound`], [`AuthCode::SessionNotFound`]; unless the caller may manage the user.
    pub async fn sign_user_out(&self, caller: &Caller, client: &Client, user: UserId, session: Option<SessionId>) -> Result<()> {
        super::require_admin(caller)?;
        let (caller, client, now) = (caller.clone(), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let row = UserRow::held(conn, &user.to_string())?;
                super::may_change(&caller, &row)?;
                let own = sessions::table.filter(sessions::user_id.eq(&row.id));
                let ended = match session {
                    None => diesel::delete(own).execute(conn).translate()?,
                    Some(session) => {
                        match diesel::delete(own.filter(sessions::id.eq(session.to_string()))).execute(conn).translate()? {
                            0 => return Err(Error::auth(AuthCode::SessionNotFound, "There is no such session")),
                            ended => ended,
                        }
                    }
                };
                let details = json!({ "sessions": ended });
                Entry::new(&Actor::of(&caller), "user.sessions_ended", &client).on_user(&row).details(details).append(conn, now)
            })
            .await
    }
}
