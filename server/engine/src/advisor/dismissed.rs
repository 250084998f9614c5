//! Findings that somebody has looked at and let be.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;
use tenon_model::{Caller, Code, Error, Result, advice::Dismissal};

use super::require_builder;
use crate::{
    Engine,
    audit::{Actor, Entry},
    database::{Conn, Translate},
    identity::precise,
    system::schema::_tenon_dismissals as dismissals,
};

/// The longest reason, in characters.
const MOST: usize = 1000;

/// The longest key that is kept, in bytes: names of a kind, a table and what of it.
const LONGEST_KEY: usize = 8192;

/// What is let be, by the findings' keys.
pub(super) fn load(conn: &mut Conn) -> Result<HashMap<String, Dismissal>> {
    let rows: Vec<(String, String, String, String)> = dismissals::table.load(conn).translate()?;
    Ok(rows.into_iter().map(|(key, reason, who, at)| (key, Dismissal { reason, who, at })).collect())
}

impl Engine {
    /// Lets a finding be, with a reason. The audit log keeps it.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not build, [`Code::InvalidValue`] without a reason.
    pub async fn dismiss_advice(&self, caller: &Caller, key: String, reason: String) -> Result<()> {
        require_builder(caller)?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() || reason.chars().count() > MOST {
            return Err(Error::new(Code::InvalidValue, format!("Say why in 1 to {MOST} characters.")));
        }
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err(Error::new(Code::InvalidValue, "There is no such finding."));
        }
        let (actor, client, now) = (Actor::of(caller), self.client().clone(), self.now());
        let write = move |conn: &mut Conn| {
            diesel::delete(dismissals::table.find(&key)).execute(conn).translate()?;
            let row = (
                dismissals::key.eq(&key),
                dismissals::reason.eq(&reason),
                dismissals::who.eq(&actor.label),
                dismissals::at.eq(precise(now)),
            );
            diesel::insert_into(dismissals::table).values(row).execute(conn).translate()?;
            let entry = Entry::new(&actor, "advice.dismissed", &client).target("advice", key.clone(), key.clone());
            entry.details(json!({ "reason": reason })).append(conn, now)
        };
        self.database().write(write).await?;
        self.advice_cache().forget();
        Ok(())
    }

    /// Takes a finding up again. The audit log keeps that, too.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not build, [`Code::NotFound`] if it was not let be.
    pub async fn restore_advice(&self, caller: &Caller, key: String) -> Result<()> {
        require_builder(caller)?;
        let (actor, client, now) = (Actor::of(caller), self.client().clone(), self.now());
        let write = move |conn: &mut Conn| {
            if diesel::delete(dismissals::table.find(&key)).execute(conn).translate()? == 0 {
                return Err(Error::new(Code::NotFound, "This finding is not dismissed any more."));
            }
            Entry::new(&actor, "advice.restored", &client).target("advice", key.clone(), key.clone()).append(conn, now)
        };
        self.database().write(write).await?;
        self.advice_cache().forget();
        Ok(())
    }
}
