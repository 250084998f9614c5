//! Functions of numbers, and the operators of one operand.
//!
//! Powers, logarithms and the like are left out: what they give differs in the last digits between systems.

use bigdecimal::{
    BigDecimal, RoundingMode, Signed as _, Zero as _,
    num_bigint::{BigInt, Sign},
};

use super::{
    Arguments, Function,
    Postgres::{Operator, Same, Template},
    arithmetic::{finite, fits},
    signature::{functions, with},
};
use crate::{Code, Error, Result, Value, value::decimal};

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = functions! { Number:
    "-" [SMALLINT] -> SMALLINT strict Operator, "The number with the other sign", with!(a; Int x => fits(x.checked_neg(), &a.types[0]));
    "-" [INTEGER] -> INTEGER strict Operator, "The number with the other sign", with!(a; Int x => fits(x.checked_neg(), &a.types[0]));
    "-" [BIGINT] -> BIGINT strict Operator, "The number with the other sign", with!(a; Int x => fits(x.checked_neg(), &a.types[0]));
    "-" [NUMERIC] -> NUMERIC strict Operator, "The number with the other sign", with!(Numeric x => numeric(-x));
    "-" [REAL] -> REAL strict Template("(- $1) + 0::real"), "The number with the other sign", |a| float(a, |x| -x);
    "-" [DOUBLE] -> DOUBLE strict Template("(- $1) + 0::float8"), "The number with the other sign", |a| float(a, |x| -x);
    "+" [SMALLINT] -> SMALLINT strict Operator, "The number itself", same;
    "+" [INTEGER] -> INTEGER strict Operator, "The number itself", same;
    "+" [BIGINT] -> BIGINT strict Operator, "The number itself", same;
    "+" [NUMERIC] -> NUMERIC strict Operator, "The number itself", same;
    "+" [REAL] -> REAL strict Operator, "The number itself", same;
    "+" [DOUBLE] -> DOUBLE strict Operator, "The number itself", same;
    "&" [INTEGER INTEGER] -> INTEGER strict Operator, "The bits that both have", with!(Int x, Int y => Ok(Value::Int(x & y)));
    "&" [BIGINT BIGINT] -> BIGINT strict Operator, "The bits that both have", with!(Int x, Int y => Ok(Value::Int(x & y)));
    "|" [INTEGER INTEGER] -> INTEGER strict Operator, "The bits that either has", with!(Int x, Int y => Ok(Value::Int(x | y)));
    "|" [BIGINT BIGINT] -> BIGINT strict Operator, "The bits that either has", with!(Int x, Int y => Ok(Value::Int(x | y)));
    "#" [INTEGER INTEGER] -> INTEGER strict Operator, "The bits that one of them has", with!(Int x, Int y => Ok(Value::Int(x ^ y)));
    "#" [BIGINT BIGINT] -> BIGINT strict Operator, "The bits that one of them has", with!(Int x, Int y => Ok(Value::Int(x ^ y)));
    "abs" [SMALLINT] -> SMALLINT strict Same, "The number without its sign", with!(a; Int x => fits(x.checked_abs(), &a.types[0]));
    "abs" [INTEGER] -> INTEGER strict Same, "The number without its sign", with!(a; Int x => fits(x.checked_abs(), &a.types[0]));
    "abs" [BIGINT] -> BIGINT strict Same, "The number without its sign", with!(a; Int x => fits(x.checked_abs(), &a.types[0]));
    "abs" [NUMERIC] -> NUMERIC strict Same, "The number without its sign", with!(Numeric x => numeric(x.abs()));
    "abs" [REAL] -> REAL strict Same, "The number without its sign", |a| float(a, f64::abs);
    "abs" [DOUBLE] -> DOUBLE strict Same, "The number without its sign", |a| float(a, f64::abs);
    "sign" [NUMERIC] -> NUMERIC strict Same, "-1, 0 or 1", with!(Numeric x => numeric(x.signum().with_scale(0)));
    "sign" [DOUBLE] -> DOUBLE strict Same, "-1, 0 or 1", |a| float(a, |x| if x == 0.0 { 0.0 } else { x.signum() });
    "round" [NUMERIC] -> NUMERIC strict Same, "The nearest whole number; halves away from zero", with!(Numeric x => Ok(rounded(x, 0, RoundingMode::HalfUp)));
    "round" [DOUBLE] -> DOUBLE strict Template("round($1) + 0::float8"), "The nearest whole number; halves to the even one", |a| float(a, f64::round_ties_even);
    "round" [NUMERIC INTEGER] -> NUMERIC strict Same, "Rounded to so many digits behind the point; halves away from zero", with!(Numeric x, Int n => Ok(rounded(x, *n, RoundingMode::HalfUp)));
    "trunc" [NUMERIC] -> NUMERIC strict Same, "Cut to a whole number", with!(Numeric x => Ok(rounded(x, 0, RoundingMode::Down)));
    "trunc" [DOUBLE] -> DOUBLE strict Template("trunc($1) + 0::float8"), "Cut to a whole number", |a| float(a, f64::trunc);
    "trunc" [NUMERIC INTEGER] -> NUMERIC strict Same, "Cut to so many digits behind the point", with!(Numeric x, Int n => Ok(rounded(x, *n, RoundingMode::Down)));
    "ceil" [NUMERIC] -> NUMERIC strict Same, "The least whole number that is not less", with!(Numeric x => Ok(rounded(x, 0, RoundingMode::Ceiling)));
    "ceil" [DOUBLE] -> DOUBLE strict Template("ceil($1) + 0::float8"), "The least whole number that is not less", |a| float(a, f64::ceil);
    "ceiling" [NUMERIC] -> NUMERIC strict Same, "The least whole number that is not less", with!(Numeric x => Ok(rounded(x, 0, RoundingMode::Ceiling)));
    "ceiling" [DOUBLE] -> DOUBLE strict Template("ceiling($1) + 0::float8"), "The least whole number that is not less", |a| float(a, f64::ceil);
    "floor" [NUMERIC] -> NUMERIC strict Same, "The greatest whole number that is not greater", with!(Numeric x => Ok(rounded(x, 0, RoundingMode::Floor)));
    "floor" [DOUBLE] -> DOUBLE strict Template("floor($1) + 0::float8"), "The greatest whole number that is not greater", |a| float(a, f64::floor);
    "mod" [SMALLINT SMALLINT] -> SMALLINT strict Same, "Remainder, with the dividend's sign", with!(Int x, Int y => modulo(*x, *y));
    "mod" [INTEGER INTEGER] -> INTEGER strict Same, "Remainder, with the dividend's sign", with!(Int x, Int y => modulo(*x, *y));
    "mod" [BIGINT BIGINT] -> BIGINT strict Same, "Remainder, with the dividend's sign", with!(Int x, Int y => modulo(*x, *y));
    "mod" [NUMERIC NUMERIC] -> NUMERIC strict Same, "Remainder, with the dividend's sign", with!(Numeric x, Numeric y => decimal::remainder(x, y).map(Value::Numeric));
    "div" [NUMERIC NUMERIC] -> NUMERIC strict Same, "Quotient, cut to a whole number", with!(Numeric x, Numeric y => decimal::quotient(x, y, 0, false).map(Value::Numeric));
    "sqrt" [NUMERIC] -> NUMERIC strict Same, "Square root", with!(Numeric x => square_root(x));
    "sqrt" [DOUBLE] -> DOUBLE strict Same, "Square root", with!(a; Float x => if *x < 0.0 { Err(negative_root()) } else { finite(x.sqrt(), &a.types[0], true) });
    "gcd" [INTEGER INTEGER] -> INTEGER strict Same, "The greatest common divisor", with!(a; Int x, Int y => fits(divisor(*x, *y), &a.types[0]));
    "gcd" [BIGINT BIGINT] -> BIGINT strict Same, "The greatest common divisor", with!(a; Int x, Int y => fits(divisor(*x, *y), &a.types[0]));
    "gcd" [NUMERIC NUMERIC] -> NUMERIC strict Same, "The greatest common divisor", with!(Numeric x, Numeric y => Ok(Value::Numeric(common(x, y).0)));
    "lcm" [INTEGER INTEGER] -> INTEGER strict Same, "The least common multiple", with!(a; Int x, Int y => fits(multiple(*x, *y), &a.types[0]));
    "lcm" [BIGINT BIGINT] -> BIGINT strict Same, "The least common multiple", with!(a; Int x, Int y => fits(multiple(*x, *y), &a.types[0]));
    "lcm" [NUMERIC NUMERIC] -> NUMERIC strict Same, "The least common multiple", with!(Numeric x, Numeric y => decimal::checked(common(x, y).1).map(Value::Numeric));
    "scale" [NUMERIC] -> INTEGER strict Same, "How many digits stand behind the point", with!(Numeric x => Ok(Value::Int(x.fractional_digit_count())));
    "min_scale" [NUMERIC] -> INTEGER strict Same, "How many digits behind the point it needs", with!(Numeric x => Ok(Value::Int(trimmed(x).fractional_digit_count())));
    "trim_scale" [NUMERIC] -> NUMERIC strict Same, "The number without zeros at the end behind the point", with!(Numeric x => numeric(trimmed(x)));
    "to_hex" [INTEGER] -> TEXT strict Same, "The number in hexadecimal digits", with!(Int x => Ok(Value::Text(format!("{:x}", *x & 0xffff_ffff))));
    "to_hex" [BIGINT] -> TEXT strict Same, "The number in hexadecimal digits", with!(Int x => Ok(Value::Text(format!("{x:x}"))));
};

