//! Looking at passkeys, naming and removing them.

use serde_json::json;
use tenon_model::{Caller, Result, UserId};
use uuid::Uuid;

use super::{
    super::{
        admin::{may_change, require_admin},
        asker::Signed,
        factors::{self, friendly_name},
        users::UserRow,
    },
    PasskeyInfo,
    row::PasskeyRow,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
};

impl Engine {
    /// The signed-in user's passkeys.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::SessionNotFound`].
    pub async fn passkeys(&self, caller: &Caller) -> Result<Vec<PasskeyInfo>> {
        let (signed, now) = (Signed::of(caller)?, self.now());
        self.database()
            .read(move |conn| {
                let user = signed.load(conn, now)?.user;
                list(conn, &user.id)
            })
            .await
    }

    /// Names a passkey of the signed-in user.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::PasskeyNotFound`]; [`tenon_model::AuthCode::ValidationFailed`].
    pub async fn rename_passkey(&self, caller: &Caller, client: &Client, passkey: Uuid, name: String) -> Result<PasskeyInfo> {
        let name = friendly_name(Some(name))?;
        let signed = Signed::of(caller)?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let user = signed.load(conn, now)?.user;
                let mut row = PasskeyRow::find(conn, &user.id, passkey)?;
                row.friendly_name.clone_from(&name);
                row.save(conn)?;
                let details = json!({ "passkey": row.id, "name": row.friendly_name });
                Entry::new(&actor, "user.passkey_renamed", &client).on_user(&user).details(details).append(conn, now)?;
                Ok(row.info())
            })
            .await
    }

    /// Removes a passkey of the signed-in user.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::PasskeyNotFound`]; [`tenon_model::AuthCode::InsufficientAal`].
    pub async fn delete_passkey(&self, caller: &Caller, client: &Client, passkey: Uuid) -> Result<()> {
        let signed = Signed::of(caller)?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let asker = signed.load(conn, now)?;
                asker.require_second_if(factors::has_verified(conn, &asker.user.id)?, "remove a passkey")?;
                remove(conn, &asker.user, passkey)?;
                let entry = Entry::new(&actor, "user.passkey_removed", &client).on_user(&asker.user);
                entry.details(json!({ "passkey": passkey })).append(conn, now)
            })
            .await
    }

    /// A user's passkeys.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::NotAdmin`]; [`tenon_model::AuthCode::UserNotFound`].
    pub async fn passkeys_of(&self, caller: &Caller, user: UserId) -> Result<Vec<PasskeyInfo>> {
        require_admin(caller)?;
        self.database()
            .read(move |conn| {
                let user = UserRow::by_id(conn, &user.to_string())?;
                list(conn, &user.id)
            })
            .await
    }

    /// Removes a user's passkey.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::NotAdmin`]; [`tenon_model::AuthCode::PasskeyNotFound`].
    pub async fn remove_passkey_of(&self, caller: &Caller, client: &Client, user: UserId, passkey: Uuid) -> Result<()> {
        require_admin(caller)?;
        let (caller, client, now) = (caller.clone(), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let user = UserRow::held(conn, &user.to_string())?;
                may_change(&caller, &user)?;
                remove(conn, &user, passkey)?;
                let actor = Actor::of(&caller);
                let entry = Entry::new(&actor, "user.passkey_removed", &client).on_user(&user);
                entry.details(json!({ "passkey": passkey })).append(conn, now)
            })
            .await
    }
}

fn list(conn: &mut Conn, user: &str) -> Result<Vec<PasskeyInfo>> {
    Ok(PasskeyRow::of(conn, user)?.into_iter().map(PasskeyRow::info).collect())
}

fn remove(conn: &mut Conn, user: &UserRow, passkey: Uuid) -> Result<()> {
    PasskeyRow::find(conn, &user.id, passkey)?.delete(conn)
}
