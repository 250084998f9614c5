//! Arithmetic on exact decimals with the scales that PostgreSQL gives its results.

use bigdecimal::{
    BigDecimal, RoundingMode,
    num_bigint::{BigInt, Sign},
};

use crate::{Code, Error, Result};

/// PostgreSQL's `NUMERIC_MIN_SIG_DIGITS`: a quotient has at least so many significant digits.
const MIN_SIGNIFICANT: i64 = 16;
/// PostgreSQL's `NUMERIC_MAX_DISPLAY_SCALE`.
const MAX_QUOTIENT_SCALE: i64 = 1_000;
/// PostgreSQL's `NUMERIC_DSCALE_MAX`.
const MAX_SCALE: i64 = 16_383;
/// PostgreSQL's limit for digits before the point.
const MAX_INTEGER_DIGITS: u64 = 131_072;

/// The sum, of the larger scale.
///
/// # Errors
/// `value overflows numeric format`.
pub fn add(x: &BigDecimal, y: &BigDecimal) -> Result<BigDecimal> {
    checked((x + y).with_scale(x.fractional_digit_count().max(y.fractional_digit_count())))
}

/// The difference, of the larger scale.
pub(crate) fn subtract(x: &BigDecimal, y: &BigDecimal) -> Result<BigDecimal> {
    checked((x - y).with_scale(x.fractional_digit_count().max(y.fractional_digit_count())))
}

/// The product; its scale is the sum of the factors' scales, at most 16383.
pub(crate) fn multiply(x: &BigDecimal, y: &BigDecimal) -> Result<BigDecimal> {
    let scale = (x.fractional_digit_count() + y.fractional_digit_count()).min(MAX_SCALE);
    checked((x * y).with_scale_round(scale, RoundingMode::HalfUp))
}

/// The quotient, rounded half away from zero to the scale of PostgreSQL's `select_div_scale`.
///
/// # Errors
/// `division by zero`.
pub fn divide(x: &BigDecimal, y: &BigDecimal) -> Result<BigDecimal> {
    let ((x_weight, x_first), (y_weight, y_first)) = (leading(x), leading(y));
    let weight = x_weight - y_weight - i64::from(x_first <= y_first);
    let scale = (MIN_SIGNIFICANT - weight * 4).max(x.fractional_digit_count()).max(y.fractional_digit_count());
    quotient(x, y, scale.clamp(0, MAX_QUOTIENT_SCALE), true)
}

/// The remainder of the division that is cut towards zero, of the larger scale.
pub(crate) fn remainder(x: &BigDecimal, y: &BigDecimal) -> Result<BigDecimal> {
    let whole = quotient(x, y, 0, false)?;
    subtract(x, &multiply(&whole, y)?)
}

/// `x / y` to a scale: rounded half away from zero, or cut.
///
/// # Errors
/// `division by zero`.
pub(crate) fn quotient(x: &BigDecimal, y: &BigDecimal, scale: i64, round: bool) -> Result<BigDecimal> {
    let ((x_digits, x_scale), (y_digits, y_scale)) = (x.as_bigint_and_exponent(), y.as_bigint_and_exponent());
    if y_digits.sign() == Sign::NoSign {
        return Err(Error::new(Code::InvalidValue, "division by zero"));
    }
    let shift = scale + y_scale - x_scale;
    let (numerator, denominator) =
        if shift >= 0 { (x_digits * power(shift), y_digits) } else { (x_digits, y_digits * power(-shift)) };
    let (mut whole, rest) = (&numerator / &denominator, &numerator % &denominator);
    if round && rest.magnitude() * 2u32 >= *denominator.magnitude() {
        whole += if (numerator.sign() == Sign::Minus) == (denominator.sign() == Sign::Minus) { 1 } else { -1 };
    }
    checked(BigDecimal::new(whole, scale))
}

fn power(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}

/// The first digit to base 10000 that is not zero, and its place: 0 for the one before the point.
pub(crate) fn leading(number: &BigDecimal) -> (i64, u32) {
    let (digits, scale) = number.as_bigint_and_exponent();
    if digits.sign() == Sign::NoSign {
        return (0, 0);
    }
    let text = digits.magnitude().to_string();
    let exponent = i64::try_from(text.len()).unwrap_or(i64::MAX) - 1 - scale;
    let taken = usize::try_from(exponent.rem_euclid(4)).unwrap_or(0) + 1;
    let first = (0..taken).fold(0, |n, i| n * 10 + text.as_bytes().get(i).map_or(0, |b| u32::from(b - b'0')));
    (exponent.div_euclid(4), first)
}

/// The number, unless PostgreSQL would not hold it.
///
/// # Errors
/// `value overflows numeric format`.
pub(crate) fn checked(number: BigDecimal) -> Result<BigDecimal> {
    let whole = i64::try_from(number.digits()).unwrap_or(i64::MAX) - number.fractional_digit_count();
    if u64::try_from(whole).unwrap_or(0) > MAX_INTEGER_DIGITS {
        return Err(Error::new(Code::OutOfRange, "value overflows numeric format"));
    }
    Ok(number)
}
