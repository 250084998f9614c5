//! Parts of dates and times: `extract`, `date_part`, `date_trunc`.

use bigdecimal::{BigDecimal, num_bigint::BigInt};
use jiff::civil::DateTime;

use super::calendar::{DAY, HOUR, SECOND, civil, day_number, day_of_week, instant_of, iso_week, moment, out_of_range};
use crate::{
    Code, Error, Result, Value,
    value::{Interval, decimal},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Microseconds,
    Milliseconds,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
    Dow,
    Isodow,
    Doy,
    Isoyear,
    Julian,
    Epoch,
}

const FIELDS: &[(&str, Field)] = &[
    ("microseconds", Field::Microseconds),
    ("microsecond", Field::Microseconds),
    ("milliseconds", Field::Milliseconds),
    ("millisecond", Field::Milliseconds),
    ("second", Field::Second),
    ("seconds", Field::Second),
    ("minute", Field::Minute),
    ("minutes", Field::Minute),
    ("hour", Field::Hour),
    ("hours", Field::Hour),
    ("day", Field::Day),
    ("days", Field::Day),
    ("week", Field::Week),
    ("weeks", Field::Week),
    ("month", Field::Month),
    ("months", Field::Month),
    ("quarter", Field::Quarter),
    ("year", Field::Year),
    ("years", Field::Year),
    ("decade", Field::Decade),
    ("decades", Field::Decade),
    ("century", Field::Century),
    ("centuries", Field::Century),
    ("millennium", Field::Millennium),
    ("millennia", Field::Millennium),
    ("dow", Field::Dow),
    ("isodow", Field::Isodow),
    ("doy", Field::Doy),
    ("isoyear", Field::Isoyear),
    ("julian", Field::Julian),
    ("epoch", Field::Epoch),
];

fn field(name: &str, of: &str) -> Result<Field> {
    let known = FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map(|(_, field)| *field).ok_or_else(|| unrecognized(name, of))
}

fn unrecognized(name: &str, of: &str) -> Error {
    Error::new(Code::InvalidValue, format!("unit \"{}\" not recognized for type {of}", name.to_ascii_lowercase()))
        .with_hint("The units are second, minute, hour, day, week, month, quarter, year, dow, isodow, doy, epoch and the like.")
}

/// Checks a literal field.
pub(in super::super) fn check_field(name: &str) -> Result<()> {
    field(name, "timestamp").map(drop)
}

fn unsupported(name: &str, of: &str) -> Error {
    Error::new(Code::Unsupported, format!("unit \"{}\" not supported for type {of}", name.to_ascii_lowercase()))
}

/// A part, as a whole number of units of `10^-scale`; a julian date is a quotient.
enum Part {
    Exact(i128, i64),
    /// Microseconds within a minute, as units of `10^-scale`.
    Seconds(i64, i64),
    Julian(i64, i64),
}

use Part::{Exact, Julian, Seconds};

impl Part {
    fn numeric(&self) -> Result<Value> {
        match self {
            Exact(number, scale) => Ok(Value::Numeric(BigDecimal::new(BigInt::from(*number), *scale))),
            Seconds(micros, scale) => Ok(Value::Numeric(BigDecimal::new(BigInt::from(*micros), *scale))),
            Julian(day, micros) => {
                let fraction = decimal::divide(&BigDecimal::from(*micros), &BigDecimal::from(DAY))?;
                decimal::add(&BigDecimal::from(*day), &fraction).map(Value::Numeric)
            }
        }
    }

    /// The same in floating point, computed as PostgreSQL does.
    #[allow(clippy::cast_precision_loss, reason = "as PostgreSQL computes")]
    fn double(&self) -> Value {
        Value::Float(match self {
            Exact(number, 0) => *number as f64,
            Exact(number, scale) => {
                let unit = 10_i128.pow(u32::try_from(*scale).unwrap_or(0));
                *number as f64 / unit as f64
            }
            Seconds(micros, scale) => {
                let (seconds, rest) = ((micros / SECOND) as f64, (micros % SECOND) as f64);
                if *scale == 6 { seconds + rest / 1_000_000.0 } else { seconds * 1_000.0 + rest / 1_000.0 }
            }
            Julian(day, micros) => {
                let (seconds, rest) = (micros / SECOND, micros % SECOND);
                *day as f64 + (seconds as f64 + rest as f64 / 1_000_000.0) / 86_400.0
            }
        })
    }
}

