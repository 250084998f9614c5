//! Functions of dates, times and intervals. The time zone is UTC, whatever the server's is.

mod calendar;
mod fields;
mod shape;
mod spans;

use jiff::civil::{DateTime, Time};

use self::{
    calendar::{DAY, HOUR, SECOND, date, day_of, micros_of, moment},
    spans::{add, age, between, interval, scale, shift},
};
pub(super) use self::{fields::check_field, shape::check_shape};
use super::{
    Arguments, Function,
    Postgres::{Operator, Same, Template},
    signature::{functions, with},
};
use crate::{Code, Error, Result, Value, value::Interval};

const LATER: &str = "(($1 at time zone 'UTC') + $2) at time zone 'UTC'";
const AFTER: &str = "(($2 at time zone 'UTC') + $1) at time zone 'UTC'";
const EARLIER: &str = "(($1 at time zone 'UTC') - $2) at time zone 'UTC'";
/// `extract` is a word of the grammar, but the function behind it is one like others.
const EXTRACT: &str = "pg_catalog.\"extract\"($1, $2)";

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = functions! { Time:
    "+" [DATE INTEGER] -> DATE strict Operator, "So many days later", with!(Date d, Int n => later(day_of(*d), *n));
    "+" [INTEGER DATE] -> DATE strict Operator, "So many days later", with!(Int n, Date d => later(day_of(*d), *n));
    "-" [DATE INTEGER] -> DATE strict Operator, "So many days earlier", with!(Date d, Int n => later(day_of(*d), -n));
    "-" [DATE DATE] -> INTEGER strict Operator, "The days between", with!(Date x, Date y => Ok(Value::Int(day_of(*x) - day_of(*y))));
    "+" [DATE TIME] -> TIMESTAMP strict Operator, "That time on that day", with!(Date d, Time t => Ok(Value::Timestamp(d.to_datetime(*t))));
    "+" [DATE INTERVAL] -> TIMESTAMP strict Operator, "Later by an interval; a month ends with its last day", with!(Date d, Interval i => shift(midnight(*d), i, 1).map(Value::Timestamp));
    "+" [INTERVAL DATE] -> TIMESTAMP strict Operator, "Later by an interval; a month ends with its last day", with!(Interval i, Date d => shift(midnight(*d), i, 1).map(Value::Timestamp));
    "-" [DATE INTERVAL] -> TIMESTAMP strict Operator, "Earlier by an interval; a month ends with its last day", with!(Date d, Interval i => shift(midnight(*d), i, -1).map(Value::Timestamp));
    "+" [TIMESTAMP INTERVAL] -> TIMESTAMP strict Operator, "Later by an interval; a month ends with its last day", with!(Timestamp t, Interval i => shift(*t, i, 1).map(Value::Timestamp));
    "+" [INTERVAL TIMESTAMP] -> TIMESTAMP strict Operator, "Later by an interval; a month ends with its last day", with!(Interval i, Timestamp t => shift(*t, i, 1).map(Value::Timestamp));
    "-" [TIMESTAMP INTERVAL] -> TIMESTAMP strict Operator, "Earlier by an interval; a month ends with its last day", with!(Timestamp t, Interval i => shift(*t, i, -1).map(Value::Timestamp));
    "+" [TIMESTAMPTZ INTERVAL] -> TIMESTAMPTZ strict Template(LATER), "Later by an interval, in UTC; a month ends with its last day", with!(Timestamptz t, Interval i => shift(*t, i, 1).map(Value::Timestamptz));
    "+" [INTERVAL TIMESTAMPTZ] -> TIMESTAMPTZ strict Template(AFTER), "Later by an interval, in UTC; a month ends with its last day", with!(Interval i, Timestamptz t => shift(*t, i, 1).map(Value::Timestamptz));
    "-" [TIMESTAMPTZ INTERVAL] -> TIMESTAMPTZ strict Template(EARLIER), "Earlier by an interval, in UTC; a month ends with its last day", with!(Timestamptz t, Interval i => shift(*t, i, -1).map(Value::Timestamptz));
    "-" [TIMESTAMP TIMESTAMP] -> INTERVAL strict Operator, "The span between, in days and less", with!(Timestamp x, Timestamp y => between(*x, *y));
    "-" [TIMESTAMPTZ TIMESTAMPTZ] -> INTERVAL strict Operator, "The span between, in days and less", with!(Timestamptz x, Timestamptz y => between(*x, *y));
    "+" [INTERVAL INTERVAL] -> INTERVAL strict Operator, "Sum", with!(Interval x, Interval y => add(x, y, 1));
    "-" [INTERVAL INTERVAL] -> INTERVAL strict Operator, "Difference", with!(Interval x, Interval y => add(x, y, -1));
    "-" [INTERVAL] -> INTERVAL strict Operator, "The interval with the other sign", with!(Interval x => add(&Interval::default(), x, -1));
    "*" [INTERVAL DOUBLE] -> INTERVAL strict Operator, "So many times the interval", with!(Interval x, Float n => scale(x, *n, false));
    "*" [DOUBLE INTERVAL] -> INTERVAL strict Operator, "So many times the interval", with!(Float n, Interval x => scale(x, *n, false));
    "/" [INTERVAL DOUBLE] -> INTERVAL strict Operator, "A part of the interval", with!(Interval x, Float n => scale(x, *n, true));
    "+" [TIME INTERVAL] -> TIME strict Operator, "Later on the clock", with!(Time t, Interval i => clock(micros_of(*t).wrapping_add(i.micros)));
    "+" [INTERVAL TIME] -> TIME strict Operator, "Later on the clock", with!(Interval i, Time t => clock(micros_of(*t).wrapping_add(i.micros)));
    "-" [TIME INTERVAL] -> TIME strict Operator, "Earlier on the clock", with!(Time t, Interval i => clock(micros_of(*t).wrapping_sub(i.micros)));
    "-" [TIME TIME] -> INTERVAL strict Operator, "The span between", with!(Time x, Time y => Ok(Value::Interval(Interval { months: 0, days: 0, micros: micros_of(*x) - micros_of(*y) })));
    "extract" [TEXT DATE] -> NUMERIC strict Template(EXTRACT), "A part of the date: year, month, day, dow, week …", |a| part(a, fields::extract);
    "extract" [TEXT TIME] -> NUMERIC strict Template(EXTRACT), "A part of the time: hour, minute, second …", |a| part(a, fields::extract);
    "extract" [TEXT TIMESTAMP] -> NUMERIC strict Template(EXTRACT), "A part of the timestamp: year, month, hour, epoch …", |a| part(a, fields::extract);
    "extract" [TEXT TIMESTAMPTZ] -> NUMERIC strict Template("pg_catalog.\"extract\"($1, $2 at time zone 'UTC')"), "A part of the moment in UTC: year, month, hour, epoch …", |a| part(a, fields::extract);
    "extract" [TEXT INTERVAL] -> NUMERIC strict Template(EXTRACT), "A part of the interval: month, day, hour, epoch …", |a| part(a, fields::extract);
    "date_part" [TEXT DATE] -> DOUBLE strict Same, "As extract, in floating point", |a| part(a, fields::date_part);
    "date_part" [TEXT TIME] -> DOUBLE strict Same, "As extract, in floating point", |a| part(a, fields::date_part);
    "date_part" [TEXT TIMESTAMP] -> DOUBLE strict Same, "As extract, in floating point", |a| part(a, fields::date_part);
    "date_part" [TEXT TIMESTAMPTZ] -> DOUBLE strict Template("date_part($1, $2 at time zone 'UTC')"), "As extract, in floating point", |a| part(a, fields::date_part);
    "date_part" [TEXT INTERVAL] -> DOUBLE strict Same, "As extract, in floating point", |a| part(a, fields::date_part);
    "date_trunc" [TEXT TIMESTAMP] -> TIMESTAMP strict Same, "The beginning of the hour, day, week, month, quarter, year …", with!(Text unit, Timestamp t => fields::truncate(unit, *t).map(Value::Timestamp));
    "date_trunc" [TEXT TIMESTAMPTZ] -> TIMESTAMPTZ strict Template("date_trunc($1, $2 at time zone 'UTC') at time zone 'UTC'"), "The beginning of the hour, day, week, month, quarter, year … in UTC", with!(Text unit, Timestamptz t => fields::truncate(unit, *t).map(Value::Timestamptz));
    "date_trunc" [TEXT INTERVAL] -> INTERVAL strict Same, "The interval without what is shorter than the unit", with!(Text unit, Interval i => fields::truncate_interval(unit, i));
    "age" [TIMESTAMP TIMESTAMP] -> INTERVAL strict Same, "The span between in years, months, days and less", with!(Timestamp x, Timestamp y => age(*x, *y));
    "age" [TIMESTAMPTZ TIMESTAMPTZ] -> INTERVAL strict Template("age($1 at time zone 'UTC', $2 at time zone 'UTC')"), "The span between in years, months, days and less, in UTC", with!(Timestamptz x, Timestamptz y => age(*x, *y));
    "make_date" [INTEGER INTEGER INTEGER] -> DATE strict Same, "The date of year, month and day", with!(Int y, Int m, Int d => date(fields::checked_day(*y, *m, *d)?).map(Value::Date));
    "make_time" [INTEGER INTEGER DOUBLE] -> TIME strict Same, "The time of hour, minute and second", with!(Int h, Int m, Float s => calendar::time(fields::checked_time(*h, *m, *s)?).map(Value::Time));
    "make_timestamp" [INTEGER INTEGER INTEGER INTEGER INTEGER DOUBLE] -> TIMESTAMP strict Same, "The timestamp of year, month, day, hour, minute and second", |a| made(a).map(Value::Timestamp);
    "make_timestamptz" [INTEGER INTEGER INTEGER INTEGER INTEGER DOUBLE] -> TIMESTAMPTZ strict Template("make_timestamp($1, $2, $3, $4, $5, $6) at time zone 'UTC'"), "The moment of year, month, day, hour, minute and second in UTC", |a| made(a).map(Value::Timestamptz);
    "make_interval" [INTEGER INTEGER INTEGER INTEGER INTEGER INTEGER DOUBLE] -> INTERVAL strict Same, "The interval of years, months, weeks, days, hours, minutes and seconds", make_interval;
    "justify_hours" [INTERVAL] -> INTERVAL strict Same, "24 hours as a day", with!(Interval i => spans::justify_hours(i));
    "justify_days" [INTERVAL] -> INTERVAL strict Same, "30 days as a month", with!(Interval i => spans::justify_days(i));
    "justify_interval" [INTERVAL] -> INTERVAL strict Same, "24 hours as a day, 30 days as a month, one sign", with!(Interval i => spans::justify_interval(i));
    "timezone" [TEXT TIMESTAMP] -> TIMESTAMPTZ strict Template("timezone($1, $2)"), "at time zone 'UTC': the moment that a timestamp means", with!(Text zone, Timestamp t => utc(zone, Value::Timestamptz(*t)));
    "timezone" [TEXT TIMESTAMPTZ] -> TIMESTAMP strict Template("timezone($1, $2)"), "at time zone 'UTC': the timestamp of a moment", with!(Text zone, Timestamptz t => utc(zone, Value::Timestamp(*t)));
    "to_char" [DATE TEXT] -> TEXT strict Template("to_char($1::timestamp, $2)"), "The date as a text of that shape, for example DD.MM.YYYY", with!(Date d, Text format => shape::write(midnight(*d), format));
    "to_char" [TIMESTAMP TEXT] -> TEXT strict Same, "The timestamp as a text of that shape, for example YYYY-MM-DD HH24:MI", with!(Timestamp t, Text format => shape::write(*t, format));
    "to_char" [TIMESTAMPTZ TEXT] -> TEXT strict Template("to_char($1 at time zone 'UTC', $2)"), "The moment in UTC as a text of that shape, for example YYYY-MM-DD HH24:MI", with!(Timestamptz t, Text format => shape::write(*t, format));
};

