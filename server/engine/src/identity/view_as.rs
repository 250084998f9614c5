//! Seeing everything as somebody else: for builders and owners, who then may do no more than the other, nor than themselves.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use tenon_model::{
    AuthCode, Caller, Code, Error, Result, Role, StudioRole, UserId,
    view_as::{SeenAs, ViewAs, Whom},
};

use super::{accounts::acts_as, tokens, users::UserRow};
use crate::{
    Engine,
    database::{Conn, Translate},
    system::schema::_tenon_users as users,
};

/// The most people that a search finds.
const MOST: i64 = 20;

/// Somebody whose eyes can be borrowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// What they are called: an address, a phone number, or the id.
    pub name: String,
}

impl Engine {
    /// The caller who sees as somebody else: a person as the application's signed-in user, or in the Studio if they are a member
    /// there; or nobody in particular in a role.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build; [`Code::NotFound`] for those whom nobody can be seen as.
    pub async fn view_as(&self, caller: &Caller, view: &ViewAs) -> Result<Caller> {
        let seen = self.seen_caller(caller, &view.whom).await?;
        Ok(Caller::As(Box::new(SeenAs { by: caller.clone(), seen, writes: view.writes })))
    }

    /// The caller that somebody is, for those who may know what they see.
    ///
    /// # Errors
    /// As [`Engine::view_as`].
    pub async fn seen_caller(&self, caller: &Caller, whom: &Whom) -> Result<Caller> {
        if !caller.may_build() {
            return Err(Error::new(Code::Forbidden, "Only builders and owners view as somebody else."));
        }
        match whom {
            Whom::Role(name) => self.nobody_in(name),
            Whom::User(user) => {
                let (user, now) = (*user, self.now());
                let row = self.database().read(move |conn| UserRow::by_id(conn, &user.to_string())).await;
                let row = row.map_err(|error| if error.code == Code::Auth(AuthCode::UserNotFound) { nobody() } else { error })?;
                if row.deleted_at.is_some() {
                    return Err(nobody());
                }
                match (row.studio_role.as_deref().and_then(StudioRole::parse), &row.email) {
                    (Some(StudioRole::Member), Some(email)) => {
                        let acts_as = acts_as(&row.role);
                        Ok(Caller::Studio { user, role: StudioRole::Member, email: email.clone(), acts_as })
                    }
                    _ => tokens::caller_of(&row, now),
                }
            }
        }
    }

    /// The roles in which everything can be seen.
    #[must_use]
    pub fn viewable_roles(&self) -> Vec<String> {
        self.schema().all_roles().filter(|role| **role != Role::ServiceRole).map(ToString::to_string).collect()
    }

    /// Nobody in particular in a role. The secret key is past every policy: there is nothing to see.
    fn nobody_in(&self, name: &str) -> Result<Caller> {
        let schema = self.schema();
        let role = schema.all_roles().find(|role| role.as_str() == name && **role != Role::ServiceRole).ok_or_else(nobody)?;
        Ok(Caller::Api { role: role.clone(), user: None, claims: None })
    }

    /// People by a part of their address or phone number, or by their id; those who signed in last come first.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build.
    pub async fn viewable_people(&self, caller: &Caller, search: &str) -> Result<Vec<Person>> {
        if !caller.may_build() {
            return Err(Error::new(Code::Forbidden, "Only builders and owners look for people here."));
        }
        let search = search.trim().to_lowercase();
        self.database().read(move |conn| found(conn, &search)).await
    }
}

fn found(conn: &mut Conn, search: &str) -> Result<Vec<Person>> {
    let mut query = users::table.filter(users::deleted_at.is_null()).into_boxed();
    if let Ok(id) = uuid::Uuid::parse_str(search) {
        query = query.filter(users::id.eq(id.to_string()));
    } else if !search.is_empty() {
        let escaped = search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = format!("%{escaped}%");
        let by_email = users::email.like(pattern.clone()).escape('\\');
        query = query.filter(by_email.or(users::phone.like(pattern).escape('\\')));
    }
    let last = diesel::dsl::sql::<diesel::sql_types::Untyped>("last_sign_in_at desc nulls last, id");
    let rows: Vec<UserRow> = query.order(last).limit(MOST).select(UserRow::as_select()).load(conn).translate()?;
    let person = |row: UserRow| {
        let id = row.user_id()?;
        Ok(Person { id, name: row.email.or(row.phone).unwrap_or(row.id) })
    };
    rows.into_iter().map(person).collect()
}

fn nobody() -> Error {
    Error::new(Code::NotFound, "There is nobody like that to view as.")
}
