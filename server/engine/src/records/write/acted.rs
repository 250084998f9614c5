//! What somebody writes as somebody else is in the audit log, with both names.

use jiff::Timestamp;
use serde_json::json;
use tenon_model::{Caller, Ident, Result};

use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
};

/// A write by somebody who sees as somebody else.
pub(crate) struct Acted {
    by: Actor,
    seen: Actor,
    client: Client,
    now: Timestamp,
    table: Ident,
    verb: &'static str,
}

impl Engine {
    /// The entry to make of a write, if it is one as somebody else.
    pub(crate) fn acted(&self, caller: &Caller, table: &Ident, verb: &'static str) -> Option<Acted> {
        let Caller::As(view) = caller else { return None };
        let (by, seen) = (Actor::of(&view.by), Actor::of(&view.seen));
        Some(Acted { by, seen, client: self.client().clone(), now: self.now(), table: table.clone(), verb })
    }
}

impl Acted {
    /// Appends it, last in the unit of work; nothing where nothing was written.
    pub(crate) fn append(&self, conn: &mut Conn, rows: u64) -> Result<()> {
        if rows == 0 {
            return Ok(());
        }
        Entry::new(&self.by, "records.written_as", &self.client)
            .target("table", self.table.as_str(), self.table.as_str())
            .details(json!({ "as": self.seen.label, "as_id": self.seen.id, "verb": self.verb, "rows": rows }))
            .append(conn, self.now)
    }
}

/// Runs a write, and makes the entry of it.
pub(crate) fn noted<T>(
    conn: &mut Conn,
    acted: Option<&Acted>,
    write: impl FnOnce(&mut Conn) -> Result<T>,
    rows: impl FnOnce(&T) -> u64,
) -> Result<T> {
    let done = write(conn)?;
    if let Some(acted) = acted {
        acted.append(conn, rows(&done))?;
    }
    Ok(done)
}
