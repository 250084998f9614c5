//! Custom claims: what access tokens carry beyond the usual, by an SQL expression over the user's row.

mod eval;
mod parse;

use serde_json::{Map, Value};
use tenon_model::Result;

use super::users::UserRow;
use crate::settings::{CustomClaim, refused};

/// The columns of a user that an expression may speak of.
const COLUMNS: [&str; 12] = [
    "id",
    "role",
    "email",
    "email_confirmed_at",
    "phone",
    "is_anonymous",
    "app_metadata",
    "user_metadata",
    "created_at",
    "updated_at",
    "last_sign_in_at",
    "invited_at",
];

/// The claims that the instance itself sets.
const OWN: [&str; 16] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "role",
    "session_id",
    "aal",
    "amr",
    "email",
    "phone",
    "is_anonymous",
    "app_metadata",
    "user_metadata",
];

/// The most custom claims.
const MOST: usize = 50;

/// Whether every claim has a name of its own and an expression that can be understood.
///
/// # Errors
/// [`tenon_model::Code::InvalidRecord`] with the place in the expression.
pub(crate) fn check(claims: &[CustomClaim]) -> Result<()> {
    let wrong = |what: String| Err(refused("auth.custom_claims", &what));
    if claims.len() > MOST {
        return wrong(format!("there are at most {MOST}"));
    }
    for (n, claim) in claims.iter().enumerate() {
        let name = &claim.name;
        if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) {
            return wrong("a claim's name is one line of 1 to 100 characters".into());
        }
        if OWN.contains(&name.as_str()) {
            return wrong(format!("\"{name}\" is set by the instance itself"));
        }
        if claims[..n].iter().any(|other| other.name == *name) {
            return wrong(format!("\"{name}\" is there twice"));
        }
        if let Err(problem) = parse::parse(&claim.expression) {
            return wrong(format!("\"{name}\": {problem}"));
        }
    }
    Ok(())
}

/// Adds the custom claims to a token's. Those that are null are left out.
pub(super) fn add(claims: &mut Value, custom: &[CustomClaim], user: &UserRow) {
    if custom.is_empty() {
        return;
    }
    let row = row(user);
    for claim in custom {
        // They were checked when they were set.
        let Ok(expr) = parse::parse(&claim.expression) else { continue };
        let value = eval::eval(&expr, &row);
        if !value.is_null() && !OWN.contains(&claim.name.as_str()) {
            claims[claim.name.as_str()] = value;
        }
    }
}

fn row(user: &UserRow) -> Map<String, Value> {
    let mut row = Map::new();
    for (name, value) in [
        ("id", Some(&user.id)),
        ("role", Some(&user.role)),
        ("email", user.email.as_ref()),
        ("email_confirmed_at", user.email_confirmed_at.as_ref()),
        ("phone", user.phone.as_ref()),
        ("created_at", Some(&user.created_at)),
        ("updated_at", Some(&user.updated_at)),
        ("last_sign_in_at", user.last_sign_in_at.as_ref()),
        ("invited_at", user.invited_at.as_ref()),
    ] {
        row.insert(name.to_owned(), value.map_or(Value::Null, |text| Value::from(text.as_str())));
    }
    row.insert("is_anonymous".into(), (user.is_anonymous != 0).into());
    row.insert("app_metadata".into(), Value::Object(user.app_metadata()));
    row.insert("user_metadata".into(), Value::Object(user.user_metadata()));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(expression: &str) -> String {
        let row = serde_json::json!({
            "id": "7", "email": "ada@acme.com", "is_anonymous": false, "phone": null,
            "app_metadata": { "plan": "pro", "seats": 5, "tags": ["a", "b"] }, "user_metadata": {},
        });
        let Value::Object(row) = row else { panic!() };
        match parse::parse(expression) {
            Ok(expr) => eval::eval(&expr, &row).to_string(),
            Err(problem) => problem,
        }
    }

    #[test]
    fn expressions_mean_what_they_mean_in_sql() {
        for (expression, value) in [
            ("app_metadata ->> 'plan'", r#""pro""#),
            ("app_metadata -> 'tags' ->> 1", r#""b""#),
            ("app_metadata -> 'none' -> 'x'", "null"),
            ("(app_metadata ->> 'seats')::int > 3", "true"),
            ("(app_metadata ->> 'seats')::int + 2 * 3", "11"),
            ("email like '%@acme.com' and not is_anonymous", "true"),
            ("phone = 'x' or email is not null", "true"),
            ("phone = 'x'", "null"),
            ("phone in ('a', 'b')", "null"),
            ("coalesce(phone, 'none')", r#""none""#),
            ("case when email ilike '%ACME%' then 'staff' else 'guest' end", r#""staff""#),
            ("upper(split_part(email, '@', 1)) || '!'", r#""ADA!""#),
            ("jsonb_build_object('plan', app_metadata ->> 'plan', 'n', 1)", r#"{"plan":"pro","n":1}"#),
            ("app_metadata ? 'plan'", "true"),
            ("1 / 0", "null"),
            ("'it''s'", r#""it's""#),
        ] {
            assert_eq!(eval(expression), value, "{expression}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (expression, problem) in [
            ("plan", "there is no column plan"),
            ("pg_sleep(10)", "there is no function pg_sleep"),
            ("(select 1)", "this is not understood: (SELECT 1)"),
            ("email email", "something stands after the expression: email"),
            ("password_hash", "there is no column password_hash"),
        ] {
            assert_eq!(eval(expression), problem, "{expression}");
        }
        assert!(parse::parse(&"(".repeat(5000)).is_err());
    }
}
