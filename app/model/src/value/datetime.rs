//! Dates and times: ISO 8601 in, canonical text out.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
};

use super::problem::{invalid_syntax, shorten};
use crate::{Code, Error};

const DAY_MICROS: i64 = 86_400_000_000;

/// What a text says.
#[derive(Clone, Copy, Default)]
struct Parts {
    date: Option<Date>,
    /// Microseconds since midnight; a day's worth at most.
    micros: Option<i64>,
    /// Seconds east of UTC.
    offset: Option<i32>,
    /// Whether a `T` stands between date and time.
    lettered: bool,
    /// Whether it has the form, but says a day or a time that there is not.
    out_of_range: bool,
}

impl Parts {
    /// What is wanted of the parts: a text that lacks it has the wrong form, whatever else is wrong with it.
    fn want<T>(&self, part: Option<T>) -> Result<T, Problem> {
        match part {
            None => Err(Problem::Syntax),
            Some(_) if self.out_of_range => Err(Problem::Range),
            Some(part) => Ok(part),
        }
    }
}

enum Problem {
    Syntax,
    Range,
}

impl Problem {
    fn error(&self, type_name: &str, text: &str) -> Error {
        match self {
            Self::Syntax => invalid_syntax(type_name, text),
            Self::Range => Error::new(Code::OutOfRange, format!("date/time field value out of range: \"{}\"", shorten(text))),
        }
    }
}

/// Reads a date; a time behind it is dropped.
///
/// # Errors
/// [`Code::InvalidValue`], [`Code::OutOfRange`].
pub fn parse_date(text: &str) -> Result<Date, Error> {
    scan(text).and_then(|parts| parts.want(parts.date)).map_err(|p| p.error("date", text))
}

/// Reads a time of day, rounded to microseconds; a date before it (with a blank between) and an offset behind it are dropped.
///
/// # Errors
/// As [`parse_date`].
pub fn parse_time(text: &str) -> Result<Time, Error> {
    let read = || {
        let parts = scan(text)?;
        // Not a moment in ISO form, as in PostgreSQL.
        let micros = parts.want(parts.micros.filter(|_| !parts.lettered))?;
        if micros >= DAY_MICROS { Err(Problem::Range) } else { add(Date::constant(2000, 1, 1), micros).map(DateTime::time) }
    };
    read().map_err(|p: Problem| p.error("time", text))
}

/// Reads a timestamp without zone, rounded to microseconds; an offset is dropped.
///
/// # Errors
/// As [`parse_date`].
pub fn parse_timestamp(text: &str) -> Result<DateTime, Error> {
    let read = || {
        let parts = scan(text)?;
        add(parts.want(parts.date)?, parts.micros.unwrap_or(0))
    };
    read().map_err(|p: Problem| p.error("timestamp", text))
}

/// Reads a moment, rounded to microseconds, in UTC; without an offset it is taken as UTC.
///
/// # Errors
/// As [`parse_date`].
pub fn parse_timestamptz(text: &str) -> Result<DateTime, Error> {
    let read = || {
        let parts = scan(text)?;
        let local = parts.micros.unwrap_or(0) - i64::from(parts.offset.unwrap_or(0)) * 1_000_000;
        add(parts.want(parts.date)?, local)
    };
    read().map_err(|p: Problem| p.error("timestamp with time zone", text))
}

/// A date and microseconds from its midnight, within the years 1 to 9999.
fn add(date: Date, micros: i64) -> Result<DateTime, Problem> {
    let moment = date.to_datetime(Time::midnight()).checked_add(SignedDuration::from_micros(micros)).map_err(|_| Problem::Range)?;
    if moment.year() < 1 { Err(Problem::Range) } else { Ok(moment) }
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn eat(&mut self, byte: u8) -> bool {
        let there = self.0.first() == Some(&byte);
        if there {
            self.0 = &self.0[1..];
        }
        there
    }

    fn skip_spaces(&mut self) -> bool {
        let before = self.0.len();
        self.0 = self.0.trim_ascii_start();
        self.0.len() < before
    }

    /// A run of digits: its value and length.
    fn digits(&mut self, most: usize) -> (u32, usize) {
        let length = self.0.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        let value = self.0[..length].iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
        self.0 = &self.0[length..];
        (value, length)
    }

    /// One or two digits.
    fn pair(&mut self) -> Result<u32, Problem> {
        match self.digits(2) {
            (_, 0) => Err(Problem::Syntax),
            (value, _) => Ok(value),
        }
    }
}

fn scan(text: &str) -> Result<Parts, Problem> {
    let mut cursor = Cursor(text.trim_ascii().as_bytes());
    let mut parts = Parts::default();
    if cursor.0.iter().take_while(|b| b.is_ascii_digit()).count() > 2 {
        parts.date = Some(scan_date(&mut cursor, &mut parts.out_of_range)?);
        parts.lettered = cursor.eat(b'T') || cursor.eat(b't');
        let separated = parts.lettered || cursor.skip_spaces();
        if cursor.0.is_empty() {
            return if separated { Err(Problem::Syntax) } else { Ok(parts) };
        }
        if !separated {
            return Err(Problem::Syntax);
        }
    }
    parts.micros = Some(scan_time(&mut cursor, &mut parts.out_of_range)?);
    cursor.skip_spaces();
    if !cursor.0.is_empty() {
        parts.offset = Some(scan_offset(&mut cursor, &mut parts.out_of_range)?);
    }
    if cursor.0.is_empty() { Ok(parts) } else { Err(Problem::Syntax) }
}

