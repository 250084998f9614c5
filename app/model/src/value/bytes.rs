//! `bytea` in PostgreSQL's two notations.

use crate::{Code, Error};

/// Reads `\x` and hexadecimal digits (white space between bytes allowed), or the older escape notation.
///
/// # Errors
/// [`Code::InvalidValue`].
pub fn parse_bytea(text: &str) -> Result<Vec<u8>, Error> {
    match text.strip_prefix("\\x") {
        Some(digits) => parse_hex(digits),
        None => parse_escaped(text.as_bytes()),
    }
}

/// Writes `\x` and hexadecimal digits.
pub fn write_bytea(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.reserve(2 + bytes.len() * 2);
    out.extend_from_slice(b"\\x");
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::InvalidValue, message)
}

fn parse_hex(digits: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(digits.len() / 2);
    let mut high = None;
    for c in digits.chars() {
        if matches!(c, ' ' | '\t' | '\n' | '\r') && high.is_none() {
            continue;
        }
        let digit = c.to_digit(16).ok_or_else(|| invalid(format!("invalid hexadecimal digit: \"{c}\"")))?;
        let digit = u8::try_from(digit).unwrap_or(0);
        match high.take() {
            None => high = Some(digit),
            Some(high) => out.push(high << 4 | digit),
        }
    }
    match high {
        None => Ok(out),
        Some(_) => Err(invalid("invalid hexadecimal data: odd number of digits")),
    }
}

/// Reads the older notation: `\\` for a backslash, `\000` for a byte in octal digits.
///
/// # Errors
/// [`Code::InvalidValue`].
pub fn parse_escaped(mut rest: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(rest.len());
    loop {
        rest = match rest {
            [] => return Ok(out),
            [b'\\', b'\\', tail @ ..] => {
                out.push(b'\\');
                tail
            }
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..] => {
                out.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                tail
            }
            [b'\\', ..] => return Err(invalid("invalid input syntax for type bytea")),
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
        };
    }
}
