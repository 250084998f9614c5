//! Which user somebody is whom a provider described.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use tenon_model::{AuthCode, Error, Result};

use super::profile::Profile;
use crate::{
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::{identities::IdentityRow, lock_identity, precise, users::UserRow},
    settings::AuthSettings,
    system::schema::{_tenon_identities as identities, _tenon_one_time_tokens as one_time, _tenon_sessions as sessions},
};

/// Somebody whom a provider described.
pub(super) struct Arrival<'a> {
    pub(super) provider: &'a str,
    pub(super) profile: &'a Profile,
    /// The user who asked for the identity to be linked to themselves.
    pub(super) link_to: Option<&'a str>,
}

/// The user: of the identity if it is known, else of the verified address, else a new one.
///
/// # Errors
/// [`AuthCode::SignupDisabled`]; [`AuthCode::IdentityAlreadyExists`] on linking what is linked; [`AuthCode::EmailExists`] where
/// the address is that of somebody who may open the Studio.
pub(super) fn settle(
    conn: &mut Conn,
    now: Timestamp,
    settings: &AuthSettings,
    arrival: &Arrival<'_>,
    client: &Client,
) -> Result<UserRow> {
    lock_identity(conn)?;
    let known = IdentityRow::find(conn, arrival.provider, &arrival.profile.subject)?;
    match (known, arrival.link_to) {
        (Some(known), None) => returning(conn, now, known, arrival),
        (Some(known), Some(user)) => {
            let whose =
                if known.user_id == user { "Identity is already linked" } else { "Identity is already linked to another user" };
            Err(Error::auth(AuthCode::IdentityAlreadyExists, whose))
        }
        (None, Some(user)) => {
            let user = present(UserRow::held(conn, user)?)?;
            link(conn, now, user, arrival, client)
        }
        (None, None) => match of_address(conn, arrival.profile)? {
            Some(user) => {
                let user = UserRow::held(conn, &user.id)?;
                by_address(conn, now, user, arrival, client)
            }
            None => sign_up(conn, now, settings, arrival, client),
        },
    }
}

fn returning(conn: &mut Conn, now: Timestamp, mut known: IdentityRow, arrival: &Arrival<'_>) -> Result<UserRow> {
    let mut user = present(UserRow::held(conn, &known.user_id)?)?;
    let mut data: serde_json::Map<String, Value> = serde_json::from_str(&known.identity_data).unwrap_or_default();
    data.extend(arrival.profile.data.clone());
    known.identity_data = Value::Object(data).to_string();
    known.email.clone_from(&arrival.profile.email);
    known.last_sign_in_at = Some(precise(now));
    known.updated_at = precise(now);
    known.save(conn)?;
    describe(conn, &mut user, arrival.profile)?;
    user.save(conn, now)?;
    Ok(user)
}

/// Whose address it is, if the provider verified it.
pub(super) fn of_address(conn: &mut Conn, profile: &Profile) -> Result<Option<UserRow>> {
    match &profile.email {
        Some(email) if profile.email_verified => UserRow::by_email(conn, email),
        _ => Ok(None),
    }
}

fn present(user: UserRow) -> Result<UserRow> {
    if user.deleted_at.is_some() { Err(Error::auth(AuthCode::UserNotFound, "User not found")) } else { Ok(user) }
}

fn by_address(conn: &mut Conn, now: Timestamp, mut user: UserRow, arrival: &Arrival<'_>, client: &Client) -> Result<UserRow> {
    if user.studio_role.is_some() {
        let message = "A user of the Studio has this address. Sign in as them and link the provider there.";
        return Err(Error::auth(AuthCode::EmailExists, message));
    }
    if user.email_confirmed_at.is_none() {
        claim(conn, &mut user)?;
        user.email_confirmed_at = Some(precise(now));
    }
    link(conn, now, user, arrival, client)
}

