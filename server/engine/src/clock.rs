//! What time it is, for everything that ends or waits: sessions, tokens, throttling.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// The time of day of an instance: the machine's, or one that a test moves by hand.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds since 1970; `None` is the machine's clock.
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// A clock that stands at the machine's present time until it is moved.
    #[must_use]
    pub fn standing() -> Self {
        Self { fixed: Some(Arc::new(AtomicI64::new(Timestamp::now().as_millisecond()))) }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let fixed = self.fixed.as_ref().map(|at| at.load(Ordering::Relaxed));
        fixed.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or_else(Timestamp::now)
    }

    /// Moves a standing clock, and all its clones, on. The machine's own stays as it is.
    pub fn advance(&self, by: SignedDuration) {
        if let Some(at) = &self.fixed {
            at.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::Relaxed);
        }
    }
}
