//! Making, changing and deleting users.

use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use tenon_model::{AuthCode, Caller, Code, Error, Result, UserId};

use super::{UserAttributes, attributes, may_change, require_admin};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::{
        self, accounts, identities, sessions,
        users::{self, UserRow},
    },
    system::schema::{
        _tenon_factors as factors, _tenon_flows as flows, _tenon_identities as known_by, _tenon_one_time_tokens as tokens,
        _tenon_passkeys as passkeys, _tenon_recovery_codes as codes, _tenon_users as all_users,
    },
};

impl Engine {
    /// Makes a user, and gives them as GoTrue writes them.
    ///
    /// # Errors
    /// [`AuthCode::ValidationFailed`], [`AuthCode::WeakPassword`], [`AuthCode::EmailExists`], [`AuthCode::PhoneExists`],
    /// [`AuthCode::Conflict`] for an id that is taken; unless the caller may manage users.
    pub async fn create_user(&self, caller: &Caller, client: &Client, attributes: UserAttributes) -> Result<Value> {
        require_admin(caller)?;
        let attributes = attributes.checked(&*self.refresh_schema().await?)?;
        if attributes.email.is_none() && attributes.phone.is_none() {
            return Err(attributes::refused("Cannot create a user without either an email or phone"));
        }
        let hash = self.hash_of(&attributes).await?;
        let (actor, client, now) = (Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let row = insert(conn, &attributes, hash.clone(), now)?;
                let made = users::to_json(conn, &row)?;
                Entry::new(&actor, "user.created", &client).on_user(&row).append(conn, now)?;
                Ok(made)
            })
            .await
    }

    /// A user as GoTrue writes them.
    ///
    /// # Errors
    /// [`AuthCode::UserNotFound`]; unless the caller may manage users.
    pub async fn user_json(&self, caller: &Caller, user: UserId) -> Result<Value> {
        require_admin(caller)?;
        self.database()
            .read(move |conn| {
                let row = UserRow::by_id(conn, &user.to_string())?;
                users::to_json(conn, &row)
            })
            .await
    }

    /// Changes a user. A new password and a ban end the user's sessions.
    ///
    /// # Errors
    /// As [`Engine::create_user`]; [`AuthCode::UserNotFound`]; [`AuthCode::NotAdmin`] for a program that would change somebody
    /// who works in the Studio; [`Code::Dependent`] for a ban of the only owner.
    pub async fn update_user(&self, caller: &Caller, client: &Client, user: UserId, attributes: UserAttributes) -> Result<Value> {
        require_admin(caller)?;
        let attributes = attributes.checked(&*self.refresh_schema().await?)?;
        let hash = self.hash_of(&attributes).await?;
        let (caller, client, now) = (caller.clone(), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let mut row = UserRow::held(conn, &user.to_string())?;
                may_change(&caller, &row)?;
                let changed = change(conn, &mut row, &attributes, hash.as_deref(), now)?;
                let json = users::to_json(conn, &row)?;
                let details = json!({ "changed": changed });
                Entry::new(&Actor::of(&caller), "user.updated", &client).on_user(&row).details(details).append(conn, now)?;
                Ok(json)
            })
            .await
    }

    /// Deletes a user, and gives them as they were. Softly, the id and the moments stay, and nothing that tells who it was.
    ///
    /// # Errors
    /// [`AuthCode::UserNotFound`]; [`AuthCode::NotAdmin`] as [`Engine::update_user`]; [`Code::Dependent`] for the only owner.
    pub async fn delete_user(&self, caller: &Caller, client: &Client, user: UserId, softly: bool) -> Result<Value> {
        require_admin(caller)?;
        let (caller, client, now) = (caller.clone(), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let mut row = UserRow::held(conn, &user.to_string())?;
                may_change(&caller, &row)?;
                accounts::keep_an_owner(conn, &row, now)?;
                let json = users::to_json(conn, &row)?;
                let was = row.clone();
                if softly { forget(conn, &mut row, now) } else { remove(conn, &row) }?;
                let details = json!({ "softly": softly });
                Entry::new(&Actor::of(&caller), "user.deleted", &client).on_user(&was).details(details).append(conn, now)?;
                Ok(json)
            })
            .await
    }

    /// The hash that the attributes give a user, if they do.
    async fn hash_of(&self, attributes: &UserAttributes) -> Result<Option<String>> {
        let Some(password) = attributes.password.clone() else {
            attributes.password_hash.iter().for_each(|hash| self.password_hasher().kinds().note(hash));
            return Ok(attributes.password_hash.clone());
        };
        identity::check_password_rules(&self.settings().auth, &password)?;
        self.password_hasher().hash(password).await.map(Some)
    }
}

