//! Users as GoTrue writes them, many at once.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Map, Value, json};
use tenon_model::Result;

use crate::{
    database::{Conn, Translate},
    identity::{identities::IdentityRow, users::UserRow},
    system::schema::{_tenon_factors as factors, _tenon_identities as identities},
};

type Factor = (String, String, String, String, Option<String>, String, String);

/// A user with identities and factors.
pub(super) fn to_json(conn: &mut Conn, row: &UserRow) -> Result<Value> {
    Ok(all_to_json(conn, std::slice::from_ref(row))?.pop().unwrap_or_default())
}

/// Users with identities and factors, in two queries.
pub(super) fn all_to_json(conn: &mut Conn, rows: &[UserRow]) -> Result<Vec<Value>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let known: Vec<IdentityRow> = identities::table
        .filter(identities::user_id.eq_any(&ids))
        .order((identities::created_at, identities::id))
        .select(IdentityRow::as_select())
        .load(conn)
        .translate()?;
    let second: Vec<Factor> = factors::table
        .filter(factors::user_id.eq_any(&ids))
        .order((factors::created_at, factors::id))
        .select((
            factors::user_id,
            factors::id,
            factors::kind,
            factors::status,
            factors::friendly_name,
            factors::created_at,
            factors::updated_at,
        ))
        .load(conn)
        .translate()?;
    let mut by_user: HashMap<String, (Vec<Value>, Vec<Value>)> = HashMap::new();
    for identity in &known {
        by_user.entry(identity.user_id.clone()).or_default().0.push(identity.to_json());
    }
    for (user, id, kind, status, name, created, updated) in second {
        by_user.entry(user).or_default().1.push(json!({
            "id": id, "status": status, "friendly_name": name, "factor_type": kind, "created_at": created, "updated_at": updated,
        }));
    }
    Ok(rows.iter().map(|row| shape(row, by_user.remove(&row.id).unwrap_or_default())).collect())
}

fn shape(row: &UserRow, (identities, factors): (Vec<Value>, Vec<Value>)) -> Value {
    let mut user = Map::new();
    let mut put = |name: &str, value: Value| drop(user.insert(name.to_owned(), value));
    put("id", json!(row.id));
    put("aud", json!("authenticated"));
    put("role", json!(row.role));
    put("email", json!(row.email.as_deref().unwrap_or_default()));
    put("phone", json!(row.phone.as_deref().unwrap_or_default()));
    put("app_metadata", Value::Object(row.app_metadata()));
    put("user_metadata", Value::Object(row.user_metadata()));
    put("identities", Value::Array(identities));
    if !factors.is_empty() {
        put("factors", Value::Array(factors));
    }
    put("is_anonymous", json!(row.is_anonymous != 0));
    let optional = [
        ("email_confirmed_at", &row.email_confirmed_at),
        ("phone_confirmed_at", &row.phone_confirmed_at),
        ("confirmed_at", row.email_confirmed_at.as_ref().map_or(&row.phone_confirmed_at, |_| &row.email_confirmed_at)),
        ("confirmation_sent_at", &row.confirmation_sent_at),
        ("recovery_sent_at", &row.recovery_sent_at),
        ("reauthentication_sent_at", &row.reauthentication_sent_at),
        ("invited_at", &row.invited_at),
        ("new_email", &row.new_email),
        ("email_change_sent_at", &row.email_change_sent_at),
        ("last_sign_in_at", &row.last_sign_in_at),
        ("banned_until", &row.banned_until),
        ("deleted_at", &row.deleted_at),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            put(name, json!(value));
        }
    }
    put("created_at", json!(row.created_at));
    put("updated_at", json!(row.updated_at));
    Value::Object(user)
}
