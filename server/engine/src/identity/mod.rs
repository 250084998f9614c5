//! Who is asking: accounts of the Studio, their sessions, and the keys of programs.

mod accounts;
mod admin;
mod app_sessions;
mod asker;
mod captcha;
mod challenges;
pub(crate) mod claims;
mod factors;
pub mod flows;
mod hash_kinds;
pub mod hosted;
pub(crate) mod identities;
mod keys;
mod limits;
mod one_time;
mod passkeys;
mod password_rules;
mod passwords;
pub mod providers;
pub mod redirect;
mod refresh;
mod relying_party;
mod remembered;
mod sessions;
mod signing;
mod studio;
mod throttle;
mod tokens;
pub(crate) mod users;
mod view_as;

use serde::{Deserialize, Serialize};
use tenon_model::{Aal, Caller, Error, Result, Role, SessionId, StudioRole, UserId};

pub use self::{
    admin::{
        LinkRequest, UserAttributes, UserDetails, UserMail, UserPage, UserQuery, UserSession, UserSort, UserState, UserSummary,
    },
    app_sessions::{Begun, Session},
    factors::{FactorAnswer, NewFactor, NewRecoveryCodes, RecoveryCodesLeft, SignedAnswer},
    passkeys::PasskeyInfo,
    relying_party::{ClaimedParty, Origins},
    signing::{KeyStatus, SigningKeyInfo},
    view_as::Person,
};
pub(crate) use self::{
    keys::{KeyRing, load as load_keys},
    password_rules::check_password_rules,
    passwords::{PasswordHasher, check_hash, is_email, needs_rehash},
};
use crate::database::{Conn, Translate};

/// An account of the Studio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: UserId,
    /// Its address, lower-cased.
    pub email: String,
    /// What it may do.
    pub role: StudioRole,
    /// The application's role that it has as a user.
    pub acts_as: Role,
    /// When it was made, in RFC 3339, UTC.
    pub created_at: String,
    /// When it last signed in.
    pub last_sign_in_at: Option<String>,
}

impl Account {
    /// The account as a caller.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller::Studio { user: self.id, role: self.role, email: self.email.clone(), acts_as: self.acts_as.clone() }
    }
}

/// A new session. Its token is shown once; the database keeps its hash.
#[derive(Clone)]
pub struct NewSession {
    /// What the cookie carries.
    pub token: String,
    /// Whose it is.
    pub account: Account,
    /// Seconds until it ends by itself.
    pub max_age: u64,
    /// Whether a second factor comes before anything else.
    pub wants_second: bool,
}

/// A session of the Studio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudioSession {
    /// Whose it is.
    pub account: Account,
    /// Which it is.
    pub session: SessionId,
    /// How surely they were identified.
    pub aal: Aal,
    /// Whether they have a second factor that they have not used yet in this session.
    pub wants_second: bool,
}

/// The two keys of an instance.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keys {
    /// Role `anon`.
    pub publishable: String,
    /// Role `service_role`.
    pub secret: String,
}

/// One of the two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Role `anon`.
    Publishable,
    /// Role `service_role`.
    Secret,
}

/// Random bytes from the system.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

/// 256 random bits as text for cookies and headers.
pub(crate) fn random_token() -> Result<String> {
    use base64::Engine as _;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))
}

/// A moment in RFC 3339, whole seconds, UTC.
pub(crate) fn moment(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A moment in RFC 3339, six digits of a second, UTC: all as long, so that texts compare as times.
pub(crate) fn precise(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// Makes decisions like "is there an owner?" one at a time on PostgreSQL, too; SQLite has one writer anyway.
pub(crate) fn lock_identity(conn: &mut Conn) -> Result<()> {
    /// Any number that nothing else of Tenon's locks.
    const LOCK: &str = "select pg_advisory_xact_lock(8391274611203457)";
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(pg) => diesel::connection::SimpleConnection::batch_execute(pg, LOCK).translate(),
    }
}
