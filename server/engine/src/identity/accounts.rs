//! The Studio's accounts: users with a role in the Studio.

use diesel::prelude::*;
use jiff::Timestamp;
use tenon_model::{Caller, Code, Error, Ident, Result, Role, StudioRole, UserId};
use uuid::Uuid;

use super::{Account, identities, passwords, sessions, users::UserRow};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    system::schema::_tenon_users as users,
};

/// An account as the database has it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct AccountRow {
    pub(super) id: String,
    pub(super) role: String,
    pub(super) email: Option<String>,
    pub(super) password_hash: Option<String>,
    pub(super) studio_role: Option<String>,
    pub(super) created_at: String,
    pub(super) last_sign_in_at: Option<String>,
}

impl AccountRow {
    /// The account of an address that is known to be its own: whoever is invited has no account before they came.
    pub(super) fn by_email(conn: &mut Conn, email: &str) -> Result<Option<Self>> {
        users::table
            .filter(users::email.eq(email))
            .filter(users::email_confirmed_at.is_not_null())
            .filter(users::studio_role.is_not_null())
            .filter(users::deleted_at.is_null())
            .select(Self::as_select())
            .first(conn)
            .optional()
            .translate()
    }

    /// The account of this id, if whoever it is works in the Studio and may sign in.
    pub(super) fn by_id(conn: &mut Conn, id: &str) -> Result<Option<Self>> {
        users::table
            .filter(users::id.eq(id))
            .filter(users::email_confirmed_at.is_not_null())
            .filter(users::studio_role.is_not_null())
            .filter(users::deleted_at.is_null())
            .select(Self::as_select())
            .first(conn)
            .optional()
            .translate()
    }

    pub(super) fn into_account(self) -> Result<Account> {
        let unreadable = || Error::internal(format!("account {} cannot be read", self.id));
        Ok(Account {
            id: UserId(Uuid::parse_str(&self.id).map_err(|_| unreadable())?),
            acts_as: acts_as(&self.role),
            role: self.studio_role.as_deref().and_then(StudioRole::parse).ok_or_else(unreadable)?,
            email: self.email.clone().ok_or_else(unreadable)?,
            created_at: self.created_at,
            last_sign_in_at: self.last_sign_in_at,
        })
    }
}

/// The role by which the application knows an account. Being a program's elsewhere makes nobody more than a user here.
pub(super) fn acts_as(name: &str) -> Role {
    match Ident::new(name).map(Role::from) {
        Ok(role @ Role::Named(_)) => role,
        _ => Role::Authenticated,
    }
}

fn owners(conn: &mut Conn) -> Result<i64> {
    users::table.filter(users::studio_role.eq(StudioRole::Owner.as_str())).count().get_result(conn).translate()
}

/// Gives a role in the Studio to a new user or to one who was the application's alone, whose password it then replaces. Their
/// other ways in go, too: where addresses need no confirmation, the user may have been made by anybody.
fn insert(conn: &mut Conn, email: &str, hash: &str, role: StudioRole, now: Timestamp) -> Result<AccountRow> {
    let known = UserRow::by_email(conn, email)?;
    if known.as_ref().is_some_and(|user| user.studio_role.is_some()) {
        return Err(Error::new(Code::AlreadyExists, format!("there is an account for {email} already")));
    }
    let mut row = match known {
        Some(row) => {
            let row = UserRow::held(conn, &row.id)?;
            super::admin::close_ways_in(conn, &row.id)?;
            identities::add_email(conn, &row, now)?;
            row
        }
        None => {
            let row = UserRow::new(Some(email.to_owned()), now);
            row.insert(conn)?;
            identities::add_email(conn, &row, now)?;
            row
        }
    };
    row.studio_role = Some(role.as_str().to_owned());
    row.password_hash = Some(hash.to_owned());
    row.email_confirmed_at.get_or_insert_with(|| super::precise(now));
    row.save(conn, now)?;
    sessions::end_all(conn, &row.id)?;
    AccountRow::by_email(conn, email)?.ok_or_else(|| Error::internal("the account is gone"))
}

