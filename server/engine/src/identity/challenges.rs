//! Questions to authenticators that wait for their answer.

use diesel::prelude::*;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use tenon_model::{Error, Result};
use uuid::Uuid;

use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_challenges as challenges,
};

/// Seconds that a question waits.
const LIFETIME: i64 = 300;
/// Wrong answers after which a question is withdrawn.
const MAX_FAILURES: i64 = 5;
/// Seconds for which it is remembered that a question's time is over.
const REMEMBERED: i64 = 3600;

/// A question as the database has it.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = challenges)]
pub(super) struct ChallengeRow {
    pub(super) id: String,
    pub(super) user_id: Option<String>,
    pub(super) factor_id: Option<String>,
    pub(super) kind: String,
    /// What the answer is checked with, as JSON.
    state: String,
    failures: i64,
    created_at: i64,
    pub(super) expires_at: i64,
}

/// What a question is about.
pub(super) enum Subject<'a> {
    /// A user's second factor.
    Factor { user: &'a str, factor: &'a str },
    /// A new passkey of a user.
    Registration { user: &'a str },
    /// Who somebody is.
    Authentication,
}

/// Why a question cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// There is none, or it was answered.
    Unknown,
    /// Its time is over.
    Expired,
}

impl ChallengeRow {
    /// A new question, not yet in the database.
    pub(super) fn new(subject: &Subject<'_>, state: &impl Serialize, now: Timestamp) -> Result<Self> {
        let (kind, user, factor) = match *subject {
            Subject::Factor { user, factor } => ("factor", Some(user), Some(factor)),
            Subject::Registration { user } => ("passkey_registration", Some(user), None),
            Subject::Authentication => ("passkey_authentication", None, None),
        };
        Ok(Self {
            id: Uuid::new_v4().to_string(),
            user_id: user.map(str::to_owned),
            factor_id: factor.map(str::to_owned),
            kind: kind.to_owned(),
            state: serde_json::to_string(state).map_err(Error::internal)?,
            failures: 0,
            created_at: now.as_second(),
            expires_at: now.as_second() + LIFETIME,
        })
    }

    /// Asks it, and forgets those that are long over.
    pub(super) fn insert(&self, conn: &mut Conn, now: Timestamp) -> Result<()> {
        let over = challenges::table.filter(challenges::expires_at.lt(now.as_second() - REMEMBERED));
        diesel::delete(over).execute(conn).translate()?;
        diesel::insert_into(challenges::table).values(self).execute(conn).map(drop).translate()
    }

    /// The question with this id about this, if it still waits.
    pub(super) fn find(conn: &mut Conn, id: Uuid, about: &Subject<'_>, now: Timestamp) -> Result<Result<Self, Missing>> {
        let row = challenges::table.filter(challenges::id.eq(id.to_string())).select(Self::as_select()).first(conn);
        let row: Option<Self> = row.optional().translate()?;
        let fits = |row: &Self| match *about {
            Subject::Factor { user, factor } => {
                row.kind == "factor" && row.user_id.as_deref() == Some(user) && row.factor_id.as_deref() == Some(factor)
            }
            Subject::Registration { user } => row.kind == "passkey_registration" && row.user_id.as_deref() == Some(user),
            Subject::Authentication => row.kind == "passkey_authentication",
        };
        Ok(match row.filter(fits) {
            Some(row) if row.expires_at <= now.as_second() => Err(Missing::Expired),
            Some(row) => Ok(row),
            None => Err(Missing::Unknown),
        })
    }

    /// What the answer is checked with.
    pub(super) fn state<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.state).map_err(Error::internal)
    }

    /// Counts a wrong answer; the last one withdraws the question.
    pub(super) fn fail(&self, conn: &mut Conn) -> Result<()> {
        let own = challenges::table.filter(challenges::id.eq(&self.id));
        diesel::update(own).set(challenges::failures.eq(challenges::failures + 1)).execute(conn).translate()?;
        let worn_out = challenges::table.filter(challenges::id.eq(&self.id)).filter(challenges::failures.ge(MAX_FAILURES));
        diesel::delete(worn_out).execute(conn).map(drop).translate()
    }

    /// Takes the question back, since it is answered: of several right answers at once, one gets `true`.
    pub(super) fn take(&self, conn: &mut Conn) -> Result<bool> {
        let own = challenges::table.filter(challenges::id.eq(&self.id));
        diesel::delete(own).execute(conn).map(|taken| taken == 1).translate()
    }
}
