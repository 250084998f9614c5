//! Proving the log whole.

use diesel::prelude::*;
use tenon_model::{Caller, Code, Error, Result};

use super::{AuditEntry, GENESIS};
use crate::{Engine, database::Translate, system::schema::_tenon_audit as log};

/// Entries looked at in one go.
const BATCH: i64 = 2000;

/// A log that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: i64,
    /// The hash of the last, which stands for all before it: whoever kept it can tell later that none was taken away.
    pub head: String,
}

impl Engine {
    /// Looks at every entry of the log.
    ///
    /// # Errors
    /// [`Code::Conflict`] with the first entry that is missing or was changed; [`Code::Forbidden`] unless the caller may own.
    pub async fn verify_audit(&self, caller: &Caller) -> Result<Verified> {
        if !caller.may_own() {
            return Err(Error::new(Code::Forbidden, "only owners verify the audit log"));
        }
        let reading = self.database().with_timeout(std::time::Duration::ZERO);
        reading
            .read(|conn| {
                let mut verified = Verified { entries: 0, head: GENESIS.to_owned() };
                loop {
                    let next = log::table.filter(log::number.gt(verified.entries)).order(log::number).limit(BATCH);
                    let entries: Vec<AuditEntry> = next.select(AuditEntry::as_select()).load(conn).translate()?;
                    if entries.is_empty() {
                        return Ok(verified);
                    }
                    for entry in &entries {
                        verified.accept(entry)?;
                    }
                }
            })
            .await
    }
}

impl Verified {
    fn accept(&mut self, entry: &AuditEntry) -> Result<()> {
        let broken = |what: String| Err(Error::new(Code::Conflict, what));
        if entry.number != self.entries + 1 {
            return broken(format!("entry {} of the audit log is missing", self.entries + 1));
        }
        if entry.previous_hash != self.head || entry.hash != entry.expected_hash() {
            return broken(format!("entry {} of the audit log was changed", entry.number));
        }
        self.entries = entry.number;
        self.head.clone_from(&entry.hash);
        Ok(())
    }
}
