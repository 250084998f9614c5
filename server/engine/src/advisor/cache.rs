//! How many findings there were at the last look, for the mark beside the link.

use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use tenon_model::{
    Caller, Result,
    advice::{Advised, Severity},
};

use crate::Engine;

/// How long a count holds: rows change, too.
const LIFE: Duration = Duration::from_secs(300);

/// The last count.
#[derive(Default)]
pub(crate) struct AdviceCache(Mutex<Option<Counted>>);

#[derive(Clone, Copy)]
struct Counted {
    schema: i64,
    at: Timestamp,
    count: u64,
}

impl AdviceCache {
    pub(super) fn forget(&self) {
        *self.0.lock() = None;
    }

    pub(super) fn put(&self, schema: i64, at: Timestamp, advised: &Advised) {
        let count = advised.open().filter(|advice| advice.severity != Severity::Info).count() as u64;
        *self.0.lock() = Some(Counted { schema, at, count });
    }

    fn get(&self, schema: i64, now: Timestamp) -> Option<u64> {
        let counted = (*self.0.lock())?;
        let age = now.duration_since(counted.at);
        (counted.schema == schema && age.unsigned_abs() < LIFE).then_some(counted.count)
    }
}

impl Engine {
    /// How many errors and warnings of the advisor nobody has let be, as of some minutes ago at most. Of many tables, only as many
    /// rows are looked at as a moment allows; [`Engine::advise`] takes longer and counts anew.
    ///
    /// # Errors
    /// As [`Engine::advise`].
    pub async fn advice_count(&self, caller: &Caller) -> Result<u64> {
        super::require_builder(caller)?;
        let now = self.now();
        if let Some(count) = self.advice_cache().get(self.schema().version, now) {
            return Ok(count);
        }
        self.advise_within(caller, super::GLANCE).await?;
        Ok(self.advice_cache().get(self.schema().version, now).unwrap_or(0))
    }
}
