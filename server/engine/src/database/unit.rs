//! A unit of writing on its way through the writer thread.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use tenon_model::{Error, Result};
use tokio::sync::oneshot;

use super::{Conn, errors, watch};

/// How a unit wants to be run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Manner {
    /// How long it may take; `None` is without limit.
    pub(super) timeout: Option<Duration>,
    /// In a transaction of its own, in which foreign keys are not enforced.
    pub(super) unchecked: bool,
}

/// A unit of writing, whatever it answers.
pub(super) trait Unit: Send {
    /// How it wants to be run.
    fn manner(&self) -> Manner;
    /// Whether somebody still waits for its answer.
    fn is_wanted(&self) -> bool;
    /// Does its work, keeping the answer; says whether the work is to stay.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Answers with a failure instead of what its work came to.
    fn fail(&mut self, error: Error);
    /// Gives its answer to who waits for it.
    fn answer(self: Box<Self>);
}

/// A unit made of a closure.
pub(super) struct Write<T, F> {
    work: F,
    manner: Manner,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Write<T, F> {
    pub(super) fn new(work: F, manner: Manner) -> (Self, oneshot::Receiver<Result<T>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work, manner, outcome: None, reply }, answer)
    }
}

impl<T, F> Unit for Write<T, F>
where
    T: Send,
    F: Fn(&mut Conn) -> Result<T> + Send,
{
    fn manner(&self) -> Manner {
        self.manner
    }

    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, conn: &mut Conn) -> bool {
        let _watching = watch::watch(watch::Limits { time: self.manner.timeout, ..watch::Limits::default() });
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(conn).and_then(errors::unless_stopped)))
            .unwrap_or_else(|_| Err(Error::internal("a unit of writing panicked")));
        let stays = outcome.is_ok();
        self.outcome = Some(outcome);
        stays
    }

    fn fail(&mut self, error: Error) {
        self.outcome = Some(Err(error));
    }

    fn answer(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            // Whoever asked may have gone; what was done stays done.
            let _ = self.reply.send(outcome);
        }
    }
}
