//! What those who manage users do to their factors.

use serde_json::{Value, json};
use tenon_model::{Caller, Result, UserId};
use uuid::Uuid;

use super::{
    super::{
        admin::{may_change, require_admin},
        users::UserRow,
    },
    enrol,
    row::FactorRow,
};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
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
        let (caller, client, now) = (caller.clone(), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let user = UserRow::held(conn, &user.to_string())?;
                may_change(&caller, &user)?;
                let row = FactorRow::find(conn, &user.id, factor)?;
                enrol::remove(conn, &row)?;
                let details = json!({ "factor": row.id, "kind": row.kind, "status": row.status });
                Entry::new(&Actor::of(&caller), "user.factor_removed", &client)
                    .on_user(&user)
                    .details(details)
                    .append(conn, now)?;
                Ok(row.to_json())
            })
            .await
    }
}

/// Removes all of a user's second factors, and the recovery codes with them. Gives how many factors there were.
pub(in crate::identity) fn remove_all(conn: &mut Conn, user: &str) -> Result<usize> {
    let rows = FactorRow::of(conn, user)?;
    rows.iter().try_for_each(|row| enrol::remove(conn, row))?;
    Ok(rows.len())
}
