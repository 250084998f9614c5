//! What those who manage users do to their factors.

use diesel::prelude::*;
use serde_json::{Value, json};
use tenon_model::{Caller, Result, UserId};
use uuid::Uuid;

use super::{
    super::{asker::require_admin, users::UserRow},
    enrol,
    row::FactorRow,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Translate,
    system::schema::_tenon_passkeys as passkeys,
};

impl Engine {
    /// A user's second factors, as GoTrue writes them.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::NotAdmin`]; [`tenon_model::AuthCode::UserNotFound`].
    pub async fn factors_of(&self, caller: &Caller, user: UserId) -> Result<Vec<Value>> {
        require_admin(caller)?;
        self.database()
            .read(move |conn| {
                let user = UserRow::by_id(conn, &user.to_string())?;
                Ok(FactorRow::of(conn, &user.id)?.iter().map(FactorRow::to_json).collect())
            })
            .await
    }

    /// Removes a user's second factor. Gives it as it was.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::NotAdmin`]; [`tenon_model::AuthCode::MfaFactorNotFound`].
    pub async fn remove_factor_of(&self, caller: &Caller, client: &Client, user: UserId, factor: Uuid) -> Result<Value> {
        require_admin(caller)?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let user = UserRow::by_id(conn, &user.to_string())?;
                let row = FactorRow::find(conn, &user.id, factor)?;
                enrol::remove(conn, &row)?;
                let details = json!({ "factor": row.id, "kind": row.kind, "status": row.status });
                Entry::new(&actor, "user.factor_removed", &client).on_user(&user).details(details).append(conn, now)?;
                Ok(row.to_json())
            })
            .await
    }

    /// Removes all of a user's second factors, recovery codes and passkeys: for somebody who lost them all, or whose device
    /// is in wrong hands.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::NotAdmin`]; [`tenon_model::AuthCode::UserNotFound`].
    pub async fn reset_mfa(&self, caller: &Caller, client: &Client, user: UserId) -> Result<()> {
        require_admin(caller)?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let user = UserRow::by_id(conn, &user.to_string())?;
                let rows = FactorRow::of(conn, &user.id)?;
                for row in &rows {
                    enrol::remove(conn, row)?;
                }
                let own = passkeys::table.filter(passkeys::user_id.eq(&user.id));
                let keys = diesel::delete(own).execute(conn).translate()?;
                let details = json!({ "factors": rows.len(), "passkeys": keys });
                Entry::new(&actor, "user.mfa_reset", &client).on_user(&user).details(details).append(conn, now)
            })
            .await
    }
}
