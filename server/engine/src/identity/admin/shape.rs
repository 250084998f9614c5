//! Many users at once as GoTrue writes them.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::Value;
use tenon_model::Result;

use crate::{
    database::{Conn, Translate},
    identity::{factors::FactorRow, identities::IdentityRow, users::UserRow},
    system::schema::{_tenon_factors as factors, _tenon_identities as identities},
};

/// Users with identities and factors, in two queries.
pub(super) fn all_to_json(conn: &mut Conn, rows: &[UserRow]) -> Result<Vec<Value>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let known = identities::table.filter(identities::user_id.eq_any(&ids)).order((identities::created_at, identities::id));
    let known: Vec<IdentityRow> = known.select(IdentityRow::as_select()).load(conn).translate()?;
    let second = factors::table.filter(factors::user_id.eq_any(&ids)).order((factors::created_at, factors::id));
    let second: Vec<FactorRow> = second.select(FactorRow::as_select()).load(conn).translate()?;
    let mut known_by = grouped(known.iter().map(|identity| (identity.user_id.as_str(), identity.to_json())));
    let mut factors_of = grouped(second.iter().map(|factor| (factor.user_id.as_str(), factor.to_json())));
    let shape = |row: &UserRow| {
        let mut user = row.plain_json(known_by.remove(row.id.as_str()).unwrap_or_default());
        if let Some(factors) = factors_of.remove(row.id.as_str()) {
            user["factors"] = Value::Array(factors);
        }
        user
    };
    Ok(rows.iter().map(shape).collect())
}

fn grouped<'a>(all: impl Iterator<Item = (&'a str, Value)>) -> HashMap<&'a str, Vec<Value>> {
    let mut groups: HashMap<&str, Vec<Value>> = HashMap::new();
    for (user, json) in all {
        groups.entry(user).or_default().push(json);
    }
    groups
}
