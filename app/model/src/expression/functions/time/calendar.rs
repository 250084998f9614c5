//! Days and microseconds, and the calendar that counts them.

use jiff::civil::{Date, DateTime, Time};

use crate::{Code, Error, Result};

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const HOUR: i64 = 3_600 * SECOND;
pub(super) const DAY: i64 = 24 * HOUR;

/// Days from 1970-01-01 to a day of the Gregorian calendar, whatever the year.
pub(super) fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a day's number.
pub(super) fn civil(number: i64) -> (i64, i64, i64) {
    let shifted = number + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

pub(super) fn day_of(date: Date) -> i64 {
    day_number(date.year().into(), date.month().into(), date.day().into())
}

/// Microseconds since midnight.
pub(super) fn micros_of(time: Time) -> i64 {
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * SECOND + i64::from(time.subsec_nanosecond()) / 1_000
}

/// Microseconds since 1970-01-01.
pub(super) fn instant_of(moment: DateTime) -> i64 {
    day_of(moment.date()) * DAY + micros_of(moment.time())
}

pub(super) fn out_of_range(what: &str) -> Error {
    Error::new(Code::OutOfRange, format!("{what} out of range"))
}

/// A day within the years 1 to 9999.
pub(super) fn date(number: i64) -> Result<Date> {
    let fitting = (day_number(1, 1, 1)..=day_number(9999, 12, 31)).contains(&number);
    let (year, month, day) = civil(if fitting { number } else { 0 });
    let small = |n: i64| i8::try_from(n).unwrap_or(0);
    let date = Date::new(i16::try_from(year).unwrap_or(0), small(month), small(day));
    date.ok().filter(|_| fitting).ok_or_else(|| out_of_range("date"))
}

pub(super) fn time(micros: i64) -> Result<Time> {
    let small = |n: i64| i8::try_from(n).map_err(|_| out_of_range("time"));
    let seconds = micros / SECOND;
    let nanos = i32::try_from(micros % SECOND * 1_000).unwrap_or(0);
    Time::new(small(seconds / 3_600)?, small(seconds / 60 % 60)?, small(seconds % 60)?, nanos).map_err(|_| out_of_range("time"))
}

/// A moment within the years 1 to 9999, by its microseconds since 1970-01-01.
pub(super) fn moment(micros: i128) -> Result<DateTime> {
    let micros = i64::try_from(micros).map_err(|_| out_of_range("timestamp"))?;
    let date = date(micros.div_euclid(DAY)).map_err(|_| out_of_range("timestamp"))?;
    Ok(date.to_datetime(time(micros.rem_euclid(DAY))?))
}

/// The day of the week, 0 for Sunday.
pub(super) fn day_of_week(number: i64) -> i64 {
    (number + 4).rem_euclid(7)
}

/// The first day of week 1 of an ISO year: the Monday of the week with January 4th.
fn iso_begin(year: i64) -> i64 {
    let fourth = day_number(year, 1, 4);
    fourth - (fourth + 3).rem_euclid(7)
}

/// The ISO year and week of a day.
pub(super) fn iso_week(number: i64) -> (i64, i64) {
    let (year, ..) = civil(number);
    let year = if number >= iso_begin(year + 1) {
        year + 1
    } else if number < iso_begin(year) {
        year - 1
    } else {
        year
    };
    (year, (number - iso_begin(year)) / 7 + 1)
}