#[allow(clippy::unnecessary_wraps, reason = "as every function of the list")]
fn same(a: &Arguments<'_>) -> Result<Value> {
    Ok(a.values.first().cloned().unwrap_or(Value::Null))
}

#[allow(clippy::unnecessary_wraps, reason = "so that the lists read well")]
fn numeric(number: BigDecimal) -> Result<Value> {
    Ok(Value::Numeric(number))
}

fn float(a: &Arguments<'_>, compute: fn(f64) -> f64) -> Result<Value> {
    let [Value::Float(x)] = a.values else { return Err(a.mismatch()) };
    finite(compute(*x), &a.types[0], true)
}

/// The number with so many digits behind the point; negative counts round before it.
fn rounded(number: &BigDecimal, digits: i64, mode: RoundingMode) -> Value {
    let digits = digits.clamp(-131_072, 16_383);
    let rounded = number.with_scale_round(digits, mode);
    Value::Numeric(if digits < 0 { rounded.with_scale(0) } else { rounded })
}

fn modulo(x: i64, y: i64) -> Result<Value> {
    if y == 0 { Err(Error::new(Code::InvalidValue, "division by zero")) } else { Ok(Value::Int(x.wrapping_rem(y))) }
}

fn negative_root() -> Error {
    Error::new(Code::InvalidValue, "cannot take square root of a negative number")
}

