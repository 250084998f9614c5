//! Throttling of sign-ins: growing delays per account and address, kept in the database so that they hold across restarts
//! and nodes.

use std::net::{IpAddr, Ipv6Addr};

use diesel::{prelude::*, sql_types::Text};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tenon_model::{Code, Error, Result};

use crate::{
    database::{Conn, Translate},
    system::schema::_tenon_throttle as throttle,
};

/// After so long without a failure, earlier ones are forgotten.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);
/// The longest delay. Seconds.
const LONGEST: i64 = 900;

/// One thing that failures are counted for.
struct Subject {
    key: String,
    /// Failures that are free.
    free: i64,
}

/// What a sign-in is counted under. An account is mainly guarded per address, so that a stranger who guesses from elsewhere
/// does not lock its owner out.
pub(super) struct Attempt {
    subjects: Vec<Subject>,
}

fn subject(kind: &str, what: &[&str], free: i64) -> Subject {
    let mut hash = Sha256::new();
    for part in what {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    Subject { key: format!("{kind}:{}", hex::encode(&hash.finalize()[..16])), free }
}

impl Attempt {
    /// Of an address of the net at an account, which need not exist.
    pub(super) fn new(email: &str, address: &str) -> Self {
        let net = net_of(address);
        Self {
            subjects: vec![subject("pair", &[email, &net], 4), subject("address", &[&net], 19), subject("account", &[email], 99)],
        }
    }

    /// Of a second factor's code, by who has the first factor already: codes are short, so their user is guarded at large too.
    pub(super) fn second_factor(user: &str, address: &str) -> Self {
        Self { subjects: vec![subject("factor-pair", &[user, &net_of(address)], 4), subject("factor", &[user], 19)] }
    }

    /// Of a code from a mail. A code is void after a few wrong ones; this keeps somebody from trying those of many users.
    pub(super) fn mailed_code(email: &str, address: &str) -> Self {
        let net = net_of(address);
        Self { subjects: vec![subject("code-pair", &[email, &net], 9), subject("code-address", &[&net], 99)] }
    }

    /// Counts the attempt as a failure before its password is looked at, so that many at once are no way around the delay.
    ///
    /// # Errors
    /// [`Code::Throttled`] if it is too early; then it is not counted.
    pub(super) fn begin(&self, conn: &mut Conn, now: Timestamp) -> Result<()> {
        self.subjects.iter().try_for_each(|subject| one_at_a_time(conn, &subject.key))?;
        for subject in &self.subjects {
            let wait = subject.load(conn, now)?.map_or(0, |(failures, last)| match subject.delay(failures) {
                // Of two at once the later one may have been counted first: that is nothing to wait for.
                0 => 0,
                delay => last + delay - now.as_millisecond(),
            });
            if wait > 0 {
                let seconds = u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX);
                let error = Error::new(Code::Throttled, "too many failed attempts; wait a moment before the next one");
                return Err(error.with_retry_after(seconds));
            }
        }
        self.subjects.iter().try_for_each(|subject| subject.count(conn, now))
    }

    /// Takes the attempt back: it was no failure. The pair starts afresh.
    pub(super) fn succeed(&self, conn: &mut Conn) -> Result<()> {
        for (index, subject) in self.subjects.iter().enumerate() {
            let row = throttle::table.filter(throttle::subject.eq(&subject.key));
            if index == 0 {
                diesel::delete(row).execute(conn)
            } else {
                diesel::update(row).set(throttle::failures.eq(throttle::failures - 1)).execute(conn)
            }
            .translate()?;
        }
        Ok(())
    }

    /// Forgets what is too old to matter.
    pub(super) fn sweep(conn: &mut Conn, now: Timestamp) -> Result<()> {
        diesel::delete(throttle::table.filter(throttle::last_at.lt(remembered_since(now)))).execute(conn).map(|_| ()).translate()
    }
}

