//! Opening PostgreSQL connections, and transactions on them.

use std::time::Duration;

use diesel::{Connection, PgConnection, connection::SimpleConnection};
use tenon_model::{Code, Error, Result};

use super::{
    Conn,
    errors::{self, Translate},
    pool::Lease,
    reader::Reader,
};

/// How often a unit of work is run again after a serialization failure, a deadlock or a lost connection.
const RETRIES: u32 = 8;

/// Opens a connection with the session settings that texts of values rely on.
pub(super) fn open(url: &str, statement_timeout: Duration) -> Result<PgConnection> {
    let mut conn = PgConnection::establish(&with_timeouts(url)).map_err(|e| errors::cannot_connect(&e.to_string()))?;
    conn.batch_execute(&format!(
        "SET TIME ZONE 'UTC'; SET datestyle TO 'ISO, YMD'; SET intervalstyle TO 'postgres'; SET extra_float_digits TO 1; \
         SET standard_conforming_strings TO on; SET client_encoding TO 'UTF8'; SET bytea_output TO 'hex'; \
         SET client_min_messages TO warning; SET idle_in_transaction_session_timeout TO 600000; SET jit TO off; \
         SET statement_timeout TO {}",
        statement_timeout.as_millis()
    ))
    .translate()?;
    // Messages are told apart by their text; only some roles may choose the language, and it is English nearly always.
    let _ = conn.batch_execute("SET lc_messages TO 'C'");
    Ok(conn)
}

/// The address with bounds on how long a dead server can hold a connection, unless it sets them itself.
fn with_timeouts(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in
        [("connect_timeout", "10"), ("tcp_user_timeout", "60000"), ("keepalives_idle", "30"), ("application_name", "tenon")]
    {
        if !url.contains(name) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.push_str(value);
        }
    }
    url
}

/// Runs a unit of writing in a transaction of its own. Blocks.
pub(super) fn write<T>(lease: &mut Lease<Reader>, timeout: Option<Duration>, unit: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
    let mut attempt = 0;
    loop {
        match write_once(lease, timeout, &unit) {
            Err(error) if error.code == Code::Busy && error.message != COMMIT_LOST && attempt < RETRIES => {
                attempt += 1;
                std::thread::sleep(pause(attempt));
            }
            outcome => return outcome,
        }
    }
}

const COMMIT_LOST: &str = "the connection to the database was lost during a commit";

fn write_once<T>(lease: &mut Lease<Reader>, timeout: Option<Duration>, unit: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
    let conn = &mut lease.conn()?.conn;
    if let Err(error) = begin(conn, timeout) {
        lease.discard();
        return Err(error);
    }
    match unit(conn) {
        Ok(answer) => match conn.batch_execute("COMMIT").translate() {
            Ok(()) => Ok(answer),
            Err(error) => {
                let lost = conn.batch_execute("ROLLBACK").is_err();
                lease.discard();
                if lost {
                    return Err(
                        Error::new(Code::Busy, COMMIT_LOST).with_hint("Look whether the change is there before you repeat it.")
                    );
                }
                Err(error)
            }
        },
        Err(error) => {
            if conn.batch_execute("ROLLBACK").is_err() || error.message == errors::STALE_PLAN {
                lease.discard();
            }
            Err(error)
        }
    }
}

fn begin(conn: &mut Conn, timeout: Option<Duration>) -> Result<()> {
    match timeout {
        None => conn.batch_execute("BEGIN"),
        Some(timeout) => conn.batch_execute(&format!("BEGIN; SET LOCAL statement_timeout TO {}", timeout.as_millis())),
    }
    .translate()
}

/// Runs a unit of reading in one snapshot; begins again on another connection if the first turns out to be lost. Blocks.
pub(super) fn read<T>(
    lease: &mut Lease<Reader>,
    timeout: Option<Duration>,
    unit: impl FnOnce(&mut Reader) -> Result<T>,
) -> Result<T> {
    // A lost connection shows at the first statement.
    if begin_snapshot(lease.conn()?, timeout).is_err() {
        lease.discard();
        begin_snapshot(lease.conn()?, timeout)?;
    }
    let reader = lease.conn()?;
    let answer = unit(reader);
    let ended = reader.finish();
    if ended.is_err() || is_stale(&answer) {
        lease.discard();
    }
    answer
}

/// Runs a unit of reading that begins its snapshot itself, if it needs one; again if the connection is lost. Blocks.
pub(super) fn read_plain<T>(lease: &mut Lease<Reader>, unit: impl Fn(&mut Reader) -> Result<T>) -> Result<T> {
    let mut attempt = 0;
    loop {
        let reader = lease.conn()?;
        let answer = unit(reader);
        let ended = reader.finish();
        let busy = answer.as_ref().is_err_and(|e| e.code == Code::Busy);
        if ended.is_err() || busy {
            lease.discard();
        }
        if !busy || attempt == RETRIES {
            return answer;
        }
        attempt += 1;
        std::thread::sleep(pause(attempt));
    }
}

fn begin_snapshot(reader: &mut Reader, timeout: Option<Duration>) -> Result<()> {
    reader.snapshot()?;
    timeout.map_or(Ok(()), |time| {
        reader.conn.batch_execute(&format!("SET LOCAL statement_timeout TO {}", time.as_millis())).translate()
    })
}

fn is_stale<T>(answer: &Result<T>) -> bool {
    answer.as_ref().is_err_and(|e| e.message == errors::STALE_PLAN)
}

/// A growing pause with some chance in it, so that two who collided do not collide again.
fn pause(attempt: u32) -> Duration {
    let mut random = [0_u8; 1];
    let chance = getrandom::fill(&mut random).map_or(0, |()| u64::from(random[0]));
    Duration::from_micros((1_u64 << attempt.min(8)) * (200 + 4 * chance))
}
