//! A second factor as the database has it.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tenon_model::{AuthCode, Error, Result};
use uuid::Uuid;

use super::super::{precise, users::UserRow};
use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_factors as factors,
};

/// An unverified factor that is older than this makes way for a new one.
const UNVERIFIED: SignedDuration = SignedDuration::from_mins(5);

/// The kind of the factor that stands for a user's recovery codes.
pub(super) const RECOVERY: &str = "recovery_code";

/// A second factor as the database has it.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = factors)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct FactorRow {
    pub(super) id: String,
    pub(crate) user_id: String,
    /// totp, webauthn or `recovery_code`.
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) friendly_name: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) credential: Option<String>,
    pub(super) last_step: Option<i64>,
    pub(super) last_challenged_at: Option<String>,
    pub(super) created_at: String,
    pub(super) updated_at: String,
}

impl FactorRow {
    /// A new factor, not yet verified nor in the database.
    pub(super) fn new(user: &UserRow, kind: &str, friendly_name: Option<String>, now: Timestamp) -> Self {
        let at = precise(now);
        Self {
            id: Uuid::new_v4().to_string(),
            user_id: user.id.clone(),
            kind: kind.to_owned(),
            status: "unverified".into(),
            friendly_name,
            secret: None,
            credential: None,
            last_step: None,
            last_challenged_at: None,
            created_at: at.clone(),
            updated_at: at,
        }
    }

    pub(super) fn insert(&self, conn: &mut Conn) -> Result<()> {
        diesel::insert_into(factors::table).values(self).execute(conn).map(drop).translate()
    }

    pub(super) fn save(&mut self, conn: &mut Conn, now: Timestamp) -> Result<()> {
        self.updated_at = precise(now);
        diesel::update(factors::table.filter(factors::id.eq(&self.id))).set(&*self).execute(conn).map(drop).translate()
    }

    pub(super) fn delete(&self, conn: &mut Conn) -> Result<()> {
        diesel::delete(factors::table.filter(factors::id.eq(&self.id))).execute(conn).map(drop).translate()
    }

    /// A factor of a user.
    ///
    /// # Errors
    /// [`AuthCode::MfaFactorNotFound`].
    pub(super) fn find(conn: &mut Conn, user: &str, id: Uuid) -> Result<Self> {
        let own = factors::table.filter(factors::id.eq(id.to_string())).filter(factors::user_id.eq(user));
        own.select(Self::as_select()).first(conn).optional().translate()?.ok_or_else(not_found)
    }

    /// The factors of a user, oldest first.
    pub(crate) fn of(conn: &mut Conn, user: &str) -> Result<Vec<Self>> {
        let own = factors::table.filter(factors::user_id.eq(user)).order((factors::created_at, factors::id));
        own.select(Self::as_select()).load(conn).translate()
    }

    pub(super) fn is_verified(&self) -> bool {
        self.status == "verified"
    }

    /// The factor as GoTrue writes it.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({
            "id": self.id,
            "status": self.status,
            "friendly_name": self.friendly_name,
            "factor_type": self.kind,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "last_challenged_at": self.last_challenged_at,
        });
        if let Some(fields) = json.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        json
    }
}

/// Whether the user has a factor that is in force, and that proves by itself who they are: recovery codes only stand in for one.
pub(crate) fn has_verified(conn: &mut Conn, user: &str) -> Result<bool> {
    let own = factors::table.filter(factors::user_id.eq(user)).filter(factors::status.eq("verified"));
    diesel::select(diesel::dsl::exists(own.filter(factors::kind.ne(RECOVERY)))).get_result(conn).translate()
}

/// Removes the unverified factors of a user and kind.
pub(super) fn drop_unverified(conn: &mut Conn, user: &str, kind: &str) -> Result<()> {
    let own = factors::table.filter(factors::user_id.eq(user)).filter(factors::kind.eq(kind));
    diesel::delete(own.filter(factors::status.eq("unverified"))).execute(conn).map(drop).translate()
}

/// Removes the unverified factors of a user that nobody finished in time.
pub(super) fn drop_stale(conn: &mut Conn, user: &str, now: Timestamp) -> Result<()> {
    let before = now.checked_sub(UNVERIFIED).map_err(Error::internal)?;
    let own = factors::table.filter(factors::user_id.eq(user)).filter(factors::status.eq("unverified"));
    diesel::delete(own.filter(factors::created_at.lt(precise(before)))).execute(conn).map(drop).translate()
}

pub(super) fn not_found() -> Error {
    Error::auth(AuthCode::MfaFactorNotFound, "Factor not found")
}
