//! Limits on the work a thread gives to SQLite: a deadline, a budget of steps, a flag that somebody else may raise.
//!
//! A unit of work stays on one thread, so the limits are the thread's: SQLite calls [`tick`] from the statement's own
//! thread every [`STEPS_PER_TICK`] steps of its virtual machine.

use std::{
    cell::{Cell, RefCell},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// How many steps of SQLite's virtual machine pass between two looks at the limits.
pub(super) const STEPS_PER_TICK: u32 = 1_000;

/// Why a statement was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It took more steps than it was given.
    Budget,
    /// It took longer than allowed.
    Deadline,
    /// Nobody waits for it any more.
    Cancelled,
}

/// What a unit of work may take.
#[derive(Default)]
pub(super) struct Limits {
    /// Ticks it may take.
    pub(super) ticks: Option<u32>,
    /// Time it may take.
    pub(super) time: Option<Duration>,
    /// Raised when nobody waits for it any more.
    pub(super) cancelled: Option<Arc<AtomicBool>>,
}

struct Watch {
    ticks_left: Cell<u32>,
    deadline: Cell<Option<Instant>>,
    cancelled: RefCell<Option<Arc<AtomicBool>>>,
    stopped: Cell<Option<Stop>>,
}

thread_local! {
    static WATCH: Watch = const {
        Watch {
            ticks_left: Cell::new(u32::MAX),
            deadline: Cell::new(None),
            cancelled: RefCell::new(None),
            stopped: Cell::new(None),
        }
    };
}

/// The limits are in force while this lives.
pub(super) struct Watching(());

impl Drop for Watching {
    fn drop(&mut self) {
        WATCH.with(|w| {
            w.ticks_left.set(u32::MAX);
            w.deadline.set(None);
            w.cancelled.take();
        });
    }
}

/// Puts limits in force on this thread.
pub(super) fn watch(limits: Limits) -> Watching {
    WATCH.with(|w| {
        w.ticks_left.set(limits.ticks.unwrap_or(u32::MAX));
        w.deadline.set(limits.time.map(|time| Instant::now() + time));
        w.cancelled.replace(limits.cancelled);
        w.stopped.set(None);
    });
    Watching(())
}

/// Why the latest statement under limits was stopped, if it was.
pub(super) fn stopped() -> Option<Stop> {
    WATCH.with(|w| w.stopped.get())
}

/// Whether the statement that runs on this thread must stop.
pub(super) fn tick() -> bool {
    WATCH.with(|w| {
        let stop = if w.spent() {
            Some(Stop::Budget)
        } else if w.deadline.get().is_some_and(|deadline| Instant::now() > deadline) {
            Some(Stop::Deadline)
        } else if w.is_cancelled() {
            Some(Stop::Cancelled)
        } else {
            None
        };
        if stop.is_some() {
            w.stopped.set(stop);
        }
        stop.is_some()
    })
}

impl Watch {
    /// Takes one tick off the budget, if there is one; says whether it is used up.
    fn spent(&self) -> bool {
        let left = self.ticks_left.get();
        if left != 0 && left != u32::MAX {
            self.ticks_left.set(left - 1);
        }
        left == 0
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.try_borrow().is_ok_and(|flag| flag.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)))
    }
}