pub(super) fn insert(conn: &mut Conn, attributes: &UserAttributes, hash: Option<String>, now: Timestamp) -> Result<UserRow> {
    let mut row = UserRow::new(attributes.email.clone(), now);
    if let Some(id) = attributes.id {
        row.id = id.to_string();
        if is_taken(conn, &row.id)? {
            return Err(Error::auth(AuthCode::Conflict, "A user with this id exists already"));
        }
    }
    attributes.apply(&mut row, now)?;
    attributes::note_providers(&mut row);
    row.password_hash = hash;
    refuse_twins(conn, &row)?;
    row.insert(conn).map_err(twin)?;
    note_identities(conn, &row, now)?;
    Ok(row)
}

fn is_taken(conn: &mut Conn, id: &str) -> Result<bool> {
    diesel::select(diesel::dsl::exists(all_users::table.filter(all_users::id.eq(id)))).get_result(conn).translate()
}

fn change(
    conn: &mut Conn,
    row: &mut UserRow,
    attributes: &UserAttributes,
    hash: Option<&str>,
    now: Timestamp,
) -> Result<Vec<&'static str>> {
    let mut changed = attributes.apply(row, now)?;
    if changed.contains(&"email") || changed.contains(&"phone") {
        refuse_twins(conn, row)?;
        attributes::note_providers(row);
    }
    if let Some(hash) = hash {
        row.password_hash = Some(hash.to_owned());
        changed.push("password");
    }
    let is_banned = row.is_banned(now);
    if is_banned {
        accounts::keep_an_owner(conn, row, now)?;
    }
    row.save(conn, now).map_err(twin)?;
    if changed.iter().any(|name| ["email", "phone", "email_confirmed", "phone_confirmed"].contains(name)) {
        note_identities(conn, row, now)?;
    }
    if changed.contains(&"email") {
        // What is on its way to the address before must not open the account any more.
        diesel::delete(tokens::table.filter(tokens::user_id.eq(&row.id))).execute(conn).translate()?;
    }
    if hash.is_some() || is_banned {
        sessions::end_all(conn, &row.id)?;
    }
    Ok(changed)
}

fn note_identities(conn: &mut Conn, row: &UserRow, now: Timestamp) -> Result<()> {
    if row.email.is_some() {
        identities::add_email(conn, row, now)?;
    }
    if row.phone.is_some() { identities::add_phone(conn, row, now) } else { Ok(()) }
}

fn refuse_twins(conn: &mut Conn, row: &UserRow) -> Result<()> {
    if let Some(email) = &row.email
        && UserRow::by_email(conn, email)?.is_some_and(|other| other.id != row.id)
    {
        return Err(email_exists());
    }
    let Some(phone) = &row.phone else { return Ok(()) };
    let others = all_users::table.filter(all_users::phone.eq(phone)).filter(all_users::id.ne(&row.id));
    let is_there: bool = diesel::select(diesel::dsl::exists(others)).get_result(conn).translate()?;
    if is_there { Err(Error::auth(AuthCode::PhoneExists, "Phone number already registered by another user")) } else { Ok(()) }
}

pub(super) fn email_exists() -> Error {
    Error::auth(AuthCode::EmailExists, "A user with this email address has already been registered")
}

/// Somebody else took the address in the same moment.
fn twin(error: Error) -> Error {
    if error.code == Code::UniqueViolation { email_exists() } else { error }
}

/// Takes from a user what tells who it was, and every way in.
fn forget(conn: &mut Conn, row: &mut UserRow, now: Timestamp) -> Result<()> {
    let id = row.id.clone();
    close_ways_in(conn, &id)?;
    *row = UserRow {
        id,
        role: row.role.clone(),
        app_metadata: "{}".into(),
        user_metadata: "{}".into(),
        deleted_at: Some(identity::precise(now)),
        last_sign_in_at: row.last_sign_in_at.take(),
        created_at: std::mem::take(&mut row.created_at),
        ..UserRow::default()
    };
    row.save(conn, now)
}

/// Removes by what a user signs in, but for their password: sessions, identities, factors, passkeys, and what is on its way.
pub(in crate::identity) fn close_ways_in(conn: &mut Conn, id: &str) -> Result<()> {
    sessions::end_all(conn, id)?;
    diesel::delete(known_by::table.filter(known_by::user_id.eq(id))).execute(conn).translate()?;
    diesel::delete(factors::table.filter(factors::user_id.eq(id))).execute(conn).translate()?;
    diesel::delete(passkeys::table.filter(passkeys::user_id.eq(id))).execute(conn).translate()?;
    diesel::delete(codes::table.filter(codes::user_id.eq(id))).execute(conn).translate()?;
    diesel::delete(tokens::table.filter(tokens::user_id.eq(id))).execute(conn).translate()?;
    diesel::delete(flows::table.filter(flows::user_id.eq(id))).execute(conn).map(drop).translate()
}

fn remove(conn: &mut Conn, row: &UserRow) -> Result<()> {
    diesel::delete(all_users::table.filter(all_users::id.eq(&row.id))).execute(conn).map(drop).translate()
}
