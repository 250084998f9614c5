//! Beginning a session of the hosted pages, looking it up, ending it.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tenon_model::{Aal, AuthCode, Caller, Error, Result, SessionId, UserId};
use uuid::Uuid;

use super::super::{
    app_sessions::{Session, SessionRow},
    asker, factors,
    users::UserRow,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    settings::AuthSettings,
    system::schema::{_tenon_sessions as sessions, _tenon_users as users},
};

/// How long a session lasts without being used, if the settings do not say less. Seconds.
const LIFETIME: i64 = 30 * 24 * 3600;
/// A used session is noted as used once the last note is older than this. Milliseconds.
const NOTE_AFTER: i64 = 60_000;
/// What such sessions are called in the database.
pub(super) const KIND: &str = "hosted";

/// A new token of a session of the hosted pages. It is shown once; the database keeps its hash.
#[derive(Clone)]
pub struct NewHosted {
    /// What the cookie carries.
    pub token: String,
    /// Seconds until it ends by itself.
    pub max_age: u64,
    /// Whose it is.
    pub hosted: Hosted,
}

/// A session of the hosted pages.
#[derive(Clone, Debug)]
pub struct Hosted {
    /// Whose it is.
    pub user: UserId,
    /// Which it is.
    pub session: SessionId,
    /// How surely the user was identified.
    pub aal: Aal,
    /// The user's address.
    pub email: Option<String>,
    /// Whether the user has a second factor that they have not used yet in this session.
    pub wants_second: bool,
}

impl Hosted {
    /// The user as a caller of this session.
    #[must_use]
    pub fn caller(&self) -> Caller {
        asker::caller(self.user, self.session, self.aal, self.email.clone())
    }

    fn of(conn: &mut Conn, session: &SessionRow, user: &UserRow) -> Result<Self> {
        let aal = if session.aal == Aal::Aal2.as_str() { Aal::Aal2 } else { Aal::Aal1 };
        Ok(Self {
            user: user.user_id()?,
            session: SessionId(Uuid::parse_str(&session.id).map_err(Error::internal)?),
            aal,
            email: user.email.clone(),
            wants_second: aal == Aal::Aal1 && factors::has_verified(conn, &user.id)?,
        })
    }
}

/// What the database keeps of a token: a copy of the database opens no session.
fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

impl Engine {
    /// Makes a session that just began, or that just reached a higher level, one of the hosted pages, under a new token. A token
    /// from before means nothing any more, and neither do the tokens that the session had for the application.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`] if it ended meanwhile.
    pub async fn host(&self, session: &Session) -> Result<NewHosted> {
        let token = super::super::random_token()?;
        let (id, token_hash, now) = (session.session.to_string(), hash(&token), self.now());
        let hosted = self
            .database()
            .write(move |conn| {
                let mut row = SessionRow::by_id(conn, &id)?;
                if row.kind != KIND && row.kind != "app" {
                    return Err(Error::auth(AuthCode::SessionNotFound, "This session belongs elsewhere"));
                }
                KIND.clone_into(&mut row.kind);
                row.token_hash = Some(token_hash.clone());
                row.expires_at = row.expires_at.min(now.as_second() + LIFETIME);
                row.save(conn)?;
                let user = UserRow::by_id(conn, &row.user_id)?;
                Hosted::of(conn, &row, &user)
            })
            .await?;
        Ok(NewHosted { token, max_age: LIFETIME.unsigned_abs(), hosted })
    }

    /// The session of a cookie, if it is one that still runs.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn hosted(&self, token: &str) -> Result<Option<Hosted>> {
        if token.len() > 128 {
            return Ok(None);
        }
        let (hash, now, settings) = (hash(token), self.now(), self.settings());
        let found = self.database().read(move |conn| find(conn, &hash, now, &settings.auth)).await?;
        let Some((row, hosted)) = found else { return Ok(None) };
        if row.refreshed_at_ms + NOTE_AFTER < now.as_millisecond() {
            let lifetime = i64::from(self.settings().auth.session_lifetime);
            let end = if lifetime > 0 { row.created_at + lifetime } else { i64::MAX };
            let change =
                (sessions::refreshed_at_ms.eq(now.as_millisecond()), sessions::expires_at.eq(end.min(now.as_second() + LIFETIME)));
            let note = move |conn: &mut Conn| {
                diesel::update(sessions::table.filter(sessions::id.eq(&row.id))).set(change).execute(conn).map(drop).translate()
            };
            self.database().write(note).await?;
        }
        Ok(Some(hosted))
    }

    /// Ends the session of a cookie. One that is unknown is ended already.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn end_hosted(&self, token: &str, client: &Client) -> Result<()> {
        let (hash, now, client) = (hash(token), self.now(), client.clone());
        let settings = self.settings();
        self.database()
            .write(move |conn| {
                let Some((row, _)) = find(conn, &hash, now, &settings.auth)? else { return Ok(()) };
                diesel::delete(sessions::table.filter(sessions::id.eq(&row.id))).execute(conn).translate()?;
                let user = UserRow::by_id(conn, &row.user_id)?;
                let details = json!({ "scope": "local", "session_id": row.id });
                Entry::new(&Actor::user(&user), "user.signed_out", &client).on_user(&user).details(details).append(conn, now)
            })
            .await
    }
}

fn find(conn: &mut Conn, hash: &str, now: Timestamp, settings: &AuthSettings) -> Result<Option<(SessionRow, Hosted)>> {
    let own = sessions::table
        .inner_join(users::table)
        .filter(sessions::token_hash.eq(hash))
        .filter(sessions::kind.eq(KIND))
        .filter(users::deleted_at.is_null())
        .select((SessionRow::as_select(), UserRow::as_select()));
    let Some((row, user)) = own.first::<(SessionRow, UserRow)>(conn).optional().translate()? else { return Ok(None) };
    if row.is_over(settings, now) || user.is_banned(now) {
        return Ok(None);
    }
    let hosted = Hosted::of(conn, &row, &user)?;
    Ok(Some((row, hosted)))
}
