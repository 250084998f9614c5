//! `+`, `-`, `*`, `/`, `%` on numbers.
//!
//! Whole numbers: the result is of the operands' type, or an error. `numeric`: exact; a quotient has PostgreSQL's number of
//! digits. Floats: IEEE, but what would be infinite, or zero by underflow, is an error; zero has
//! no sign (PostgreSQL's has, until zero is added to it).

use bigdecimal::BigDecimal;

use super::{Arguments, BIGINT, DOUBLE, Function, Group, INTEGER, NUMERIC, Parameter, Postgres, REAL, Returns, SMALLINT};
use crate::{Code, DataType, Error, Result, Value, value::decimal};

macro_rules! operators {
    ($($name:literal $data_type:ident $(as $postgres:literal)? $help:literal $evaluate:expr;)*) => {
        &[$(
            Function {
                name: $name,
                parameters: &[Parameter::Type($data_type), Parameter::Type($data_type)],
                variadic: false,
                returns: Returns::Type($data_type),
                strict: true,
                postgres: operators!(@postgres $($postgres)?),
                group: Group::Number,
                help: $help,
                evaluate: $evaluate,
            },
        )*]
    };
    (@postgres) => { Postgres::Operator };
    (@postgres $template:literal) => { Postgres::Template($template) };
}

pub(super) const FUNCTIONS: &[Function] = operators! {
    "+" SMALLINT "Sum" |a| whole(a, i64::checked_add);
    "+" INTEGER "Sum" |a| whole(a, i64::checked_add);
    "+" BIGINT "Sum" |a| whole(a, i64::checked_add);
    "+" NUMERIC "Sum" |a| exact(a, decimal::add);
    "+" REAL "Sum" |a| sum(a, |x, y| x + y);
    "+" DOUBLE "Sum" |a| sum(a, |x, y| x + y);
    "-" SMALLINT "Difference" |a| whole(a, i64::checked_sub);
    "-" INTEGER "Difference" |a| whole(a, i64::checked_sub);
    "-" BIGINT "Difference" |a| whole(a, i64::checked_sub);
    "-" NUMERIC "Difference" |a| exact(a, decimal::subtract);
    "-" REAL "Difference" |a| sum(a, |x, y| x - y);
    "-" DOUBLE "Difference" |a| sum(a, |x, y| x - y);
    "*" SMALLINT "Product" |a| whole(a, i64::checked_mul);
    "*" INTEGER "Product" |a| whole(a, i64::checked_mul);
    "*" BIGINT "Product" |a| whole(a, i64::checked_mul);
    "*" NUMERIC "Product" |a| exact(a, decimal::multiply);
    "*" REAL as "($1 * $2) + 0::real" "Product" |a| float(a, |x, y| Ok(x * y));
    "*" DOUBLE as "($1 * $2) + 0::float8" "Product" |a| float(a, |x, y| Ok(x * y));
    "/" SMALLINT "Quotient, cut towards zero" |a| quotient(a, i64::checked_div);
    "/" INTEGER "Quotient, cut towards zero" |a| quotient(a, i64::checked_div);
    "/" BIGINT "Quotient, cut towards zero" |a| quotient(a, i64::checked_div);
    "/" NUMERIC "Quotient, to at least 16 digits" |a| exact(a, decimal::divide);
    "/" REAL as "($1 / $2) + 0::real" "Quotient" |a| float(a, divide);
    "/" DOUBLE as "($1 / $2) + 0::float8" "Quotient" |a| float(a, divide);
    "%" SMALLINT "Remainder, with the dividend's sign" |a| quotient(a, |x, y| Some(x.wrapping_rem(y)));
    "%" INTEGER "Remainder, with the dividend's sign" |a| quotient(a, |x, y| Some(x.wrapping_rem(y)));
    "%" BIGINT "Remainder, with the dividend's sign" |a| quotient(a, |x, y| Some(x.wrapping_rem(y)));
    "%" NUMERIC "Remainder, with the dividend's sign" |a| exact(a, decimal::remainder);
};

/// Both arguments as whole numbers; the result must be of the first one's type.
fn whole(a: &Arguments<'_>, compute: fn(i64, i64) -> Option<i64>) -> Result<Value> {
    let [Value::Int(x), Value::Int(y)] = a.values else { return Err(a.mismatch()) };
    fits(compute(*x, *y), &a.types[0])
}

/// As [`whole`], for what nothing can be divided by.
fn quotient(a: &Arguments<'_>, compute: fn(i64, i64) -> Option<i64>) -> Result<Value> {
    if matches!(a.values, [_, Value::Int(0)]) {
        return Err(division_by_zero());
    }
    whole(a, compute)
}

/// The number, if the type holds it.
///
/// # Errors
/// [`Code::OutOfRange`]: `integer out of range`.
pub(super) fn fits(number: Option<i64>, data_type: &DataType) -> Result<Value> {
    let range = crate::value::integer_range(data_type.element());
    let fitting = number.filter(|n| range.contains(n));
    fitting.map(Value::Int).ok_or_else(|| Error::new(Code::OutOfRange, format!("{data_type} out of range")))
}

fn exact(a: &Arguments<'_>, compute: fn(&BigDecimal, &BigDecimal) -> Result<BigDecimal>) -> Result<Value> {
    let [Value::Numeric(x), Value::Numeric(y)] = a.values else { return Err(a.mismatch()) };
    compute(x, y).map(Value::Numeric)
}

fn float(a: &Arguments<'_>, compute: fn(f64, f64) -> Result<f64>) -> Result<Value> {
    let [Value::Float(x), Value::Float(y)] = a.values else { return Err(a.mismatch()) };
    finite(compute(*x, *y)?, &a.types[0], *x == 0.0 || *y == 0.0)
}

/// Sums do not underflow: zero is zero.
fn sum(a: &Arguments<'_>, compute: fn(f64, f64) -> f64) -> Result<Value> {
    let [Value::Float(x), Value::Float(y)] = a.values else { return Err(a.mismatch()) };
    finite(compute(*x, *y), &a.types[0], true)
}

fn divide(x: f64, y: f64) -> Result<f64> {
    if y == 0.0 { Err(division_by_zero()) } else { Ok(x / y) }
}

/// A float as a value of its type: single if it is `real`, never infinite, never `-0`.
///
/// # Errors
/// [`Code::OutOfRange`]: overflow; underflow, unless zero is what was to be expected.
pub(super) fn finite(number: f64, data_type: &DataType, zero_expected: bool) -> Result<Value> {
    #[allow(clippy::cast_possible_truncation, reason = "a real holds no more")]
    let number = if *data_type == REAL { f64::from(number as f32) } else { number };
    if !number.is_finite() {
        return Err(Error::new(Code::OutOfRange, "value out of range: overflow"));
    }
    if number == 0.0 && !zero_expected {
        return Err(Error::new(Code::OutOfRange, "value out of range: underflow"));
    }
    Ok(Value::Float(if number == 0.0 { 0.0 } else { number }))
}

fn division_by_zero() -> Error {
    Error::new(Code::InvalidValue, "division by zero")
}
