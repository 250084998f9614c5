//! Spans of time: months, days and microseconds, which PostgreSQL keeps apart because months and days differ in length.

use std::{cmp::Ordering, io::Write as _};

use serde::{Deserialize, Serialize};

use super::problem::{invalid_syntax, shorten};
use crate::{Code, Error};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Months; twelve of them are a year.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub micros: i64,
}

impl Interval {
    /// The order of spans: a month is 30 days, a day 24 hours. Spans that are equal need not be the same.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        self.span().cmp(&other.span())
    }

    fn span(&self) -> i128 {
        (i128::from(self.months) * 30 + i128::from(self.days)) * i128::from(DAY) + i128::from(self.micros)
    }
}

enum Problem {
    Syntax,
    Range,
}

/// Reads `1 year 2 months -3 days 04:05:06.5`, `2 weeks ago` or ISO 8601 as `P1Y2M3DT4H5M6S`.
///
/// # Errors
/// [`Code::InvalidValue`], [`Code::OutOfRange`].
pub fn parse_interval(text: &str) -> Result<Interval, Error> {
    let trimmed = text.trim_ascii();
    let read = match trimmed.strip_prefix('P') {
        Some(iso) => parse_iso(iso),
        None => parse_words(trimmed.strip_prefix('@').unwrap_or(trimmed)),
    };
    let finish = |sums: Sums| {
        Some(Interval {
            months: i32::try_from(sums.months).ok()?,
            days: i32::try_from(sums.days).ok()?,
            micros: i64::try_from(sums.micros).ok()?,
        })
    };
    read.and_then(|sums| finish(sums).ok_or(Problem::Range)).map_err(|problem| match problem {
        Problem::Syntax => invalid_syntax("interval", text),
        Problem::Range => Error::new(Code::OutOfRange, format!("interval field value out of range: \"{}\"", shorten(text))),
    })
}

/// What an interval's parts add up to, and which were there.
#[derive(Default)]
struct Sums {
    months: i128,
    days: i128,
    micros: i128,
    seen: u16,
}

/// A unit: its place in [`Sums::seen`] and its length.
#[derive(Clone, Copy)]
enum Unit {
    Months(u8, i32),
    Days(u8, i32),
    Micros(u8, i64),
}

const UNITS: &[(&[&str], Unit)] = &[
    (&["millennium", "millennia", "mil", "mils"], Unit::Months(0, 12_000)),
    (&["century", "centuries", "cent", "c"], Unit::Months(1, 1_200)),
    (&["decade", "decades", "dec", "decs"], Unit::Months(2, 120)),
    (&["year", "years", "yr", "yrs", "y"], Unit::Months(3, 12)),
    (&["month", "months", "mon", "mons"], Unit::Months(4, 1)),
    (&["week", "weeks", "w"], Unit::Days(5, 7)),
    (&["day", "days", "d"], Unit::Days(6, 1)),
    (&["hour", "hours", "hr", "hrs", "h"], Unit::Micros(7, HOUR)),
    (&["minute", "minutes", "min", "mins", "m"], Unit::Micros(8, MINUTE)),
    (&["second", "seconds", "sec", "secs", "s"], Unit::Micros(9, SECOND)),
    (&["millisecond", "milliseconds", "msec", "msecs", "ms"], Unit::Micros(10, 1_000)),
    (&["microsecond", "microseconds", "usec", "usecs", "us"], Unit::Micros(11, 1)),
];

/// The places that a time of day takes.
const CLOCK: u16 = 0b11_1000_0000;

impl Sums {
    fn mark(&mut self, places: u16) -> Result<(), Problem> {
        if self.seen & places != 0 {
            return Err(Problem::Syntax);
        }
        self.seen |= places;
        Ok(())
    }

    /// Adds so many of a unit; only days and what is shorter may have a fraction.
    fn add(&mut self, number: &Number, unit: Unit) -> Result<(), Problem> {
        let whole = i128::from(number.whole);
        let fraction = |length: i64| number.millionths * i128::from(length) / 1_000_000;
        match unit {
            Unit::Months(place, length) if number.millionths == 0 => {
                self.mark(1 << place)?;
                self.months += whole * i128::from(length);
            }
            Unit::Days(place, length) if number.millionths == 0 || length == 1 => {
                self.mark(1 << place)?;
                self.days += whole * i128::from(length);
                self.micros += fraction(DAY);
            }
            Unit::Micros(place, length) if number.millionths == 0 || length >= SECOND => {
                self.mark(1 << place)?;
                self.micros += whole * i128::from(length) + fraction(length);
            }
            _ => return Err(Problem::Syntax),
        }
        Ok(())
    }
}

/// A decimal of at most six digits behind the point; both parts have its sign.
struct Number {
    whole: i64,
    millionths: i128,
}

