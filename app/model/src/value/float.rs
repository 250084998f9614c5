//! Binary floating point, read and written as PostgreSQL does with `extra_float_digits` 1.

use super::problem::invalid_syntax;
use crate::{Code, Error};

/// Reads a `double precision`.
///
/// # Errors
/// [`Code::InvalidValue`] (also for NaN and infinities), [`Code::OutOfRange`].
pub fn parse_f64(text: &str) -> Result<f64, Error> {
    let number = number(text, "double precision")?;
    let parsed: f64 = number.parse().map_err(|_| invalid_syntax("double precision", text))?;
    finish(number, parsed, "double precision")
}

/// Reads a `real`.
///
/// # Errors
/// As [`parse_f64`].
pub fn parse_f32(text: &str) -> Result<f32, Error> {
    let number = number(text, "real")?;
    let parsed: f32 = number.parse().map_err(|_| invalid_syntax("real", text))?;
    #[allow(clippy::cast_possible_truncation, reason = "it was a single before")]
    finish(number, f64::from(parsed), "real").map(|value| value as f32)
}

/// The trimmed text, if it looks like a decimal number: Rust's parser would take `inf` and `nan` too.
fn number<'a>(text: &'a str, type_name: &str) -> Result<&'a str, Error> {
    let trimmed = text.trim_ascii();
    let plausible = trimmed.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if plausible { Ok(trimmed) } else { Err(invalid_syntax(type_name, text)) }
}

/// Refuses overflow and underflow; takes the sign off zero, which SQLite would not keep.
fn finish(text: &str, parsed: f64, type_name: &str) -> Result<f64, Error> {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let underflow = parsed == 0.0 && mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if parsed.is_infinite() || underflow {
        return Err(Error::new(
            Code::OutOfRange,
            format!("\"{}\" is out of range for type {type_name}", super::problem::shorten(text)),
        ));
    }
    Ok(if parsed == 0.0 { 0.0 } else { parsed })
}

/// Writes a `double precision`: the shortest digits that read back as the same number, with an exponent below 1e-4 and
/// from 1e15.
pub fn format_f64(out: &mut Vec<u8>, value: f64) {
    let bits = value.to_bits();
    let (mantissa, exponent) = split(bits & ((1 << 52) - 1), (bits >> 52) & 0x7ff, 52, 1075);
    let shortest = Shortest::parse(&format!("{value:e}"))
        .even(16, |digits| Some(format!("{value:.digits$e}")).filter(|text| text.parse() == Ok(value)));
    let safe = shortest.avoid_midpoint(mantissa, exponent, 17, |digits| format!("{value:.digits$e}"));
    safe.write(out, 15);
}

/// Writes a `real`, with an exponent below 1e-4 and from 1e6.
pub fn format_f32(out: &mut Vec<u8>, value: f32) {
    let bits = u64::from(value.to_bits());
    let (mantissa, exponent) = split(bits & ((1 << 23) - 1), (bits >> 23) & 0xff, 23, 150);
    let shortest = Shortest::parse(&format!("{value:e}"))
        .even(7, |digits| Some(format!("{value:.digits$e}")).filter(|text| text.parse() == Ok(value)));
    let safe = shortest.avoid_midpoint(mantissa, exponent, 9, |digits| format!("{value:.digits$e}"));
    safe.write(out, 6);
}

/// The number as `mantissa * 2^exponent`.
fn split(fraction: u64, biased: u64, width: u32, bias: i64) -> (u64, i64) {
    let exponent = i64::try_from(biased).unwrap_or(0);
    if exponent == 0 { (fraction, 1 - bias) } else { (fraction | (1 << width), exponent - bias) }
}

/// `[-]d.ddd * 10^exponent`.
struct Shortest {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Shortest {
    fn parse(scientific: &str) -> Self {
        let negative = scientific.starts_with('-');
        let (mantissa, exponent) = scientific.trim_start_matches('-').split_once('e').unwrap_or((scientific, "0"));
        let mut digits = mantissa.replace('.', "");
        digits.truncate(digits.trim_end_matches('0').len().max(1));
        Self { negative, digits, exponent: exponent.parse().unwrap_or(0) }
    }

