//! For whom an expression is tried.

use std::sync::Arc;

use diesel::prelude::*;
use tenon_model::{Aal, Caller, Claims, Code, Error, Result, Role, UserId};
use uuid::Uuid;

use crate::{
    Engine,
    database::{Conn, Translate},
    identity::users::UserRow,
    system::schema::_tenon_users as users,
};

/// So many people are suggested.
const MOST: i64 = 20;

impl Engine {
    /// The caller that a name stands for, and how a person reads it. Users are named by id or address.
    pub(super) async fn person(&self, name: &str) -> Result<(Caller, String)> {
        let name = name.trim();
        match name {
            "" | "anon" => return Ok((Caller::anon(), "the publishable key".to_owned())),
            "service_role" => return Ok((Caller::service(), "the secret key".to_owned())),
            "stranger" => {
                let id = Uuid::new_v4();
                return Ok((signed_in(UserId(id), None, serde_json::json!({})), "somebody who has just signed up".to_owned()));
            }
            _ => {}
        }
        let wanted = name.to_lowercase();
        let row = self.database().read(move |conn| match Uuid::parse_str(&wanted) {
            Ok(id) => UserRow::by_id(conn, &id.to_string()).map(Some),
            Err(_) => UserRow::by_email(conn, &wanted),
        });
        let row = row.await.ok().flatten().ok_or_else(|| Error::new(Code::NotFound, format!("There is no user \"{name}\".")))?;
        let label = row.email.clone().unwrap_or_else(|| row.id.clone());
        let metadata = serde_json::json!({ "app_metadata": row.app_metadata(), "user_metadata": row.user_metadata() });
        Ok((signed_in(row.user_id()?, row.email, metadata), label))
    }

    /// Addresses of users in which a text stands, for builders who choose for whom an expression is tried.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not build.
    pub async fn people(&self, caller: &Caller, text: &str) -> Result<Vec<String>> {
        if !caller.may_build() {
            return Err(Error::new(Code::Forbidden, "only builders look into expressions"));
        }
        let escaped = text.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = format!("%{escaped}%");
        let found = self.database().read(move |conn: &mut Conn| {
            let all = users::table.filter(users::deleted_at.is_null()).filter(users::email.like(pattern.clone()).escape('\\'));
            all.order(users::email).limit(MOST).select(users::email).load::<Option<String>>(conn).translate()
        });
        Ok(found.await?.into_iter().flatten().collect())
    }
}

/// A user, as by a token of theirs.
fn signed_in(user: UserId, email: Option<String>, metadata: serde_json::Value) -> Caller {
    let mut all = serde_json::json!({
        "sub": user.0, "aud": "authenticated", "role": "authenticated", "aal": "aal1", "is_anonymous": false,
        "email": email.as_deref().unwrap_or_default(), "phone": "", "app_metadata": {}, "user_metadata": {},
    });
    if let (Some(all), serde_json::Value::Object(more)) = (all.as_object_mut(), metadata) {
        all.extend(more);
    }
    let claims = Claims { session: None, aal: Aal::Aal1, email, all };
    Caller::Api { role: Role::Authenticated, user: Some(user), claims: Some(Arc::new(claims)) }
}