/// The parts of a time of day; none if the field is about days.
fn part_of_day(field: Field, micros: i64) -> Option<Part> {
    let within_minute = micros % (60 * SECOND);
    Some(match field {
        Field::Microseconds => Exact(within_minute.into(), 0),
        Field::Milliseconds => Seconds(within_minute, 3),
        Field::Second => Seconds(within_minute, 6),
        Field::Minute => Exact(i128::from(micros / (60 * SECOND) % 60), 0),
        Field::Hour => Exact(i128::from(micros / HOUR), 0),
        _ => return None,
    })
}

/// The parts of a date; none if the field is about times.
fn part_of_date(field: Field, number: i64) -> Option<Part> {
    let (year, month, day) = civil(number);
    let part = match field {
        Field::Day => day,
        Field::Month => month,
        Field::Quarter => (month - 1) / 3 + 1,
        Field::Year => year,
        Field::Decade => year / 10,
        Field::Century => (year + 99) / 100,
        Field::Millennium => (year + 999) / 1000,
        Field::Week => iso_week(number).1,
        Field::Isoyear => iso_week(number).0,
        Field::Dow => day_of_week(number),
        Field::Isodow => (day_of_week(number) + 6) % 7 + 1,
        Field::Doy => number - day_number(year, 1, 1) + 1,
        _ => return None,
    };
    Some(Exact(part.into(), 0))
}

/// Days from the beginning of the Julian period to 1970-01-01.
const JULIAN: i64 = 2_440_588;

fn of_moment(name: &str, from: DateTime, of: &str) -> Result<Part> {
    let field = field(name, of)?;
    let instant = instant_of(from);
    let (number, micros) = (instant.div_euclid(DAY), instant.rem_euclid(DAY));
    Ok(match field {
        Field::Epoch => Exact(instant.into(), 6),
        Field::Julian => Julian(number + JULIAN, micros),
        _ => part_of_date(field, number).or_else(|| part_of_day(field, micros)).ok_or_else(|| unsupported(name, of))?,
    })
}

fn of_date(name: &str, number: i64) -> Result<Part> {
    Ok(match field(name, "date")? {
        Field::Epoch => Exact(i128::from(number) * 86_400, 0),
        Field::Julian => Exact((number + JULIAN).into(), 0),
        field => part_of_date(field, number).ok_or_else(|| unsupported(name, "date"))?,
    })
}

fn of_time(name: &str, micros: i64) -> Result<Part> {
    match field(name, "time without time zone")? {
        Field::Epoch => Ok(Exact(micros.into(), 6)),
        field => part_of_day(field, micros).ok_or_else(|| unsupported(name, "time without time zone")),
    }
}

fn of_interval(name: &str, x: &Interval) -> Result<Part> {
    let (year, month) = (x.months / 12, x.months % 12);
    let whole = |n: i32| Exact(n.into(), 0);
    Ok(match field(name, "interval")? {
        Field::Day => whole(x.days),
        Field::Month => whole(month),
        Field::Quarter => whole(month / 3 + 1),
        Field::Year => whole(year),
        Field::Decade => whole(year / 10),
        Field::Century => whole(year / 100),
        Field::Millennium => whole(year / 1000),
        Field::Epoch => {
            // A year is 365.25 days, a month 30.
            let quarter_days = i128::from(year) * 1461 + i128::from(month) * 120 + i128::from(x.days) * 4;
            Exact(quarter_days * 21_600 * i128::from(SECOND) + i128::from(x.micros), 6)
        }
        field => part_of_day(field, x.micros).ok_or_else(|| unsupported(name, "interval"))?,
    })
}

/// The part of a value that a field names.
fn part(name: &str, value: &Value) -> Result<Part> {
    match value {
        Value::Timestamp(moment) => of_moment(name, *moment, "timestamp without time zone"),
        Value::Timestamptz(moment) => of_moment(name, *moment, "timestamp without time zone"),
        Value::Date(date) => of_date(name, super::calendar::day_of(*date)),
        Value::Time(time) => of_time(name, super::calendar::micros_of(*time)),
        Value::Interval(interval) => of_interval(name, interval),
        other => Err(Error::internal(format!("extract of {other:?}"))),
    }
}

pub(super) fn extract(name: &str, value: &Value) -> Result<Value> {
    part(name, value)?.numeric()
}