    /// Of two shortest texts that are as near, PostgreSQL writes the one with the even last digit. Only numbers with
    /// nearly all the digits that a float has lie in the middle of two. `exact` rounds to so many digits behind the point,
    /// halves to even, if that reads back as the number.
    fn even(self, least: usize, exact: impl Fn(usize) -> Option<String>) -> Self {
        let digits = self.digits.len();
        if digits < least {
            return self;
        }
        exact(digits - 1).map(|text| Self::parse(&text)).filter(|even| even.digits.len() == digits).unwrap_or(self)
    }

    /// PostgreSQL never writes digits that lie exactly between two floats (readers that round halves wrongly would
    /// misread them); Rust does where the even neighbour is meant. Such digits get more company.
    fn avoid_midpoint(self, mantissa: u64, exponent: i64, most: usize, exact: impl Fn(usize) -> String) -> Self {
        let mut candidate = self;
        let mut length = candidate.digits.len();
        while length < most && candidate.is_midpoint(mantissa, exponent) {
            candidate = Self::parse(&exact(length));
            length += 1;
        }
        candidate
    }

    /// Whether `digits` equals `(2 * mantissa ± 1) * 2^(exponent - 1)`. Possible only for whole numbers and halves.
    fn is_midpoint(&self, mantissa: u64, exponent: i64) -> bool {
        let zeros = self.exponent + 1 - i64::try_from(self.digits.len()).unwrap_or(0);
        if exponent < -1 || !(-1..=30).contains(&zeros) {
            return false;
        }
        let Ok(digits) = self.digits.parse::<u128>() else { return false };
        // Compared doubled, so that halves are whole; a factor 10^zeros is split in 5^zeros and 2^zeros.
        let (left, twos) = if zeros < 0 {
            (digits, -1)
        } else {
            (digits.saturating_mul(5_u128.saturating_pow(zeros.unsigned_abs() as u32)), zeros)
        };
        let scaled = |odd: u128| if zeros < 0 { odd * 5 } else { odd };
        let shift = exponent - 1 - twos;
        let odd = [2 * u128::from(mantissa) + 1, (2 * u128::from(mantissa)).saturating_sub(1)];
        odd.into_iter().any(|odd| {
            let (mut right, mut left) = (scaled(odd), left);
            let side = if shift >= 0 { &mut right } else { &mut left };
            let by = u32::try_from(shift.unsigned_abs()).unwrap_or(u32::MAX);
            by < side.leading_zeros() && {
                *side <<= by;
                left == right
            }
        })
    }

    fn write(&self, out: &mut Vec<u8>, scientific_from: i64) {
        if self.negative && self.digits != "0" {
            out.push(b'-');
        }
        let digits = self.digits.as_bytes();
        if !(-4..scientific_from).contains(&self.exponent) {
            return self.write_scientific(out);
        }
        if self.exponent < 0 {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', usize::try_from(-self.exponent - 1).unwrap_or(0)));
            out.extend_from_slice(digits);
            return;
        }
        let whole = usize::try_from(self.exponent).unwrap_or(0) + 1;
        if digits.len() <= whole {
            out.extend_from_slice(digits);
            out.extend(std::iter::repeat_n(b'0', whole - digits.len()));
        } else {
            out.extend_from_slice(&digits[..whole]);
            out.push(b'.');
            out.extend_from_slice(&digits[whole..]);
        }
    }

    fn write_scientific(&self, out: &mut Vec<u8>) {
        let (first, rest) = self.digits.as_bytes().split_at(1);
        out.extend_from_slice(first);
        if !rest.is_empty() {
            out.push(b'.');
            out.extend_from_slice(rest);
        }
        let sign = if self.exponent < 0 { '-' } else { '+' };
        out.extend_from_slice(format!("e{sign}{:02}", self.exponent.abs()).as_bytes());
    }
}
