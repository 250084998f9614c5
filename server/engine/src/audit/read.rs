//! Reading the log.

use diesel::prelude::*;
use tenon_model::{Caller, Code, Error, Result};

use super::AuditEntry;
use crate::{Engine, database::Translate, system::schema::_tenon_audit as log};

/// What to show of the log.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only actions that begin so, e.g. `user.`.
    pub action: Option<String>,
    /// Only what this user did or what was done to them.
    pub user: Option<String>,
    /// Only from this moment on, in RFC 3339, UTC.
    pub since: Option<String>,
    /// Only before this moment.
    pub until: Option<String>,
    /// Only entries before this number, for paging.
    pub before: Option<i64>,
    /// The most entries.
    pub limit: i64,
}

/// A page of the log, newest first.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Whether there are older ones.
    pub more: bool,
}

impl Engine {
    /// A page of the log, newest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own.
    pub async fn audit(&self, caller: &Caller, filter: AuditFilter) -> Result<AuditPage> {
        if !caller.may_own() {
            return Err(Error::new(Code::Forbidden, "only owners read the audit log"));
        }
        self.database()
            .read(move |conn| {
                let limit = filter.limit.clamp(1, 1000);
                let mut query = log::table.select(AuditEntry::as_select()).order(log::number.desc()).limit(limit + 1).into_boxed();
                if let Some(action) = &filter.action {
                    let end = format!("{action}\u{10ffff}");
                    query = query.filter(log::action.ge(action.clone())).filter(log::action.lt(end));
                }
                if let Some(user) = &filter.user {
                    query = query.filter(log::target_id.eq(user.clone()).or(log::actor_id.eq(user.clone())));
                }
                if let Some(since) = &filter.since {
                    query = query.filter(log::at.ge(since.clone()));
                }
                if let Some(until) = &filter.until {
                    query = query.filter(log::at.lt(until.clone()));
                }
                if let Some(before) = filter.before {
                    query = query.filter(log::number.lt(before));
                }
                let mut entries: Vec<AuditEntry> = query.load(conn).translate()?;
                let more = entries.len() > usize::try_from(limit).unwrap_or(usize::MAX);
                if more {
                    entries.pop();
                }
                Ok(AuditPage { entries, more })
            })
            .await
    }
}
