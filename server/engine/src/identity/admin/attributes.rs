//! What is set of a user by those who manage them.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tenon_model::{AuthCode, Error, Ident, Result, Role, Schema};
use uuid::Uuid;

use super::duration::banned_until;
use crate::identity::{self, flows, passwords, users::UserRow};

/// What is set of a user, under GoTrue's names. What is absent or null stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UserAttributes {
    /// The id of a new user.
    pub id: Option<Uuid>,
    /// Their address.
    pub email: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their password.
    pub password: Option<String>,
    /// The hash of their password, Argon2id (a PHC string) or bcrypt.
    pub password_hash: Option<String>,
    /// Whether the address counts as confirmed.
    pub email_confirm: Option<bool>,
    /// Whether the phone number counts as confirmed.
    pub phone_confirm: Option<bool>,
    /// What the user keeps about themselves; merged, null removes a key.
    pub user_metadata: Option<Map<String, Value>>,
    /// What the application keeps about the user; merged, null removes a key.
    pub app_metadata: Option<Map<String, Value>>,
    /// The role in tokens: `authenticated`, `service_role`, or one of the application's own.
    pub role: Option<String>,
    /// How long the user is shut out, `24h`; `none` lets them in.
    pub ban_duration: Option<String>,
}

impl UserAttributes {
    /// The attributes with everything checked that needs no database, and what is written in its usual form.
    pub(super) fn checked(mut self, schema: &Schema) -> Result<Self> {
        self.email = self.email.as_deref().filter(|text| !text.trim().is_empty()).map(email).transpose()?;
        self.phone = self.phone.as_deref().filter(|text| !text.trim().is_empty()).map(phone).transpose()?;
        self.password = self.password.filter(|text| !text.is_empty());
        self.password_hash = self.password_hash.filter(|text| !text.is_empty());
        self.role = self.role.filter(|text| !text.is_empty());
        if self.password.is_some() && self.password_hash.is_some() {
            return Err(refused("Only a password or a password hash should be provided"));
        }
        if let Some(hash) = &self.password_hash {
            identity::check_hash(hash)?;
        }
        if let Some(name) = &self.role {
            let role = Ident::new(name).map(Role::from).map_err(|_| refused("a user's role is the name of a role"))?;
            if role == Role::Anon {
                return Err(refused("a user's role is authenticated, service_role or one of the application's own"));
            }
            schema.require_role(&role).map_err(|error| refused(&error.message))?;
        }
        Ok(self)
    }

    /// Sets everything but the password, and tells what changed. Conflicts with other users are not looked at.
    pub(super) fn apply(&self, row: &mut UserRow, now: Timestamp) -> Result<Vec<&'static str>> {
        let before = row.clone();
        let at = identity::precise(now);
        if let Some(email) = &self.email {
            row.email = Some(email.clone());
            row.is_anonymous = 0;
        }
        if let Some(phone) = &self.phone {
            row.phone = Some(phone.clone());
            row.is_anonymous = 0;
        }
        if self.email_confirm == Some(true) && row.email.is_some() {
            row.email_confirmed_at.get_or_insert_with(|| at.clone());
        }
        if self.phone_confirm == Some(true) && row.phone.is_some() {
            row.phone_confirmed_at.get_or_insert_with(|| at.clone());
        }
        if let Some(role) = &self.role {
            row.role.clone_from(role);
        }
        if let Some(changes) = &self.user_metadata {
            row.user_metadata = merged(row.user_metadata(), changes)?;
        }
        if let Some(changes) = &self.app_metadata {
            row.app_metadata = merged(row.app_metadata(), changes)?;
        }
        if let Some(duration) = &self.ban_duration {
            row.banned_until = banned_until(duration, now)?.map(identity::precise);
        }
        Ok(changed(&before, row))
    }
}

/// Notes in the metadata by which ways a user is known.
pub(super) fn note_providers(row: &mut UserRow) {
    let mut metadata = row.app_metadata();
    let mut providers: Vec<String> =
        metadata.get("providers").and_then(|list| serde_json::from_value(list.clone()).ok()).unwrap_or_default();
    for (name, is_there) in [("email", row.email.is_some()), ("phone", row.phone.is_some())] {
        if is_there && !providers.iter().any(|known| known == name) {
            providers.push(name.to_owned());
        }
    }
    if let Some(first) = providers.first() {
        metadata.entry("provider").or_insert_with(|| json!(first));
        metadata.insert("providers".into(), json!(providers));
    }
    row.app_metadata = Value::Object(metadata).to_string();
}

fn changed(before: &UserRow, after: &UserRow) -> Vec<&'static str> {
    let all = [
        ("email", before.email != after.email),
        ("phone", before.phone != after.phone),
        ("email_confirmed", before.email_confirmed_at != after.email_confirmed_at),
        ("phone_confirmed", before.phone_confirmed_at != after.phone_confirmed_at),
        ("role", before.role != after.role),
        ("user_metadata", before.user_metadata != after.user_metadata),
        ("app_metadata", before.app_metadata != after.app_metadata),
        ("banned_until", before.banned_until != after.banned_until),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn merged(mut metadata: Map<String, Value>, changes: &Map<String, Value>) -> Result<String> {
    flows::merge(&mut metadata, changes.clone());
    flows::metadata_text(metadata)
}

fn email(text: &str) -> Result<String> {
    let email = passwords::normal_email(text);
    if passwords::is_email(&email) { Ok(email) } else { Err(refused("Unable to validate email address: invalid format")) }
}

/// The digits of a number in E.164's form, with or without the plus in front.
fn phone(text: &str) -> Result<String> {
    let digits: String = text.trim().trim_start_matches('+').chars().filter(|c| *c != ' ').collect();
    let is_valid = (2..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    if is_valid { Ok(digits) } else { Err(refused("Invalid phone number format (E.164 required)")) }
}

pub(super) fn refused(message: &str) -> Error {
    Error::auth(AuthCode::ValidationFailed, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_kept_as_digits() {
        assert_eq!(phone(" +49 30 123456").unwrap(), "4930123456");
        for bad in ["", "+", "0301", "12345678901234567", "+49-30", "abc"] {
            assert!(phone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn metadata_is_merged_and_null_removes() {
        let known = json!({ "a": 1, "b": { "c": 2 }, "d": 3 });
        let changes = json!({ "a": null, "b": { "e": 4 }, "f": 5, "g": null });
        let merged = merged(known.as_object().unwrap().clone(), changes.as_object().unwrap()).unwrap();
        assert_eq!(merged, r#"{"b":{"e":4},"d":3,"f":5}"#);
    }
}