/// The root to at least 16 significant digits, and no fewer digits behind the point than the number has.
fn square_root(number: &BigDecimal) -> Result<Value> {
    let (_, own_scale) = number.as_bigint_and_exponent();
    if number.is_negative() {
        return Err(negative_root());
    }
    let (weight, _) = decimal::leading(number);
    let scale = (16 - (2 * weight + 1)).max(own_scale).clamp(0, 1000);
    let square = number.with_scale_round(2 * scale, RoundingMode::Down).as_bigint_and_exponent().0;
    let mut root = square.sqrt();
    if &square - &root * &root > root {
        root += 1;
    }
    Ok(Value::Numeric(BigDecimal::new(root, scale)))
}

fn divisor(x: i64, y: i64) -> Option<i64> {
    let (mut x, mut y) = (x.unsigned_abs(), y.unsigned_abs());
    while y != 0 {
        (x, y) = (y, x % y);
    }
    i64::try_from(x).ok()
}

fn multiple(x: i64, y: i64) -> Option<i64> {
    if x == 0 || y == 0 { Some(0) } else { (x / divisor(x, y)?).checked_mul(y)?.checked_abs() }
}

/// The greatest common divisor and the least common multiple, of the larger scale.
fn common(x: &BigDecimal, y: &BigDecimal) -> (BigDecimal, BigDecimal) {
    let scale = x.fractional_digit_count().max(y.fractional_digit_count());
    let digits = |n: &BigDecimal| n.with_scale(scale).as_bigint_and_exponent().0.abs();
    let (x, y) = (digits(x), digits(y));
    let (mut a, mut b) = (x.clone(), y.clone());
    while b.sign() != Sign::NoSign {
        let rest = &a % &b;
        (a, b) = (b, rest);
    }
    let multiple = if a.is_zero() { BigInt::zero() } else { x / &a * y };
    (BigDecimal::new(a, scale), BigDecimal::new(multiple, scale))
}

/// The number without zeros at its end behind the point.
fn trimmed(number: &BigDecimal) -> BigDecimal {
    let (mut digits, mut scale) = number.as_bigint_and_exponent();
    let ten = BigInt::from(10);
    while scale > 0 && (&digits % &ten).is_zero() {
        digits /= &ten;
        scale -= 1;
    }
    BigDecimal::new(digits, scale)
}
