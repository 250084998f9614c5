//! SQLite's own handle of a connection, which Diesel keeps to itself, and the few settings that need it.
#![allow(unsafe_code, reason = "calls into SQLite's C interface")]

use std::{
    cell::Cell,
    ffi::{c_char, c_int, c_void},
    ptr,
    sync::Once,
};

use diesel::{Connection, ConnectionResult, SqliteConnection};
use libsqlite3_sys as ffi;

use super::watch;

thread_local! {
    /// The handle that SQLite opened last on this thread.
    static OPENED: Cell<*mut ffi::sqlite3> = const { Cell::new(ptr::null_mut()) };
}

/// SQLite calls this for every connection it opens, on the thread that opens it.
unsafe extern "C" fn remember(handle: *mut ffi::sqlite3, _: *mut *mut c_char, _: *const ffi::sqlite3_api_routines) -> c_int {
    OPENED.set(handle);
    ffi::SQLITE_OK
}

/// SQLite calls this every [`watch::STEPS_PER_TICK`] steps; anything but zero stops the statement.
unsafe extern "C" fn progress(_: *mut c_void) -> c_int {
    c_int::from(watch::tick())
}

fn set_up_process() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: runs once, before this process opens a connection through this module; both options take these
        // arguments. Connections are used by one thread at a time (Diesel takes them by `&mut`), which is what
        // MULTITHREAD asks for; without memory statistics, threads do not meet at the allocator's lock.
        // Both fail harmlessly, leaving the defaults, if SQLite is in use already.
        unsafe {
            ffi::sqlite3_config(ffi::SQLITE_CONFIG_MULTITHREAD);
            ffi::sqlite3_config(ffi::SQLITE_CONFIG_MEMSTATUS, 0 as c_int);
            ffi::sqlite3_auto_extension(Some(remember));
        }
    });
}

/// Opens a connection whose statements obey the limits of the thread they run on (see [`watch`]).
pub(super) fn establish(url: &str) -> ConnectionResult<SqliteConnection> {
    set_up_process();
    OPENED.set(ptr::null_mut());
    let conn = SqliteConnection::establish(url)?;
    let handle = OPENED.replace(ptr::null_mut());
    if !handle.is_null() {
        // SAFETY: `handle` is the connection just opened on this thread and lives as long as `conn`; the callback takes
        // no data, so nothing can dangle.
        unsafe {
            ffi::sqlite3_progress_handler(handle, watch::STEPS_PER_TICK as c_int, Some(progress), ptr::null_mut());
            ffi::sqlite3_limit(handle, ffi::SQLITE_LIMIT_ATTACHED, 2);
            // Plans that do not depend on bound values: otherwise, with statistics, SQLite prepares a kept statement anew
            // for every value that is bound to it.
            ffi::sqlite3_db_config(handle, ffi::SQLITE_DBCONFIG_ENABLE_QPSG, 1 as c_int, ptr::null_mut::<c_int>());
        }
    }
    Ok(conn)
}
