//! Whole numbers and exact decimals, from text to canonical text.

use super::problem::{invalid_syntax, out_of_range, shorten};
use crate::{Code, Error, ScalarType};

/// PostgreSQL's limits for `numeric`: digits before and after the point.
const MAX_INTEGER_DIGITS: usize = 131_072;
const MAX_FRACTION_DIGITS: usize = 16_383;
/// The most zeros an exponent may write out: `1e1000000` would turn nine bytes into a million.
const MAX_EXPANSION: i64 = 1_000;

/// Reads a whole number of an integer type.
///
/// # Errors
/// [`Code::InvalidValue`], [`Code::OutOfRange`].
pub fn parse_integer(text: &str, scalar: &ScalarType) -> Result<i64, Error> {
    let trimmed = text.trim_ascii();
    let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    let name = match scalar {
        ScalarType::SmallInt => "smallint",
        ScalarType::BigInt => "bigint",
        _ => "integer",
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(invalid_syntax(name, text));
    }
    let number: i64 = trimmed.parse().map_err(|_| out_of_range(name, trimmed))?;
    if integer_range(scalar).contains(&number) { Ok(number) } else { Err(out_of_range(name, trimmed)) }
}

/// The numbers that an integer type holds.
pub(crate) fn integer_range(scalar: &ScalarType) -> std::ops::RangeInclusive<i64> {
    match scalar {
        ScalarType::SmallInt => i64::from(i16::MIN)..=i64::from(i16::MAX),
        ScalarType::BigInt => i64::MIN..=i64::MAX,
        _ => i64::from(i32::MIN)..=i64::from(i32::MAX),
    }
}

/// Reads an exact decimal and writes it as PostgreSQL would: no exponent, scale kept, or rounded half away from zero to
/// `limits` (precision, scale).
///
/// # Errors
/// [`Code::InvalidValue`]; [`Code::OutOfRange`] beyond PostgreSQL's limits or those given.
pub fn numeric_text(text: &str, limits: Option<(u16, u16)>) -> Result<String, Error> {
    let parts = Parts::scan(text.trim_ascii()).ok_or_else(|| invalid_syntax("numeric", text))?;
    let mut decimal = parts.expand()?;
    if let Some((precision, scale)) = limits {
        decimal.round(usize::from(scale));
        decimal.check(precision, scale)?;
    }
    Ok(decimal.into_text())
}

/// A decimal as it is written: sign, digits before and after the point, exponent.
struct Parts<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: i64,
}

impl<'a> Parts<'a> {
    fn scan(text: &'a str) -> Option<Self> {
        let negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            None => (unsigned, 0),
            Some((mantissa, exponent)) => {
                let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                let saturated = if exponent.starts_with('-') { i64::from(i32::MIN) } else { i64::from(i32::MAX) };
                (mantissa, exponent.parse().unwrap_or(saturated).clamp(i64::from(i32::MIN), i64::from(i32::MAX)))
            }
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits_only = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let valid = digits_only(integer) && digits_only(fraction) && !(integer.is_empty() && fraction.is_empty());
        valid.then_some(Self { negative, integer, fraction, exponent })
    }

    /// Moves the point by the exponent.
    fn expand(self) -> Result<Decimal, Error> {
        let overflow = || Error::new(Code::OutOfRange, "value overflows numeric format");
        let (mut integer, mut fraction) = (self.integer.to_owned(), self.fraction.to_owned());
        if self.exponent > 0 {
            let moved = usize::try_from(self.exponent).unwrap_or(usize::MAX).min(fraction.len());
            let zeros = self.exponent - i64::try_from(moved).unwrap_or(i64::MAX);
            if zeros > MAX_EXPANSION && !self.is_zero() {
                return Err(overflow());
            }
            let rest = fraction.split_off(moved);
            integer.push_str(&fraction);
            if !self.is_zero() {
                integer.extend(std::iter::repeat_n('0', usize::try_from(zeros).unwrap_or(0)));
            }
            fraction = rest;
        } else if self.exponent < 0 {
            let distance = usize::try_from(-self.exponent).unwrap_or(usize::MAX);
            let moved = distance.min(integer.len());
            let zeros = distance - moved;
            if i64::try_from(zeros).unwrap_or(i64::MAX) > MAX_EXPANSION {
                return Err(overflow());
            }
            let tail = integer.split_off(integer.len() - moved);
            fraction = "0".repeat(zeros) + &tail + &fraction;
        }
        let significant = integer.trim_start_matches('0').len();
        integer.drain(..integer.len() - significant);
        if integer.len() > MAX_INTEGER_DIGITS || fraction.len() > MAX_FRACTION_DIGITS {
            return Err(overflow());
        }
        Ok(Decimal { negative: self.negative, integer: integer.into_bytes(), fraction: fraction.into_bytes() })
    }

    fn is_zero(&self) -> bool {
        self.integer.bytes().chain(self.fraction.bytes()).all(|b| b == b'0')
    }
}

/// A decimal without exponent; `integer` has no leading zeros.
struct Decimal {
    negative: bool,
    integer: Vec<u8>,
    fraction: Vec<u8>,
}

impl Decimal {
    /// Rounds half away from zero, or fills up with zeros.
    fn round(&mut self, scale: usize) {
        let up = self.fraction.get(scale).is_some_and(|digit| *digit >= b'5');
        self.fraction.resize(scale, b'0');
        if !up {
            return;
        }
        for digit in self.fraction.iter_mut().rev().chain(self.integer.iter_mut().rev()) {
            if *digit == b'9' {
                *digit = b'0';
            } else {
                *digit += 1;
                return;
            }
        }
        self.integer.insert(0, b'1');
    }

    fn check(&self, precision: u16, scale: u16) -> Result<(), Error> {
        let leading_zeros = usize::from(scale.saturating_sub(precision));
        let whole = usize::from(precision.saturating_sub(scale));
        if self.integer.len() <= whole && self.fraction.iter().take(leading_zeros).all(|d| *d == b'0') {
            return Ok(());
        }
        let exponent = i32::from(precision) - i32::from(scale);
        let bound = if exponent == 0 { "1".to_owned() } else { format!("10^{exponent}") };
        Err(Error::new(Code::OutOfRange, "numeric field overflow").with_details(format!(
            "A field with precision {precision}, scale {scale} must round to an absolute value less than {bound}."
        )))
    }

    fn into_text(self) -> String {
        let zero = self.integer.iter().chain(&self.fraction).all(|d| *d == b'0');
        let mut out = String::with_capacity(self.integer.len() + self.fraction.len() + 3);
        if self.negative && !zero {
            out.push('-');
        }
        if self.integer.is_empty() {
            out.push('0');
        }
        out.extend(self.integer.iter().map(|d| char::from(*d)));
        if !self.fraction.is_empty() {
            out.push('.');
            out.extend(self.fraction.iter().map(|d| char::from(*d)));
        }
        out
    }
}

/// The decimal of a canonical text.
pub(crate) fn decimal(text: &str) -> Result<bigdecimal::BigDecimal, Error> {
    text.parse()
        .map_err(|_| Error::new(Code::InvalidValue, format!("invalid input syntax for type numeric: \"{}\"", shorten(text))))
}
