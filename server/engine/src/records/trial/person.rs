//! For whom an expression is tried.

use std::sync::Arc;

use diesel::prelude::*;
use tenon_model::{Aal, Caller, Claims, Code, Error, Ident, Result, Role, UserId};
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
                let caller = signed_in(UserId(id), Role::Authenticated, None, serde_json::json!({}));
                return Ok((caller, "somebody who has just signed up".to_owned()));
            }
            _ => {}
        }
        if let Some(own) = self.schema().own_roles().find(|own| own.role.as_str() == name) {
            let caller = signed_in(UserId(Uuid::new_v4()), own.role.clone(), None, serde_json::json!({}));
            return Ok((caller, format!("somebody with the role {name}")));
        }
        let wanted = name.to_lowercase();
        let row = self.database().read(move |conn| match Uuid::parse_str(&wanted) {
            Ok(id) => UserRow::by_id(conn, &id.to_string()).map(Some),
            Err(_) => UserRow::by_email(conn, &wanted),
        });
        let row = row.await.ok().flatten().ok_or_else(|| Error::new(Code::NotFound, format!("There is no user \"{name}\".")))?;
        let label = row.email.clone().unwrap_or_else(|| row.id.clone());
        let metadata = serde_json::json!({ "app_metadata": row.app_metadata(), "user_metadata": row.user_metadata() });
        Ok((signed_in(row.user_id()?, role(&row.role), row.email, metadata), label))
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

/// The role that a user's token carries. None carries the secret key's.
fn role(name: &str) -> Role {
    match Ident::new(name).map(Role::from) {
        Ok(role @ Role::Named(_)) => role,
        _ => Role::Authenticated,
    }
}

/// A user, as by a token of theirs.
fn signed_in(user: UserId, role: Role, email: Option<String>, metadata: serde_json::Value) -> Caller {
    let mut all = serde_json::json!({
        "sub": user.0, "aud": "authenticated", "role": role, "aal": "aal1", "is_anonymous": false,
        "email": email.as_deref().unwrap_or_default(), "phone": "", "app_metadata": {}, "user_metadata": {},
    });
    if let (Some(all), serde_json::Value::Object(more)) = (all.as_object_mut(), metadata) {
        all.extend(more);
    }
    let claims = Claims { session: None, aal: Aal::Aal1, email, all };
    Caller::Api { role, user: Some(user), claims: Some(Arc::new(claims)) }
}
