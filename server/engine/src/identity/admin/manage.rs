//! What owners alone do to users, and everything that there is to know of one.

use diesel::prelude::*;
use serde_json::json;
use tenon_model::{Caller, Code, Error, Result, StudioRole, UserId};

use super::{UserDetails, list, may_change, require_admin, require_owner, sessions};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::{
        self, accounts, factors,
        users::{self, UserRow},
    },
    system::schema::{_tenon_passkeys as passkeys, _tenon_recovery_codes as codes},
};

impl Engine {
    /// Everything about a user.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::UserNotFound`]; unless the caller may manage users.
    pub async fn user_details(&self, caller: &Caller, user: UserId) -> Result<UserDetails> {
        require_admin(caller)?;
        let now = self.now();
        self.database()
            .read(move |conn| {
                let row = UserRow::by_id(conn, &user.to_string())?;
                Ok(UserDetails {
                    summary: list::summary(&row, now)?,
                    json: users::to_json(conn, &row)?,
                    has_password: row.password_hash.is_some(),
                    passkeys: passkeys_of(conn, &row.id)?,
                    recovery_codes: recovery_codes_of(conn, &row.id)?,
                    sessions: sessions::of(conn, &row.id, now)?,
                })
            })
            .await
    }

    /// Gives a user a role in the Studio, or takes it; their sessions end.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own; [`Code::Dependent`] for the only owner; [`Code::InvalidRecord`] for a user
    /// without a confirmed address.
    pub async fn set_studio_role(&self, caller: &Caller, client: &Client, user: UserId, role: Option<StudioRole>) -> Result<()> {
        require_owner(caller)?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                identity::lock_identity(conn)?;
                let mut row = UserRow::held(conn, &user.to_string())?;
                if role != Some(StudioRole::Owner) {
                    accounts::keep_an_owner(conn, &row, now)?;
                }
                if role.is_some() && (row.email.is_none() || row.email_confirmed_at.is_none() || row.deleted_at.is_some()) {
                    return Err(Error::new(Code::InvalidRecord, "who works in the Studio has a confirmed address"));
                }
                row.studio_role = role.map(|role| role.as_str().to_owned());
                row.save(conn, now)?;
                identity::sessions::end_all(conn, &row.id)?;
                let details = json!({ "role": row.studio_role });
                Entry::new(&actor, "user.studio_role_set", &client).on_user(&row).details(details).append(conn, now)
            })
            .await
    }

    /// Takes a user's second factors and recovery codes, for somebody who lost them. Their sessions lose the level they gave.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::UserNotFound`]; [`tenon_model::AuthCode::NotAdmin`] for a program and somebody who works in the Studio.
    pub async fn reset_user_factors(&self, caller: &Caller, client: &Client, user: UserId) -> Result<()> {
        require_admin(caller)?;
        let (caller, client, now) = (caller.clone(), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let row = UserRow::held(conn, &user.to_string())?;
                may_change(&caller, &row)?;
                let taken = factors::remove_all(conn, &row.id)?;
                let details = json!({ "factors": taken });
                Entry::new(&Actor::of(&caller), "user.factors_reset", &client).on_user(&row).details(details).append(conn, now)
            })
            .await
    }
}

fn passkeys_of(conn: &mut Conn, user: &str) -> Result<Vec<(String, String)>> {
    let rows: Vec<(Option<String>, String)> = passkeys::table
        .filter(passkeys::user_id.eq(user))
        .order((passkeys::created_at, passkeys::id))
        .select((passkeys::friendly_name, passkeys::created_at))
        .load(conn)
        .translate()?;
    Ok(rows.into_iter().map(|(name, at)| (name.unwrap_or_else(|| "Passkey".to_owned()), at)).collect())
}

fn recovery_codes_of(conn: &mut Conn, user: &str) -> Result<i64> {
    codes::table.filter(codes::user_id.eq(user)).filter(codes::used_at.is_null()).count().get_result(conn).translate()
}