/// A number at the beginning of a text, its sign included, and what follows.
fn number(text: &str) -> Result<(Number, &str), Problem> {
    let negative = text.starts_with('-');
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, mut rest) = split_digits(rest);
    let mut whole: i64 =
        if digits.is_empty() { return Err(Problem::Syntax) } else { digits.parse().map_err(|_| Problem::Range)? };
    let mut millionths = 0;
    if let Some(behind) = rest.strip_prefix('.') {
        let (fraction, tail) = split_digits(behind);
        if fraction.is_empty() || fraction.len() > 6 {
            return Err(Problem::Syntax);
        }
        millionths = format!("{fraction:0<6}").parse().map_err(|_| Problem::Syntax)?;
        rest = tail;
    }
    if negative {
        (whole, millionths) = (-whole, -millionths);
    }
    Ok((Number { whole, millionths }, rest))
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn parse_words(text: &str) -> Result<Sums, Problem> {
    let mut sums = Sums::default();
    let mut rest = text.trim_ascii();
    while !rest.is_empty() {
        if rest.eq_ignore_ascii_case("ago") && sums.seen != 0 {
            (sums.months, sums.days, sums.micros) = (-sums.months, -sums.days, -sums.micros);
            return Ok(sums);
        }
        rest = if rest.split_ascii_whitespace().next().is_some_and(|word| word.contains(':')) {
            clock(rest, &mut sums)?
        } else {
            quantity(rest, &mut sums)?
        }
        .trim_ascii_start();
    }
    if sums.seen == 0 { Err(Problem::Syntax) } else { Ok(sums) }
}

/// `3 days`, `3days`; a number alone is seconds, if it is all there is or the last.
fn quantity<'a>(text: &'a str, sums: &mut Sums) -> Result<&'a str, Problem> {
    let (number, rest) = number(text)?;
    let rest = rest.trim_ascii_start();
    let (word, tail) = rest.split_at(rest.bytes().take_while(u8::is_ascii_alphabetic).count());
    if rest.is_empty() {
        sums.add(&number, Unit::Micros(9, SECOND))?;
        return Ok(rest);
    }
    let named = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    let (_, unit) = UNITS.iter().find(|(names, _)| named(names)).ok_or(Problem::Syntax)?;
    sums.add(&number, *unit)?;
    Ok(tail)
}

/// `04:05`, `-04:05:06.5`.
fn clock<'a>(text: &'a str, sums: &mut Sums) -> Result<&'a str, Problem> {
    sums.mark(CLOCK)?;
    let end = text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len());
    let (time, rest) = text.split_at(end);
    let unsigned = time.strip_prefix(['-', '+']).unwrap_or(time);
    let mut parts = unsigned.splitn(3, ':');
    let mut part = |most: i64, fraction: bool| match parts.next() {
        None => Ok(0),
        Some(text) if text.starts_with(['-', '+']) => Err(Problem::Syntax),
        Some(text) => match number(text)? {
            (number, "") if fraction || number.millionths == 0 => {
                if number.whole > most {
                    Err(Problem::Range)
                } else {
                    Ok(i128::from(number.whole) * 1_000_000 + number.millionths)
                }
            }
            _ => Err(Problem::Syntax),
        },
    };
    let micros = part(i64::MAX, false)? * 3600 + part(59, false)? * 60 + part(59, true)?;
    sums.micros += if time.starts_with('-') { -micros } else { micros };
    Ok(rest)
}

/// What follows the `P`.
fn parse_iso(text: &str) -> Result<Sums, Problem> {
    let mut sums = Sums::default();
    let (dates, times) = text.split_once('T').map_or((text, None), |(dates, times)| (dates, Some(times)));
    let mut read = |mut rest: &str, units: &[(char, Unit)]| {
        while !rest.is_empty() {
            let (number, tail) = number(rest)?;
            let letter = tail.chars().next().ok_or(Problem::Syntax)?;
            let (_, unit) = units.iter().find(|(name, _)| *name == letter).ok_or(Problem::Syntax)?;
            sums.add(&number, *unit)?;
            rest = &tail[1..];
        }
        Ok(())
    };
    read(dates, &[('Y', Unit::Months(3, 12)), ('M', Unit::Months(4, 1)), ('W', Unit::Days(5, 7)), ('D', Unit::Days(6, 1))])?;
    if let Some(times) = times {
        read(times, &[('H', Unit::Micros(7, HOUR)), ('M', Unit::Micros(8, MINUTE)), ('S', Unit::Micros(9, SECOND))])?;
    }
    if sums.seen == 0 { Err(Problem::Syntax) } else { Ok(sums) }
}

/// Writes `1 year 2 mons -3 days +04:05:06.5`, as PostgreSQL does with `intervalstyle` `postgres`.
pub fn write_interval(out: &mut Vec<u8>, interval: &Interval) {
    let (mut empty, mut negative) = (true, false);
    let parts = [(interval.months / 12, "year"), (interval.months % 12, "mon"), (interval.days, "day")];
    for (count, unit) in parts.into_iter().filter(|(count, _)| *count != 0) {
        let (blank, sign, plural) =
            (if empty { "" } else { " " }, if negative && count > 0 { "+" } else { "" }, if count == 1 { "" } else { "s" });
        let _ = write!(out, "{blank}{sign}{count} {unit}{plural}");
        (empty, negative) = (false, count < 0);
    }
    if !empty && interval.micros == 0 {
        return;
    }
    let sign = match interval.micros {
        ..0 => "-",
        _ if negative => "+",
        _ => "",
    };
    let micros = interval.micros.unsigned_abs();
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let blank = if empty { "" } else { " " };
    let _ = write!(out, "{blank}{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction > 0 {
        let digits = format!("{fraction:06}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
}
