//! A user as the database has it.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tenon_model::{AuthCode, Error, Result, UserId};
use uuid::Uuid;

use super::{factors::FactorRow, identities::IdentityRow};

use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_users as users,
};

/// A user as the database has it. Times are texts, RFC 3339 in UTC with six digits of a second.
#[derive(Clone, Debug, Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users)]
#[diesel(treat_none_as_null = true)]
pub(crate) struct UserRow {
    pub(crate) id: String,
    pub(crate) role: String,
    pub(crate) email: Option<String>,
    pub(crate) email_confirmed_at: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) phone_confirmed_at: Option<String>,
    pub(crate) password_hash: Option<String>,
    pub(crate) studio_role: Option<String>,
    pub(crate) is_anonymous: i64,
    pub(crate) app_metadata: String,
    pub(crate) user_metadata: String,
    pub(crate) new_email: Option<String>,
    pub(crate) email_change_confirmed: Option<String>,
    pub(crate) email_change_sent_at: Option<String>,
    pub(crate) invited_at: Option<String>,
    pub(crate) confirmation_sent_at: Option<String>,
    pub(crate) recovery_sent_at: Option<String>,
    pub(crate) reauthentication_sent_at: Option<String>,
    pub(crate) last_sign_in_at: Option<String>,
    pub(crate) banned_until: Option<String>,
    pub(crate) deleted_at: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

impl UserRow {
    /// A new user, not yet in the database.
    pub(crate) fn new(email: Option<String>, now: Timestamp) -> Self {
        let app_metadata = match email {
            Some(_) => json!({ "provider": "email", "providers": ["email"] }),
            None => json!({}),
        };
        Self {
            id: Uuid::new_v4().to_string(),
            role: "authenticated".into(),
            email,
            app_metadata: app_metadata.to_string(),
            user_metadata: "{}".into(),
            created_at: super::precise(now),
            updated_at: super::precise(now),
            ..Self::default()
        }
    }

    pub(crate) fn insert(&self, conn: &mut Conn) -> Result<()> {
        diesel::insert_into(users::table).values(self).execute(conn).map(drop).translate()
    }

    /// Writes every column.
    pub(crate) fn save(&mut self, conn: &mut Conn, now: Timestamp) -> Result<()> {
        self.updated_at = super::precise(now);
        let own = users::table.filter(users::id.eq(&self.id));
        match diesel::update(own).set(&*self).execute(conn).translate()? {
            0 => Err(not_found()),
            _ => Ok(()),
        }
    }

    /// The user of this address (lower-cased), unless deleted.
    pub(crate) fn by_email(conn: &mut Conn, email: &str) -> Result<Option<Self>> {
        let own = users::table.filter(users::email.eq(email)).filter(users::deleted_at.is_null());
        own.select(Self::as_select()).first(conn).optional().translate()
    }

    /// The user whose address is to change from or to this one.
    pub(crate) fn by_changing_email(conn: &mut Conn, email: &str) -> Result<Option<Self>> {
        let own = users::table
            .filter(users::email.eq(email).or(users::new_email.eq(email)))
            .filter(users::new_email.is_not_null())
            .filter(users::deleted_at.is_null());
        own.order(users::email_change_sent_at.desc()).select(Self::as_select()).first(conn).optional().translate()
    }

    /// The user of this id.
    ///
    /// # Errors
    /// [`AuthCode::UserNotFound`].
    pub(crate) fn by_id(conn: &mut Conn, id: &str) -> Result<Self> {
        let own = users::table.filter(users::id.eq(id));
        own.select(Self::as_select()).first(conn).optional().translate()?.ok_or_else(not_found)
    }

    /// As [`Self::by_id`], for a change: until the unit of work ends, nobody else changes them.
    pub(crate) fn held(conn: &mut Conn, id: &str) -> Result<Self> {
        if let Conn::Postgres(pg) = conn {
            let hold = diesel::sql_query("select 1 from _tenon_users where id = $1 for update");
            hold.bind::<diesel::sql_types::Text, _>(id).execute(pg).translate()?;
        }
        Self::by_id(conn, id)
    }

    /// The user's id.
    pub(crate) fn user_id(&self) -> Result<UserId> {
        Uuid::parse_str(&self.id).map(UserId).map_err(Error::internal)
    }

    /// Whether the user is shut out now.
    pub(crate) fn is_banned(&self, now: Timestamp) -> bool {
        self.banned_until.as_ref().is_some_and(|until| *until > super::precise(now))
    }

    /// What the application keeps about the user.
    pub(crate) fn app_metadata(&self) -> Map<String, Value> {
        serde_json::from_str(&self.app_metadata).unwrap_or_default()
    }

    /// What the user keeps about themselves.
    pub(crate) fn user_metadata(&self) -> Map<String, Value> {
        serde_json::from_str(&self.user_metadata).unwrap_or_default()
    }
}

fn not_found() -> Error {
    Error::auth(AuthCode::UserNotFound, "User not found")
}

/// The user as GoTrue writes them, with identities and factors.
pub(crate) fn to_json(conn: &mut Conn, row: &UserRow) -> Result<Value> {
    let identities = IdentityRow::of(conn, &row.id)?;
    let factors = FactorRow::of(conn, &row.id)?;
    let mut user = row.plain_json(identities.iter().map(IdentityRow::to_json).collect());
    if !factors.is_empty() {
        user["factors"] = factors.iter().map(FactorRow::to_json).collect();
    }
    Ok(user)
}

impl UserRow {
    /// The user as GoTrue writes them.
    pub(crate) fn plain_json(&self, identities: Vec<Value>) -> Value {
        let confirmed = match (&self.email_confirmed_at, &self.phone_confirmed_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.as_ref().or(b.as_ref()),
        };
        let identities = Value::Array(identities);
        let mut json = json!({
            "id": self.id,
            "aud": "authenticated",
            "role": self.role,
            "email": self.email.as_deref().unwrap_or(""),
            "phone": self.phone.as_deref().unwrap_or(""),
            "app_metadata": self.app_metadata(),
            "user_metadata": self.user_metadata(),
            "identities": identities,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "is_anonymous": self.is_anonymous != 0,
        });
        for (name, value) in [
            ("email_confirmed_at", &self.email_confirmed_at),
            ("phone_confirmed_at", &self.phone_confirmed_at),
            ("confirmation_sent_at", &self.confirmation_sent_at),
            ("recovery_sent_at", &self.recovery_sent_at),
            ("reauthentication_sent_at", &self.reauthentication_sent_at),
            ("invited_at", &self.invited_at),
            ("new_email", &self.new_email),
            ("email_change_sent_at", &self.email_change_sent_at),
            ("last_sign_in_at", &self.last_sign_in_at),
            ("banned_until", &self.banned_until),
            ("deleted_at", &self.deleted_at),
        ] {
            put(&mut json, name, value.as_ref());
        }
        put(&mut json, "confirmed_at", confirmed);
        json
    }
}

fn put(json: &mut Value, name: &str, value: Option<&String>) {
    if let Some(value) = value {
        json[name] = Value::from(value.as_str());
    }
}
