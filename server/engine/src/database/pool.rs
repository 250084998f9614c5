//! A bounded set of connections, the latest used first, so that warm ones stay warm and idle ones cost nothing.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use tenon_model::{Code, Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

type Open<C> = Box<dyn Fn() -> Result<C> + Send + Sync>;

/// The pool.
pub(super) struct Pool<C> {
    idle: Mutex<Vec<C>>,
    free: Arc<Semaphore>,
    open: Open<C>,
    wait: Duration,
}

/// A right to one connection; opening it is left to the thread that uses it.
pub(super) struct Lease<C> {
    pool: Arc<Pool<C>>,
    conn: Option<C>,
    // Given back after the connection is: `Drop` of the lease runs before that of its fields.
    _permit: OwnedSemaphorePermit,
}

impl<C> Pool<C> {
    pub(super) fn new(size: u32, wait: Duration, open: Open<C>) -> Arc<Self> {
        let size = usize::try_from(size.max(1)).unwrap_or(1);
        Arc::new(Self { idle: Mutex::default(), free: Arc::new(Semaphore::new(size)), open, wait })
    }

    /// Waits for a connection, but not longer than the pool allows.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease<C>> {
        let permit = match Arc::clone(&self.free).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => match tokio::time::timeout(self.wait, Arc::clone(&self.free).acquire_owned()).await {
                Ok(Ok(permit)) => permit,
                Ok(Err(_)) => return Err(Error::new(Code::Busy, "the database is closed").with_retry_after(5)),
                Err(_) => {
                    return Err(Error::new(Code::Busy, "no database connection became free in time")
                        .with_hint("The server is at its limit; try again.")
                        .with_retry_after(1));
                }
            },
        };
        let conn = self.idle.lock().pop();
        Ok(Lease { pool: Arc::clone(self), conn, _permit: permit })
    }

    /// Lends an idle connection to this thread if there is one right now.
    pub(super) fn try_with<T>(&self, run: impl FnOnce(&mut C) -> (T, bool)) -> Option<T> {
        let _permit = self.free.try_acquire().ok()?;
        let mut conn = self.idle.lock().pop()?;
        let (answer, sound) = run(&mut conn);
        if sound {
            self.idle.lock().push(conn);
        }
        Some(answer)
    }

    /// Puts in a connection that is open already.
    pub(super) fn add(&self, conn: C) {
        self.idle.lock().push(conn);
    }

    /// Refuses new leases and closes what is idle.
    pub(super) fn close(&self) {
        self.free.close();
        self.idle.lock().clear();
    }
}

impl<C> Lease<C> {
    /// The connection, opened if need be: blocks.
    pub(super) fn conn(&mut self) -> Result<&mut C> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => (self.pool.open)()?,
        };
        Ok(self.conn.insert(conn))
    }

    /// Closes the connection: it is of no more use.
    pub(super) fn discard(&mut self) {
        self.conn = None;
    }
}

impl<C> Drop for Lease<C> {
    fn drop(&mut self) {
        // A panic may have left anything on the connection.
        if let Some(conn) = self.conn.take()
            && !std::thread::panicking()
            && !self.pool.free.is_closed()
        {
            self.pool.idle.lock().push(conn);
        }
    }
}
