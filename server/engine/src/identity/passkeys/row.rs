//! A passkey as the database has it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::prelude::*;
use jiff::Timestamp;
use tenon_model::{AuthCode, Error, Result};
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use super::{super::precise, PasskeyInfo};
use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_passkeys as passkeys,
};

/// A passkey as the database has it.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = passkeys)]
#[diesel(treat_none_as_null = true)]
pub(super) struct PasskeyRow {
    pub(super) id: String,
    pub(super) user_id: String,
    /// In base64url.
    credential_id: String,
    credential: String,
    pub(super) friendly_name: Option<String>,
    created_at: String,
    pub(super) last_used_at: Option<String>,
}

impl PasskeyRow {
    /// A new passkey, not yet in the database.
    pub(super) fn new(user: &str, key: &Passkey, now: Timestamp) -> Result<Self> {
        Ok(Self {
            id: Uuid::new_v4().to_string(),
            user_id: user.to_owned(),
            credential_id: URL_SAFE_NO_PAD.encode(key.cred_id()),
            credential: serde_json::to_string(key).map_err(Error::internal)?,
            friendly_name: None,
            created_at: precise(now),
            last_used_at: None,
        })
    }

    /// Adds it.
    ///
    /// # Errors
    /// [`AuthCode::WebauthnCredentialExists`] if it is somebody's already.
    pub(super) fn insert(&self, conn: &mut Conn) -> Result<()> {
        let same = passkeys::table.filter(passkeys::credential_id.eq(&self.credential_id));
        let known: i64 = same.count().get_result(conn).translate()?;
        if known > 0 {
            return Err(Error::auth(AuthCode::WebauthnCredentialExists, "This credential is already registered"));
        }
        diesel::insert_into(passkeys::table).values(self).execute(conn).map(drop).translate()
    }

    pub(super) fn save(&self, conn: &mut Conn) -> Result<()> {
        diesel::update(passkeys::table.filter(passkeys::id.eq(&self.id))).set(self).execute(conn).map(drop).translate()
    }

    pub(super) fn delete(&self, conn: &mut Conn) -> Result<()> {
        diesel::delete(passkeys::table.filter(passkeys::id.eq(&self.id))).execute(conn).map(drop).translate()
    }

    /// The passkeys of a user, oldest first.
    pub(super) fn of(conn: &mut Conn, user: &str) -> Result<Vec<Self>> {
        let own = passkeys::table.filter(passkeys::user_id.eq(user)).order((passkeys::created_at, passkeys::id));
        own.select(Self::as_select()).load(conn).translate()
    }

    /// A passkey of a user.
    ///
    /// # Errors
    /// [`AuthCode::PasskeyNotFound`].
    pub(super) fn find(conn: &mut Conn, user: &str, id: Uuid) -> Result<Self> {
        let own = passkeys::table.filter(passkeys::id.eq(id.to_string())).filter(passkeys::user_id.eq(user));
        let gone = || Error::auth(AuthCode::PasskeyNotFound, "Passkey not found");
        own.select(Self::as_select()).first(conn).optional().translate()?.ok_or_else(gone)
    }

    /// The passkey of a user with this credential.
    pub(super) fn by_credential(conn: &mut Conn, user: &str, credential: &[u8]) -> Result<Option<Self>> {
        let own = passkeys::table.filter(passkeys::credential_id.eq(URL_SAFE_NO_PAD.encode(credential)));
        own.filter(passkeys::user_id.eq(user)).select(Self::as_select()).first(conn).optional().translate()
    }

    pub(super) fn key(&self) -> Result<Passkey> {
        serde_json::from_str(&self.credential).map_err(Error::internal)
    }

    pub(super) fn set_key(&mut self, key: &Passkey) -> Result<()> {
        self.credential = serde_json::to_string(key).map_err(Error::internal)?;
        Ok(())
    }

    pub(super) fn info(self) -> PasskeyInfo {
        PasskeyInfo { id: self.id, friendly_name: self.friendly_name, created_at: self.created_at, last_used_at: self.last_used_at }
    }
}