fn midnight(date: jiff::civil::Date) -> DateTime {
    date.to_datetime(Time::midnight())
}

fn later(day: i64, count: i64) -> Result<Value> {
    date(day + count).map(Value::Date)
}

fn clock(micros: i64) -> Result<Value> {
    calendar::time(micros.rem_euclid(DAY)).map(Value::Time)
}

fn part(a: &Arguments<'_>, of: fn(&str, &Value) -> Result<Value>) -> Result<Value> {
    let [Value::Text(name), value] = a.values else { return Err(a.mismatch()) };
    of(name, value)
}

fn made(a: &Arguments<'_>) -> Result<DateTime> {
    let [Value::Int(year), Value::Int(month), Value::Int(day), Value::Int(hour), Value::Int(minute), Value::Float(second)] =
        a.values
    else {
        return Err(a.mismatch());
    };
    let day = fields::checked_day(*year, *month, *day)?;
    moment(i128::from(day) * i128::from(DAY) + i128::from(fields::checked_time(*hour, *minute, *second)?))
}

fn make_interval(a: &Arguments<'_>) -> Result<Value> {
    let [counts @ .., Value::Float(seconds)] = a.values else { return Err(a.mismatch()) };
    let mut numbers = [0; 6];
    for (number, value) in numbers.iter_mut().zip(counts) {
        let Value::Int(count) = value else { return Err(a.mismatch()) };
        *number = *count;
    }
    let [years, months, weeks, days, hours, minutes] = numbers;
    let micros = (seconds * 1_000_000.0).round_ties_even();
    if micros.abs() >= 9.2e18 {
        return Err(calendar::out_of_range("interval"));
    }
    #[allow(clippy::cast_possible_truncation, reason = "compared before")]
    let total = i128::from(hours) * i128::from(HOUR) + i128::from(minutes) * 60 * i128::from(SECOND) + micros as i128;
    interval(years * 12 + months, weeks * 7 + days, total).map(Value::Interval)
}

/// What `at time zone` makes of a value; the only zone is UTC.
fn utc(zone: &str, value: Value) -> Result<Value> {
    check_zone(zone).map(|()| value)
}

/// Checks a literal time zone.
pub(super) fn check_zone(zone: &str) -> Result<()> {
    if ["UTC", "GMT"].iter().any(|known| zone.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(Error::new(Code::Unsupported, format!("time zone \"{zone}\" is not known here"))
        .with_hint("Expressions know UTC alone; other zones' rules change with the system's data."))
}
