//! How often something may be asked for: counted in the database, so that it holds across restarts and nodes.

use diesel::prelude::*;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tenon_model::{AuthCode, Error, Result};

use super::throttle::one_at_a_time;
use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_throttle as throttle,
};

/// Counts one more of `what` for `whom` in this hour.
///
/// # Errors
/// `code` with the seconds to wait, beyond `most`; then it is not counted.
pub(crate) fn per_hour(conn: &mut Conn, now: Timestamp, what: &str, whom: &str, most: u32, code: AuthCode) -> Result<()> {
    let hour = now.as_second() / 3600;
    let subject = subject(&format!("{what}:{hour}"), whom);
    one_at_a_time(conn, &subject)?;
    let count = load(conn, &subject)?.map_or(0, |(count, _)| count);
    if count >= i64::from(most) {
        return Err(wait(code, (hour + 1) * 3600 - now.as_second()));
    }
    put(conn, &subject, count + 1, now)
}

/// Notes that `what` was done for `whom`, at least `seconds` after the last time.
///
/// # Errors
/// `code` with the seconds to wait, if it is too early; then it is not noted.
pub(crate) fn interval(conn: &mut Conn, now: Timestamp, what: &str, whom: &str, seconds: u32, code: AuthCode) -> Result<()> {
    let subject = subject(what, whom);
    one_at_a_time(conn, &subject)?;
    if let Some((_, last)) = load(conn, &subject)? {
        let left = last + i64::from(seconds) * 1000 - now.as_millisecond();
        if left > 0 {
            return Err(wait(code, (left + 999) / 1000));
        }
    }
    put(conn, &subject, 1, now)
}

fn wait(code: AuthCode, seconds: i64) -> Error {
    let seconds = u32::try_from(seconds.max(1)).unwrap_or(u32::MAX);
    let message = format!("For security purposes, you can only request this after {seconds} seconds.");
    Error::auth(code, message).with_retry_after(seconds)
}

fn subject(what: &str, whom: &str) -> String {
    format!("{what}:{}", hex::encode(&Sha256::digest(whom)[..16]))
}

fn load(conn: &mut Conn, subject: &str) -> Result<Option<(i64, i64)>> {
    let row = throttle::table.filter(throttle::subject.eq(subject)).select((throttle::failures, throttle::last_at));
    row.first(conn).optional().translate()
}

fn put(conn: &mut Conn, subject: &str, count: i64, now: Timestamp) -> Result<()> {
    diesel::delete(throttle::table.filter(throttle::subject.eq(subject))).execute(conn).translate()?;
    diesel::insert_into(throttle::table)
        .values((throttle::subject.eq(subject), throttle::failures.eq(count), throttle::last_at.eq(now.as_millisecond())))
        .execute(conn)
        .map(drop)
        .translate()
}