/// `2013-01-31` or `20130131`.
fn scan_date(cursor: &mut Cursor<'_>, out_of_range: &mut bool) -> Result<Date, Problem> {
    let (year, length) = cursor.digits(8);
    let (year, month, day) = if length == 8 {
        (year / 10_000, year / 100 % 100, year % 100)
    } else {
        let dashed = cursor.eat(b'-');
        let month = cursor.pair()?;
        if !dashed || !cursor.eat(b'-') || length < 4 {
            return Err(Problem::Syntax);
        }
        (year, month, cursor.pair()?)
    };
    let small = |n: u32| i8::try_from(n).ok();
    let year = i16::try_from(year).ok().filter(|y| (1..=9999).contains(y));
    let date = year.zip(small(month)).zip(small(day)).and_then(|((year, month), day)| Date::new(year, month, day).ok());
    *out_of_range |= date.is_none();
    Ok(date.unwrap_or_default())
}

/// `12:34`, `12:34:56`, `12:34:56.789`: microseconds since midnight, fractions rounded.
fn scan_time(cursor: &mut Cursor<'_>, out_of_range: &mut bool) -> Result<i64, Problem> {
    let hour = cursor.pair()?;
    if !cursor.eat(b':') {
        return Err(Problem::Syntax);
    }
    let minute = cursor.pair()?;
    let (mut second, mut micros) = (0, 0);
    if cursor.eat(b':') {
        second = cursor.pair()?;
        if cursor.eat(b'.') {
            micros = scan_fraction(cursor);
        }
    }
    let total = (i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * 1_000_000 + micros;
    *out_of_range |= hour > 24 || minute > 59 || second > 60 || total > DAY_MICROS;
    Ok(total)
}

fn scan_fraction(cursor: &mut Cursor<'_>) -> i64 {
    let (value, length) = cursor.digits(6);
    let micros = i64::from(value) * 10_i64.pow(u32::try_from(6 - length).unwrap_or(0));
    let round_up = matches!(cursor.0.first(), Some(b'5'..=b'9'));
    while matches!(cursor.0.first(), Some(b'0'..=b'9')) {
        cursor.0 = &cursor.0[1..];
    }
    micros + i64::from(round_up)
}

/// `Z`, `UTC`, `GMT`, `+01`, `+0130`, `+01:30`, `+01:30:15`: seconds east.
fn scan_offset(cursor: &mut Cursor<'_>, out_of_range: &mut bool) -> Result<i32, Problem> {
    for name in ["Z", "UTC", "GMT"] {
        if cursor.0.eq_ignore_ascii_case(name.as_bytes()) {
            cursor.0 = &[];
            return Ok(0);
        }
    }
    let sign = if cursor.eat(b'+') {
        1
    } else if cursor.eat(b'-') {
        -1
    } else {
        return Err(Problem::Syntax);
    };
    let hour = cursor.pair()?;
    let (mut minute, mut second) = (0, 0);
    if cursor.eat(b':') || matches!(cursor.0.first(), Some(b'0'..=b'9')) {
        minute = cursor.pair()?;
        if cursor.eat(b':') {
            second = cursor.pair()?;
        }
    }
    *out_of_range |= hour > 15 || minute > 59 || second > 59;
    let total = i32::try_from(hour * 3600 + minute * 60 + second).unwrap_or(0);
    Ok(sign * total)
}

/// Writes `2013-01-31`.
pub fn write_date(out: &mut Vec<u8>, date: Date) {
    let year = u16::try_from(date.year()).unwrap_or(0);
    push_two(out, u8::try_from(year / 100).unwrap_or(0));
    push_two(out, u8::try_from(year % 100).unwrap_or(0));
    out.push(b'-');
    push_two(out, date.month().unsigned_abs());
    out.push(b'-');
    push_two(out, date.day().unsigned_abs());
}

/// Writes `12:34:56` or `12:34:56.789`, trailing zeros of the fraction trimmed.
pub fn write_time(out: &mut Vec<u8>, time: Time) {
    push_two(out, time.hour().unsigned_abs());
    out.push(b':');
    push_two(out, time.minute().unsigned_abs());
    out.push(b':');
    push_two(out, time.second().unsigned_abs());
    let mut micros = time.subsec_nanosecond().unsigned_abs() / 1_000;
    if micros > 0 {
        let mut digits = 6;
        while micros.is_multiple_of(10) {
            micros /= 10;
            digits -= 1;
        }
        out.extend_from_slice(format!(".{micros:0digits$}").as_bytes());
    }
}

/// Writes `2013-01-31T12:34:56`.
pub fn write_timestamp(out: &mut Vec<u8>, moment: DateTime) {
    write_date(out, moment.date());
    out.push(b'T');
    write_time(out, moment.time());
}

/// Writes `2013-01-31T12:34:56+00:00`.
pub fn write_timestamptz(out: &mut Vec<u8>, moment: DateTime) {
    write_timestamp(out, moment);
    out.extend_from_slice(b"+00:00");
}

fn push_two(out: &mut Vec<u8>, number: u8) {
    out.push(b'0' + number / 10);
    out.push(b'0' + number % 10);
}
