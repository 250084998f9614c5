//! Sessions of the application's users, and the tokens that they go by.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use tenon_model::{Aal, AuthCode, Error, Result, SessionId, UserId};
use uuid::Uuid;

use super::{refresh::refresh_token, tokens, users::UserRow};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    settings::AuthSettings,
    system::schema::_tenon_sessions as sessions,
};

/// A session without another end: the last second of the year 9999.
const NEVER: i64 = 253_402_300_799;

/// A session as the database has it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sessions)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct SessionRow {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) kind: String,
    pub(crate) token_hash: Option<String>,
    pub(crate) aal: String,
    pub(crate) amr: String,
    pub(crate) refresh_counter: i64,
    pub(crate) created_at: i64,
    pub(crate) refreshed_at_ms: i64,
    pub(crate) expires_at: i64,
    pub(crate) address: Option<String>,
    pub(crate) user_agent: Option<String>,
}

/// A session that was begun or went on; [`Engine::tokens`] makes its tokens.
#[derive(Clone, Debug)]
pub struct Begun {
    pub(crate) session: SessionRow,
    pub(crate) user: UserRow,
    user_json: Value,
}

/// A session with its tokens.
#[derive(Clone, Debug)]
pub struct Session {
    /// What clients get, in GoTrue's shape.
    pub json: Value,
    /// The access token.
    pub access_token: String,
    /// The refresh token.
    pub refresh_token: String,
    /// When the access token ends. Seconds since 1970.
    pub expires_at: i64,
    /// Seconds that the access token lasts.
    pub expires_in: u32,
    /// Whose it is.
    pub user: UserId,
    /// Which it is.
    pub session: SessionId,
}

impl Begun {
    /// A session that goes on.
    pub(super) fn new(session: SessionRow, user: UserRow, user_json: Value) -> Self {
        Self { session, user, user_json }
    }
}

impl SessionRow {
    /// The session of this id, whatever its kind.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`].
    pub(crate) fn by_id(conn: &mut Conn, id: &str) -> Result<Self> {
        let own = sessions::table.filter(sessions::id.eq(id)).select(Self::as_select());
        let gone = || Error::auth(AuthCode::SessionNotFound, "Session from session_id claim in JWT does not exist");
        own.first(conn).optional().translate()?.ok_or_else(gone)
    }

    /// As [`Self::by_id`], for a change: until the unit of work ends, nobody else changes it.
    ///
    /// # Errors
    /// [`AuthCode::SessionNotFound`].
    pub(crate) fn held(conn: &mut Conn, id: &str) -> Result<Self> {
        if let Conn::Postgres(pg) = conn {
            let hold = diesel::sql_query("select 1 from _tenon_sessions where id = $1 for update");
            hold.bind::<diesel::sql_types::Text, _>(id).execute(pg).translate()?;
        }
        Self::by_id(conn, id)
    }

    pub(crate) fn insert(&self, conn: &mut Conn) -> Result<()> {
        diesel::insert_into(sessions::table).values(self).execute(conn).map(drop).translate()
    }

    pub(crate) fn save(&self, conn: &mut Conn) -> Result<()> {
        diesel::update(sessions::table.filter(sessions::id.eq(&self.id))).set(self).execute(conn).map(drop).translate()
    }

    /// Whether its time is up by the limits that now hold.
    pub(crate) fn is_over(&self, settings: &AuthSettings, now: Timestamp) -> bool {
        let (lifetime, idle) = (i64::from(settings.session_lifetime), i64::from(settings.session_inactivity));
        self.expires_at <= now.as_second()
            || (lifetime > 0 && self.created_at + lifetime <= now.as_second())
            || (idle > 0 && self.refreshed_at_ms / 1000 + idle <= now.as_second())
    }

    fn add_method(&mut self, method: &str, now: Timestamp) {
        let mut amr: Vec<Value> = serde_json::from_str(&self.amr).unwrap_or_default();
        amr.retain(|entry| entry["method"] != method);
        amr.insert(0, json!({ "method": method, "timestamp": now.as_second() }));
        self.amr = Value::from(amr).to_string();
    }
}