impl Subject {
    /// Failures so far and when the last one was, in milliseconds since 1970.
    fn load(&self, conn: &mut Conn, now: Timestamp) -> Result<Option<(i64, i64)>> {
        throttle::table
            .filter(throttle::subject.eq(&self.key))
            .filter(throttle::last_at.ge(remembered_since(now)))
            .select((throttle::failures, throttle::last_at))
            .first(conn)
            .optional()
            .translate()
    }

    /// How long after the last failure the next attempt must wait. Milliseconds.
    fn delay(&self, failures: i64) -> i64 {
        if failures > self.free { delay(failures - self.free) * 1000 } else { 0 }
    }

    fn count(&self, conn: &mut Conn, now: Timestamp) -> Result<()> {
        let failures = self.load(conn, now)?.map_or(0, |(failures, _)| failures) + 1;
        diesel::delete(throttle::table.filter(throttle::subject.eq(&self.key))).execute(conn).translate()?;
        diesel::insert_into(throttle::table)
            .values((throttle::subject.eq(&self.key), throttle::failures.eq(failures), throttle::last_at.eq(now.as_millisecond())))
            .execute(conn)
            .map(|_| ())
            .translate()
    }
}

/// Waits until no other transaction counts the same, so that none of many at once is lost. SQLite writes one at a time anyway.
pub(super) fn one_at_a_time(conn: &mut Conn, key: &str) -> Result<()> {
    const LOCK: &str = "select pg_advisory_xact_lock(hashtextextended($1, 0))";
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(pg) => diesel::sql_query(LOCK).bind::<Text, _>(key).execute(pg).map(drop).translate(),
    }
}

/// What counts as one address of the net: of IPv6 the first half, since whoever has one address there has all with the same.
pub(super) fn net_of(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(v6)) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).to_string(),
        Ok(v4) => v4.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// Failures from before this are forgotten. Milliseconds since 1970.
fn remembered_since(now: Timestamp) -> i64 {
    now.as_millisecond() - i64::try_from(MEMORY.as_millis()).unwrap_or(i64::MAX)
}

/// 1, 2, 4 … seconds, up to a quarter of an hour.
fn delay(beyond: i64) -> i64 {
    1_i64.checked_shl(u32::try_from(beyond - 1).unwrap_or(62).min(62)).unwrap_or(LONGEST).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_quarter_of_an_hour() {
        assert_eq!((1..=12).map(delay).collect::<Vec<_>>(), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(delay(i64::MAX), LONGEST);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_two_at_once_neither_waits_for_the_other() {
        let data = tempfile::tempdir().unwrap();
        let config = crate::Config { data: data.path().to_owned(), clock: crate::Clock::standing(), ..crate::Config::default() };
        let engine = crate::Engine::open(config).await.unwrap();
        let now = engine.now();
        let unit = move |conn: &mut Conn| {
            let later = now.checked_add(SignedDuration::from_millis(7)).map_err(Error::internal)?;
            Attempt::new("ada@example.org", "203.0.113.7").begin(conn, later)?;
            Attempt::new("bob@example.org", "203.0.113.7").begin(conn, now)
        };
        engine.database().write(unit).await.unwrap();
    }

    #[test]
    fn neighbours_in_ipv6_count_as_one() {
        assert_eq!(net_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(net_of("2001:db8:1:2:ffff::1"), "2001:db8:1:2::");
        assert_ne!(net_of("2001:db8:1:3::1"), "2001:db8:1:2::");
        assert_eq!((net_of("203.0.113.7"), net_of("::ffff:203.0.113.7")), ("203.0.113.7".into(), "203.0.113.7".into()));
        assert_eq!(net_of(""), "");
    }

    #[test]
    fn subjects_do_not_run_into_each_other() {
        let key = |email, address| Attempt::new(email, address).subjects[0].key.clone();
        assert_ne!(key("a", "bc"), key("ab", "c"));
    }
}
