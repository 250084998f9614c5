//! How a user is known: by address, or by a provider's name for them.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use tenon_model::Result;
use uuid::Uuid;

use super::users::UserRow;
use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_identities as identities,
};

/// An identity as the database has it.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = identities)]
pub(crate) struct IdentityRow {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) provider: String,
    /// The provider's id of the user; for `email` the user's own id.
    pub(crate) provider_id: String,
    pub(crate) identity_data: String,
    pub(crate) email: Option<String>,
    pub(crate) last_sign_in_at: Option<String>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
}

impl IdentityRow {
    /// A new identity, not yet in the database.
    pub(crate) fn new(user: &UserRow, provider: &str, provider_id: &str, data: &Value, now: Timestamp) -> Self {
        let at = super::precise(now);
        Self {
            id: Uuid::new_v4().to_string(),
            user_id: user.id.clone(),
            provider: provider.to_owned(),
            provider_id: provider_id.to_owned(),
            identity_data: data.to_string(),
            email: data.get("email").and_then(Value::as_str).map(str::to_lowercase),
            last_sign_in_at: Some(at.clone()),
            created_at: at.clone(),
            updated_at: at,
        }
    }

    pub(crate) fn insert(&self, conn: &mut Conn) -> Result<()> {
        diesel::insert_into(identities::table).values(self).execute(conn).map(drop).translate()
    }

    pub(crate) fn save(&self, conn: &mut Conn) -> Result<()> {
        diesel::update(identities::table.filter(identities::id.eq(&self.id))).set(self).execute(conn).map(drop).translate()
    }

    /// The identities of a user, oldest first.
    pub(crate) fn of(conn: &mut Conn, user: &str) -> Result<Vec<Self>> {
        let own = identities::table.filter(identities::user_id.eq(user)).order((identities::created_at, identities::id));
        own.select(Self::as_select()).load(conn).translate()
    }

    /// The identity by which a provider knows somebody.
    pub(crate) fn find(conn: &mut Conn, provider: &str, provider_id: &str) -> Result<Option<Self>> {
        let own = identities::table.filter(identities::provider.eq(provider)).filter(identities::provider_id.eq(provider_id));
        own.select(Self::as_select()).first(conn).optional().translate()
    }

    /// The identity as GoTrue writes it.
    pub(crate) fn to_json(&self) -> Value {
        let data: Value = serde_json::from_str(&self.identity_data).unwrap_or_default();
        json!({
            "identity_id": self.id,
            "id": self.provider_id,
            "user_id": self.user_id,
            "identity_data": data,
            "provider": self.provider,
            "last_sign_in_at": self.last_sign_in_at,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "email": self.email,
        })
    }
}

/// Notes that a user is known by their address, as that address now is.
pub(crate) fn add_email(conn: &mut Conn, user: &UserRow, now: Timestamp) -> Result<()> {
    let verified = user.email_confirmed_at.is_some();
    let data = json!({ "sub": user.id, "email": user.email, "email_verified": verified, "phone_verified": false });
    match IdentityRow::find(conn, "email", &user.id)? {
        Some(mut known) => {
            known.identity_data = data.to_string();
            known.email.clone_from(&user.email);
            known.updated_at = super::precise(now);
            known.save(conn)
        }
        None => IdentityRow::new(user, "email", &user.id, &data, now).insert(conn),
    }
}

/// Notes that a user is known by their phone number, as that number now is.
pub(crate) fn add_phone(conn: &mut Conn, user: &UserRow, now: Timestamp) -> Result<()> {
    let verified = user.phone_confirmed_at.is_some();
    let data = json!({ "sub": user.id, "phone": user.phone, "email_verified": false, "phone_verified": verified });
    match IdentityRow::find(conn, "phone", &user.id)? {
        Some(mut known) => {
            known.identity_data = data.to_string();
            known.updated_at = super::precise(now);
            known.save(conn)
        }
        None => IdentityRow::new(user, "phone", &user.id, &data, now).insert(conn),
    }
}

/// Removes an identity.
pub(crate) fn remove(conn: &mut Conn, user: &str, id: &str) -> Result<usize> {
    let own = identities::table.filter(identities::id.eq(id)).filter(identities::user_id.eq(user));
    diesel::delete(own).execute(conn).translate()
}