/// Makes a user's row that of whoever owns its address. Whoever made it may have been somebody else, who hoped that the owner
/// would come one day: so nothing stays that they could return with.
fn claim(conn: &mut Conn, user: &mut UserRow) -> Result<()> {
    user.password_hash = None;
    user.new_email = None;
    user.email_change_confirmed = None;
    if user.invited_at.is_none() {
        user.user_metadata = "{}".into();
    }
    diesel::delete(identities::table.filter(identities::user_id.eq(&user.id))).execute(conn).translate()?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(&user.id))).execute(conn).translate()?;
    diesel::delete(one_time::table.filter(one_time::user_id.eq(&user.id))).execute(conn).translate()?;
    Ok(())
}

fn link(conn: &mut Conn, now: Timestamp, mut user: UserRow, arrival: &Arrival<'_>, client: &Client) -> Result<UserRow> {
    if user.email.is_none() && of_address(conn, arrival.profile)?.is_none() {
        take_address(&mut user, arrival.profile, now);
    }
    user.is_anonymous = 0;
    attach(conn, now, &mut user, arrival)?;
    user.save(conn, now)?;
    entry("identity.linked", &user, arrival, client, conn, now)?;
    Ok(user)
}

fn sign_up(conn: &mut Conn, now: Timestamp, settings: &AuthSettings, arrival: &Arrival<'_>, client: &Client) -> Result<UserRow> {
    if !settings.allow_signup {
        return Err(Error::auth(AuthCode::SignupDisabled, "Signups not allowed for this instance"));
    }
    let mut user = UserRow::new(None, now);
    // An address that the provider did not verify stays with the identity: as the user's own it would keep its owner out.
    take_address(&mut user, arrival.profile, now);
    user.insert(conn)?;
    attach(conn, now, &mut user, arrival)?;
    user.save(conn, now)?;
    entry("user.signed_up", &user, arrival, client, conn, now)?;
    Ok(user)
}

fn take_address(user: &mut UserRow, profile: &Profile, now: Timestamp) {
    if profile.email_verified {
        user.email.clone_from(&profile.email);
        user.email_confirmed_at = Some(precise(now));
    }
}

fn attach(conn: &mut Conn, now: Timestamp, user: &mut UserRow, arrival: &Arrival<'_>) -> Result<()> {
    let data = Value::Object(arrival.profile.data.clone());
    IdentityRow::new(user, arrival.provider, &arrival.profile.subject, &data, now).insert(conn)?;
    describe(conn, user, arrival.profile)
}

/// Brings a user's metadata up to date with what the provider says and with their identities.
fn describe(conn: &mut Conn, user: &mut UserRow, profile: &Profile) -> Result<()> {
    let mut metadata = user.user_metadata();
    metadata.extend(profile.data.clone());
    user.user_metadata = Value::Object(metadata).to_string();
    name_providers(conn, user)
}

/// Writes down by which providers a user is known.
pub(super) fn name_providers(conn: &mut Conn, user: &mut UserRow) -> Result<()> {
    let mut metadata = user.app_metadata();
    let known: Vec<String> = IdentityRow::of(conn, &user.id)?.into_iter().map(|identity| identity.provider).collect();
    let before = metadata.get("providers").and_then(Value::as_array).cloned().unwrap_or_default();
    let before = before.iter().filter_map(Value::as_str).map(str::to_owned).filter(|name| known.contains(name));
    let mut providers: Vec<String> = before.collect();
    for name in known {
        if !providers.contains(&name) {
            providers.push(name);
        }
    }
    let first = metadata.get("provider").and_then(Value::as_str).filter(|first| providers.iter().any(|p| p == first));
    let first = first.map(str::to_owned).or_else(|| providers.first().cloned());
    metadata.insert("provider".into(), first.into());
    metadata.insert("providers".into(), providers.into());
    user.app_metadata = Value::Object(metadata).to_string();
    Ok(())
}

fn entry(
    action: &'static str,
    user: &UserRow,
    arrival: &Arrival<'_>,
    client: &Client,
    conn: &mut Conn,
    now: Timestamp,
) -> Result<()> {
    let details = json!({ "provider": arrival.provider, "provider_id": arrival.profile.subject });
    Entry::new(&Actor::user(user), action, client).on_user(user).details(details).append(conn, now)
}