/// Refuses to leave the instance without an owner who can sign in, when this user goes or loses their role.
pub(super) fn keep_an_owner(conn: &mut Conn, leaving: &UserRow, now: Timestamp) -> Result<()> {
    if leaving.studio_role.as_deref() != Some(StudioRole::Owner.as_str()) {
        return Ok(());
    }
    super::lock_identity(conn)?;
    let others: i64 = users::table
        .filter(users::studio_role.eq(StudioRole::Owner.as_str()))
        .filter(users::id.ne(&leaving.id))
        .filter(users::email_confirmed_at.is_not_null())
        .filter(users::deleted_at.is_null())
        .filter(users::banned_until.is_null().or(users::banned_until.le(super::precise(now))))
        .count()
        .get_result(conn)
        .translate()?;
    if others == 0 {
        let error = Error::new(Code::Dependent, "this is the only owner");
        return Err(error.with_hint("make somebody else an owner first"));
    }
    Ok(())
}

fn require_owner(caller: &Caller) -> Result<()> {
    if caller.may_own() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only owners manage accounts")) }
}

impl Engine {
    /// Whether the instance has an owner; costs a query until it has one, none afterwards.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn has_owner(&self) -> Result<bool> {
        if self.owner_seen() {
            return Ok(true);
        }
        let has_owner = self.database().read(|conn| Ok(owners(conn)? > 0)).await?;
        if has_owner {
            self.note_owner();
        }
        Ok(has_owner)
    }

    /// Makes the first owner. Of any number of attempts at once, one succeeds.
    ///
    /// # Errors
    /// [`Code::AlreadyExists`] if there is an owner; [`Code::InvalidRecord`] with fields `email`, `password`.
    pub async fn create_first_owner(&self, email: String, password: String) -> Result<Account> {
        let email = passwords::check_new(&email, &password)?;
        if self.has_owner().await? {
            return Err(taken());
        }
        let hash = self.password_hasher().hash(password).await?;
        let (client, now) = (self.client().clone(), self.now());
        let account = self
            .database()
            .write(move |conn| {
                super::lock_identity(conn)?;
                if owners(conn)? > 0 {
                    return Err(taken());
                }
                let row = insert(conn, &email, &hash, StudioRole::Owner, now)?;
                note(conn, &Actor::anyone(), "studio.first_owner_made", &row, Some(StudioRole::Owner), &client, now)?;
                row.into_account()
            })
            .await?;
        self.note_owner();
        Ok(account)
    }

    /// Makes an account.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own; [`Code::AlreadyExists`]; [`Code::InvalidRecord`].
    pub async fn create_account(&self, caller: &Caller, email: String, password: String, role: StudioRole) -> Result<Account> {
        require_owner(caller)?;
        let actor = Actor::of(caller);
        let email = passwords::check_new(&email, &password)?;
        let hash = self.password_hasher().hash(password).await?;
        let (client, now) = (self.client().clone(), self.now());
        self.database()
            .write(move |conn| {
                super::lock_identity(conn)?;
                let row = insert(conn, &email, &hash, role, now)?;
                note(conn, &actor, "studio.account_added", &row, Some(role), &client, now)?;
                row.into_account()
            })
            .await
    }

    /// All accounts by address.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own.
    pub async fn accounts(&self, caller: &Caller) -> Result<Vec<Account>> {
        require_owner(caller)?;
        let rows: Vec<AccountRow> = self
            .database()
            .read(|conn| {
                let accounts = users::table.filter(users::studio_role.is_not_null()).order(users::email);
                accounts.select(AccountRow::as_select()).load(conn).translate()
            })
            .await?;
        rows.into_iter().map(AccountRow::into_account).collect()
    }
}

/// Notes in the audit log what was done to an account.
fn note(
    conn: &mut Conn,
    actor: &Actor,
    action: &'static str,
    row: &AccountRow,
    role: Option<StudioRole>,
    client: &Client,
    now: Timestamp,
) -> Result<()> {
    let details = role.map_or_else(|| serde_json::json!({}), |role| serde_json::json!({ "role": role.as_str() }));
    let name = row.email.clone().unwrap_or_default();
    Entry::new(actor, action, client).target("user", row.id.clone(), name).details(details).append(conn, now)
}

fn taken() -> Error {
    Error::new(Code::AlreadyExists, "this instance has an owner already").with_hint("sign in, or ask the owner for an account")
}
