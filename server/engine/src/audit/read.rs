//! Reading the log.

use diesel::prelude::*;
use tenon_model::{Caller, Code, Error, Result, Role};

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
    /// So many of the newest are left out.
    pub offset: i64,
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
    /// [`Code::Forbidden`] unless the caller may own, or has the secret key.
    pub async fn audit(&self, caller: &Caller, filter: AuditFilter) -> Result<AuditPage> {
        may_read(caller)?;
        self.database()
            .read(move |conn| {
                let limit = filter.limit.clamp(1, 1000);
                let mut query = log::table
                    .select(AuditEntry::as_select())
                    .order(log::number.desc())
                    .limit(limit + 1)
                    .offset(filter.offset.max(0))
                    .into_boxed();
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

    /// How many entries the log has.
    ///
    /// # Errors
    /// As [`Engine::audit`].
    pub async fn audit_entries(&self, caller: &Caller) -> Result<i64> {
        may_read(caller)?;
        let last = self.database().read(|conn| {
            let last: Option<i64> = log::table.select(diesel::dsl::max(log::number)).first(conn).translate()?;
            Ok(last.unwrap_or(0))
        });
        last.await
    }
}

fn may_read(caller: &Caller) -> Result<()> {
    let has_secret = matches!(caller, Caller::Api { role: Role::ServiceRole, .. });
    if has_secret || caller.may_own() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only owners read the audit log")) }
}