/// As PostgreSQL has it, a date is its midnight here, and an interval's seconds are summed in floating point.
#[allow(clippy::cast_precision_loss, reason = "as PostgreSQL computes")]
pub(super) fn date_part(name: &str, value: &Value) -> Result<Value> {
    match value {
        Value::Date(date) => Ok(of_moment(name, date.to_datetime(jiff::civil::Time::midnight()), "timestamp")?.double()),
        Value::Interval(x) if field(name, "interval")? == Field::Epoch => {
            let mut sum = x.micros as f64 / 1_000_000.0;
            sum += 365.25 * 86_400.0 * f64::from(x.months / 12);
            sum += 30.0 * 86_400.0 * f64::from(x.months % 12);
            sum += 86_400.0 * f64::from(x.days);
            Ok(Value::Float(if sum == 0.0 { 0.0 } else { sum }))
        }
        _ => Ok(part(name, value)?.double()),
    }
}

pub(super) fn truncate(name: &str, from: DateTime) -> Result<DateTime> {
    let instant = instant_of(from);
    let (number, micros) = (instant.div_euclid(DAY), instant.rem_euclid(DAY));
    let (year, month, _) = civil(number);
    let start = |year: i64, month: i64| moment(i128::from(day_number(year, month, 1)) * i128::from(DAY));
    let day = |number: i64, micros: i64| moment(i128::from(number) * i128::from(DAY) + i128::from(micros));
    match field(name, "timestamp")? {
        Field::Millennium => start((year + 999) / 1000 * 1000 - 999, 1),
        Field::Century => start((year + 99) / 100 * 100 - 99, 1),
        Field::Decade => start(year / 10 * 10, 1),
        Field::Year => start(year, 1),
        Field::Quarter => start(year, (month - 1) / 3 * 3 + 1),
        Field::Month => start(year, month),
        Field::Week => day(number - (day_of_week(number) + 6) % 7, 0),
        Field::Day => day(number, 0),
        Field::Hour => day(number, micros - micros % HOUR),
        Field::Minute => day(number, micros - micros % (60 * SECOND)),
        Field::Second => day(number, micros - micros % SECOND),
        Field::Milliseconds => day(number, micros - micros % 1_000),
        Field::Microseconds => Ok(from),
        _ => Err(unrecognized(name, "timestamp")),
    }
}

pub(super) fn truncate_interval(name: &str, x: &Interval) -> Result<Value> {
    let months = |unit: i32| Interval { months: x.months / unit * unit, days: 0, micros: 0 };
    let micros = |unit: i64| Interval { micros: x.micros / unit * unit, ..*x };
    Ok(Value::Interval(match field(name, "interval")? {
        Field::Millennium => months(12_000),
        Field::Century => months(1_200),
        Field::Decade => months(120),
        Field::Year => months(12),
        Field::Quarter => months(3),
        Field::Month => months(1),
        Field::Day => Interval { micros: 0, ..*x },
        Field::Hour => micros(HOUR),
        Field::Minute => micros(60 * SECOND),
        Field::Second => micros(SECOND),
        Field::Milliseconds => micros(1_000),
        Field::Microseconds => *x,
        Field::Week => return Err(unsupported(name, "interval")),
        _ => return Err(unrecognized(name, "interval")),
    }))
}

/// `make_date` and the like: a day that must be there.
pub(super) fn checked_day(year: i64, month: i64, day: i64) -> Result<i64> {
    let valid = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    let refuse = || Error::new(Code::OutOfRange, format!("date field value out of range: {year}-{month:02}-{day:02}"));
    if valid { Ok(day_number(year, month, day)) } else { Err(refuse()) }
}

fn days_in(year: i64, month: i64) -> i64 {
    super::calendar::days_in_month(year, month)
}

/// A time of day whose seconds have a fraction, in microseconds; a whole day at most.
pub(super) fn checked_time(hour: i64, minute: i64, seconds: f64) -> Result<i64> {
    let micros = (seconds * 1_000_000.0).round_ties_even();
    let valid = (0..=24).contains(&hour) && (0..=59).contains(&minute) && (0.0..=60_000_000.0).contains(&micros);
    #[allow(clippy::cast_possible_truncation, reason = "compared before")]
    let total = if valid { hour * HOUR + minute * 60 * SECOND + micros as i64 } else { i64::MAX };
    if total <= DAY { Ok(total) } else { Err(out_of_range(&format!("time field value {hour}:{minute:02}:{seconds:02}"))) }
}
