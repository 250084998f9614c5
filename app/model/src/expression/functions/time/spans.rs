//! Arithmetic of intervals, as PostgreSQL does it.

use jiff::civil::DateTime;

use super::calendar::{DAY, civil, day_number, days_in_month, instant_of, moment, out_of_range};
use crate::{Code, Error, Result, Value, value::Interval};

fn too_large() -> Error {
    out_of_range("interval")
}

/// An interval of parts that must fit.
pub(super) fn interval(months: i64, days: i64, micros: i128) -> Result<Interval> {
    Ok(Interval {
        months: i32::try_from(months).map_err(|_| too_large())?,
        days: i32::try_from(days).map_err(|_| too_large())?,
        micros: i64::try_from(micros).map_err(|_| too_large())?,
    })
}

pub(super) fn add(x: &Interval, y: &Interval, sign: i64) -> Result<Value> {
    let days = i64::from(x.days) + sign * i64::from(y.days);
    let months = i64::from(x.months) + sign * i64::from(y.months);
    interval(months, days, i128::from(x.micros) + i128::from(sign) * i128::from(y.micros)).map(Value::Interval)
}

/// A moment some months later (on the month's last day if it has no such day), then days, then microseconds.
pub(super) fn shift(from: DateTime, by: &Interval, sign: i64) -> Result<DateTime> {
    let start = instant_of(from);
    let (mut day, micros) = (start.div_euclid(DAY), start.rem_euclid(DAY));
    if by.months != 0 {
        let (year, month, day_of_month) = civil(day);
        let months = year * 12 + month - 1 + sign * i64::from(by.months);
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        day = day_number(year, month, day_of_month.min(days_in_month(year, month)));
    }
    day += sign * i64::from(by.days);
    moment(i128::from(day) * i128::from(DAY) + i128::from(micros) + i128::from(sign) * i128::from(by.micros))
}

/// The span between two moments in days and less.
pub(super) fn between(x: DateTime, y: DateTime) -> Result<Value> {
    justify_hours(&Interval { months: 0, days: 0, micros: instant_of(x) - instant_of(y) })
}

/// `x * factor` or `x / factor`, parts of months and days going to what is shorter.
pub(super) fn scale(x: &Interval, factor: f64, divide: bool) -> Result<Value> {
    if divide && factor == 0.0 {
        return Err(Error::new(Code::InvalidValue, "division by zero"));
    }
    let times = |n: f64| if divide { n / factor } else { n * factor };
    let whole = |n: f64| if n.abs() <= f64::from(i32::MAX) { Ok(n.trunc()) } else { Err(too_large()) };
    let (months, days) = (times(x.months.into()), times(x.days.into()));
    let (month, mut day) = (whole(months)?, whole(days)?);
    let rest_days = micro((months - month) * 30.0);
    let mut rest_seconds = micro((days - day + rest_days - rest_days.trunc()) * 86_400.0);
    if rest_seconds.abs() >= 86_400.0 {
        day += (rest_seconds / 86_400.0).trunc();
        rest_seconds -= (rest_seconds / 86_400.0).trunc() * 86_400.0;
    }
    day += rest_days.trunc();
    #[allow(clippy::cast_precision_loss, reason = "as PostgreSQL multiplies")]
    let micros = (times(x.micros as f64) + rest_seconds * 1_000_000.0).round_ties_even();
    if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&micros) {
        return Err(too_large());
    }
    #[allow(clippy::cast_possible_truncation, reason = "whole numbers, compared before")]
    interval(month as i64, day as i64, i128::from(micros as i64)).map(Value::Interval)
}

/// Rounded to millionths.
fn micro(number: f64) -> f64 {
    (number * 1_000_000.0).round_ties_even() / 1_000_000.0
}

/// Full days out of hours.
pub(super) fn justify_hours(x: &Interval) -> Result<Value> {
    let (mut days, mut micros) = (i64::from(x.days) + x.micros / DAY, x.micros % DAY);
    same_sign(&mut days, &mut micros, DAY);
    interval(x.months.into(), days, micros.into()).map(Value::Interval)
}

/// Full months out of days.
pub(super) fn justify_days(x: &Interval) -> Result<Value> {
    let (mut months, mut days) = (i64::from(x.months) + i64::from(x.days / 30), i64::from(x.days % 30));
    same_sign(&mut months, &mut days, 30);
    interval(months, days, x.micros.into()).map(Value::Interval)
}

/// Full days and months, and one sign for all.
pub(super) fn justify_interval(x: &Interval) -> Result<Value> {
    let (mut days, mut micros) = (i64::from(x.days) + x.micros / DAY, x.micros % DAY);
    let mut months = i64::from(x.months) + days / 30;
    days %= 30;
    if months > 0 && (days < 0 || (days == 0 && micros < 0)) {
        (months, days) = (months - 1, days + 30);
    } else if months < 0 && (days > 0 || (days == 0 && micros > 0)) {
        (months, days) = (months + 1, days - 30);
    }
    same_sign(&mut days, &mut micros, DAY);
    interval(months, days, micros.into()).map(Value::Interval)
}

fn same_sign(large: &mut i64, small: &mut i64, unit: i64) {
    if *large > 0 && *small < 0 {
        (*large, *small) = (*large - 1, *small + unit);
    } else if *large < 0 && *small > 0 {
        (*large, *small) = (*large + 1, *small - unit);
    }
}

/// The span between two moments in years, months, days and less, by the calendar.
pub(super) fn age(x: DateTime, y: DateTime) -> Result<Value> {
    let sign = if instant_of(x) < instant_of(y) { -1 } else { 1 };
    let fields = |moment: DateTime| {
        let start = instant_of(moment);
        let (year, month, day) = civil(start.div_euclid(DAY));
        (year * 12 + month, day, start.rem_euclid(DAY))
    };
    let ((x_month, x_day, x_micros), (y_month, y_day, y_micros)) = (fields(x), fields(y));
    let (mut months, mut days, mut micros) = (sign * (x_month - y_month), sign * (x_day - y_day), sign * (x_micros - y_micros));
    if micros < 0 {
        (days, micros) = (days - 1, micros + DAY);
    }
    // Days are lent by the month of the earlier moment.
    let lender = if sign < 0 { x } else { y };
    while days < 0 {
        (months, days) = (months - 1, days + days_in_month(lender.year().into(), lender.month().into()));
    }
    interval(sign * months, sign * days, i128::from(sign * micros)).map(Value::Interval)
}
