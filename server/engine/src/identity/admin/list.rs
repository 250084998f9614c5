//! The list of users.

use diesel::{dsl::sql, prelude::*, sql_types::Untyped};
use jiff::Timestamp;
use serde_json::Value;
use tenon_model::{Caller, Result, StudioRole};
use uuid::Uuid;

use super::{UserSummary, shape};
use crate::{
    Engine,
    database::{Conn, Translate},
    identity::{self, users::UserRow},
    system::schema::_tenon_users as users,
};

/// Which users are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserState {
    /// All but the deleted.
    #[default]
    Any,
    /// Those whose address or phone number is confirmed.
    Confirmed,
    /// Those whose are not.
    Unconfirmed,
    /// Those who are shut out.
    Banned,
    /// Those who have not said who they are.
    Anonymous,
    /// Those who work in the Studio.
    Studio,
    /// Those who work in the Studio in this role.
    Role(StudioRole),
    /// Those of whom only a trace is left.
    Deleted,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserSort {
    /// By the moment they were made.
    #[default]
    Created,
    /// By their last sign-in; those who never did come last.
    LastSignIn,
    /// By address; those without come last.
    Email,
}

/// What to show of the users.
#[derive(Clone, Debug)]
pub struct UserQuery {
    /// A part of an address or phone number, or an id.
    pub search: String,
    /// Which.
    pub state: UserState,
    /// In which order.
    pub sort: UserSort,
    /// Whether from the end.
    pub descending: bool,
    /// The page, from 1.
    pub page: u32,
    /// Users on a page, at most 1000.
    pub per_page: u32,
}

impl Default for UserQuery {
    fn default() -> Self {
        Self {
            search: String::new(),
            state: UserState::default(),
            sort: UserSort::default(),
            descending: true,
            page: 1,
            per_page: 50,
        }
    }
}

/// A page of the users.
#[derive(Clone, Debug)]
pub struct UserPage<T> {
    /// The users.
    pub users: Vec<T>,
    /// How many there are on all pages.
    pub total: i64,
}

impl Engine {
    /// A page of the users, in short.
    ///
    /// # Errors
    /// Unless the caller may manage users.
    pub async fn users(&self, caller: &Caller, query: UserQuery) -> Result<UserPage<UserSummary>> {
        super::require_admin(caller)?;
        let now = self.now();
        self.database()
            .read(move |conn| {
                let page = load(conn, &query, now)?;
                let users = page.users.iter().map(|row| summary(row, now)).collect::<Result<_>>()?;
                Ok(UserPage { users, total: page.total })
            })
            .await
    }

    /// A page of the users, as GoTrue writes them.
    ///
    /// # Errors
    /// As [`Engine::users`].
    pub async fn users_json(&self, caller: &Caller, query: UserQuery) -> Result<UserPage<Value>> {
        super::require_admin(caller)?;
        let now = self.now();
        self.database()
            .read(move |conn| {
                let page = load(conn, &query, now)?;
                Ok(UserPage { users: shape::all_to_json(conn, &page.users)?, total: page.total })
            })
            .await
    }
}

/// So many users at most are sorted once they are found.
const FEW: i64 = 2000;

type Query<'a> = users::BoxedQuery<'a, <Conn as Connection>::Backend>;

fn load(conn: &mut Conn, query: &UserQuery, now: Timestamp) -> Result<UserPage<UserRow>> {
    let search = Search::of(conn, &query.search)?;
    let total: i64 = narrowed(&search, query.state, now).count().get_result(conn).translate()?;
    if total == 0 {
        return Ok(UserPage { users: Vec::new(), total });
    }
    let few = matches!(search, Search::Part(_)) && total <= FEW;
    let per_page = i64::from(query.per_page.clamp(1, 1000));
    let offset = i64::from(query.page.max(1) - 1) * per_page;
    let rows = narrowed(&search, query.state, now)
        .order(sql::<Untyped>(&order(query.sort, query.descending, few)))
        .limit(per_page)
        .offset(offset)
        .select(UserRow::as_select())
        .load(conn)
        .translate()?;
    Ok(UserPage { users: rows, total })
}

/// What a search means.
enum Search {
    Everyone,
    Id(String),
    /// A whole address that somebody has: the index finds them at once.
    Address(String),
    Part(String),
}

impl Search {
    fn of(conn: &mut Conn, text: &str) -> Result<Self> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Ok(Self::Everyone);
        }
        if let Ok(id) = Uuid::parse_str(&text) {
            return Ok(Self::Id(id.to_string()));
        }
        if identity::is_email(&text) && UserRow::by_email(conn, &text)?.is_some() {
            return Ok(Self::Address(text));
        }
        Ok(Self::Part(text))
    }
}

fn narrowed<'a>(search: &Search, state: UserState, now: Timestamp) -> Query<'a> {
    let mut query = users::table.into_boxed();
    query = match search {
        Search::Everyone => query,
        Search::Id(id) => query.filter(users::id.eq(id.clone())),
        Search::Address(email) => query.filter(users::email.eq(email.clone())),
        Search::Part(part) => {
            let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            let pattern = format!("%{escaped}%");
            let by_email = users::email.like(pattern.clone()).escape('\\');
            query.filter(by_email.or(users::phone.like(pattern).escape('\\')))
        }
    };
    query = match state {
        UserState::Deleted => query.filter(users::deleted_at.is_not_null()),
        _ => query.filter(users::deleted_at.is_null()),
    };
    match state {
        UserState::Any | UserState::Deleted => query,
        UserState::Confirmed => query.filter(users::email_confirmed_at.is_not_null().or(users::phone_confirmed_at.is_not_null())),
        UserState::Unconfirmed => query.filter(users::email_confirmed_at.is_null()).filter(users::phone_confirmed_at.is_null()),
        UserState::Banned => query.filter(users::banned_until.gt(identity::precise(now))),
        UserState::Anonymous => query.filter(users::is_anonymous.ne(0)),
        UserState::Studio => query.filter(users::studio_role.is_not_null()),
        UserState::Role(role) => query.filter(users::studio_role.eq(role.as_str())),
    }
}

/// The order in SQL. Few that are found among many are sorted: to go through all in the order of an index, until enough of them
/// were met, takes longer.
fn order(sort: UserSort, descending: bool, few: bool) -> String {
    let column = match sort {
        UserSort::Created => "created_at",
        UserSort::LastSignIn => "last_sign_in_at",
        UserSort::Email => "email",
    };
    // What is computed, no index has.
    let computed = if few { " || ''" } else { "" };
    let way = if descending { "desc" } else { "asc" };
    let nulls = if sort == UserSort::Created { "" } else { " nulls last" };
    format!("{column}{computed} {way}{nulls}, id {way}")
}

/// A user in short.
pub(super) fn summary(row: &UserRow, now: Timestamp) -> Result<UserSummary> {
    Ok(UserSummary {
        id: row.user_id()?,
        email: row.email.clone(),
        phone: row.phone.clone(),
        confirmed: row.email_confirmed_at.is_some() || row.phone_confirmed_at.is_some(),
        anonymous: row.is_anonymous != 0,
        banned_until: row.banned_until.clone().filter(|_| row.is_banned(now)),
        studio_role: row.studio_role.as_deref().and_then(StudioRole::parse),
        created_at: row.created_at.clone(),
        last_sign_in_at: row.last_sign_in_at.clone(),
    })
}