/// Begins a session for a user who just proved who they are, unless they are banned.
///
/// # Errors
/// [`AuthCode::UserBanned`].
pub(crate) fn begin(
    conn: &mut Conn,
    now: Timestamp,
    settings: &AuthSettings,
    user: &mut UserRow,
    method: &str,
    client: &Client,
) -> Result<Begun> {
    refuse_banned(user, now)?;
    if settings.single_session {
        let others = sessions::table.filter(sessions::user_id.eq(&user.id)).filter(sessions::kind.eq("app"));
        diesel::delete(others).execute(conn).translate()?;
    }
    let lifetime = i64::from(settings.session_lifetime);
    let mut session = SessionRow {
        id: Uuid::new_v4().to_string(),
        user_id: user.id.clone(),
        kind: "app".into(),
        token_hash: None,
        aal: Aal::Aal1.as_str().into(),
        amr: "[]".into(),
        refresh_counter: 0,
        created_at: now.as_second(),
        refreshed_at_ms: now.as_millisecond(),
        expires_at: if lifetime > 0 { now.as_second() + lifetime } else { NEVER },
        address: Some(client.address.clone()),
        user_agent: Some(client.user_agent.chars().take(400).collect()),
    };
    session.add_method(method, now);
    session.insert(conn)?;
    user.last_sign_in_at = Some(super::precise(now));
    user.save(conn, now)?;
    let user_json = super::users::to_json(conn, user)?;
    let details = json!({ "method": method, "session_id": session.id });
    Entry::new(&Actor::user(user), "user.signed_in", client).on_user(user).details(details).append(conn, now)?;
    Ok(Begun { session, user: user.clone(), user_json })
}

/// As [`begin`], for somebody who proved elsewhere what `aal` and `amr` say.
///
/// # Errors
/// [`AuthCode::UserBanned`].
pub(crate) fn begin_as(
    conn: &mut Conn,
    now: Timestamp,
    settings: &AuthSettings,
    user: &mut UserRow,
    aal: &str,
    amr: &str,
    client: &Client,
) -> Result<Begun> {
    let mut begun = begin(conn, now, settings, user, &latest_method(amr), client)?;
    aal.clone_into(&mut begun.session.aal);
    amr.clone_into(&mut begun.session.amr);
    begun.session.save(conn)?;
    Ok(begun)
}

/// The last method that an `amr` names.
pub(crate) fn latest_method(amr: &str) -> String {
    let methods: Vec<Value> = serde_json::from_str(amr).unwrap_or_default();
    methods.first().and_then(|entry| entry["method"].as_str()).unwrap_or("otp").to_owned()
}

/// Notes that a session's user proved who they are by one more method, a second factor. The refresh tokens before are void.
///
/// # Errors
/// [`AuthCode::SessionNotFound`]; [`AuthCode::UserBanned`].
pub(crate) fn raise(
    conn: &mut Conn,
    now: Timestamp,
    session: SessionId,
    user: &UserRow,
    method: &str,
    client: &Client,
) -> Result<Begun> {
    refuse_banned(user, now)?;
    let mut row = SessionRow::held(conn, &session.to_string())?;
    if row.user_id != user.id {
        return Err(Error::auth(AuthCode::SessionNotFound, "Session does not belong to this user"));
    }
    row.add_method(method, now);
    row.aal = Aal::Aal2.as_str().into();
    // By two: the token before gets no answer for a moment, as it would after a refresh, because whoever has a copy of it
    // has not proved the second factor.
    row.refresh_counter += 2;
    row.refreshed_at_ms = now.as_millisecond();
    row.save(conn)?;
    let user_json = super::users::to_json(conn, user)?;
    let details = json!({ "method": method, "session_id": row.id });
    Entry::new(&Actor::user(user), "user.second_factor_verified", client).on_user(user).details(details).append(conn, now)?;
    Ok(Begun { session: row, user: user.clone(), user_json })
}

fn refuse_banned(user: &UserRow, now: Timestamp) -> Result<()> {
    if user.is_banned(now) { Err(Error::auth(AuthCode::UserBanned, "User is banned")) } else { Ok(()) }
}

impl Engine {
    /// Where the instance is reached from outside, without a slash at its end. Never taken from a request.
    #[must_use]
    pub fn external_url(&self) -> String {
        super::redirect::external(&self.settings().auth, self.config()).to_owned()
    }

    /// Signs a session's tokens.
    pub(crate) fn tokens(&self, begun: Begun) -> Result<Session> {
        let (now, settings) = (self.now(), self.settings());
        let expires_in = settings.auth.access_token_lifetime;
        let Begun { session, user, user_json } = begun;
        let issuer = format!("{}/auth/v1", self.external_url());
        let mut claims = tokens::claims(&session, &user, &issuer, now, expires_in);
        super::claims::add(&mut claims, &settings.auth.custom_claims, &user);
        let access_token = self.key_ring().with_signers(|signers| signers.sign(&claims))?;
        let id = Uuid::parse_str(&session.id).map_err(Error::internal)?;
        let refresh_token = refresh_token(&self.key_ring().token_secret(), id, session.refresh_counter)?;
        let expires_at = now.as_second() + i64::from(expires_in);
        let json = json!({
            "access_token": access_token,
            "token_type": "bearer",
            "expires_in": expires_in,
            "expires_at": expires_at,
            "refresh_token": refresh_token,
            "user": user_json,
        });
        let user = user.user_id()?;
        Ok(Session { json, access_token, refresh_token, expires_at, expires_in, user, session: SessionId(id) })
    }
}
