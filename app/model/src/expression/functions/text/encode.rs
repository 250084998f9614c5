//! Bytes as text, sums, and single characters.

use sha2::Digest as _;

use super::{invalid, text};
use crate::{
    Code, Error, Result, Value,
    value::{parse_bytea, parse_escaped},
};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// PostgreSQL ends lines of base64 after so many characters.
const LINE: usize = 76;

pub(super) fn md5(bytes: &[u8]) -> String {
    format!("{:x}", md5::compute(bytes))
}

pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    sha2::Sha256::digest(bytes).to_vec()
}

pub(super) fn character(number: i64) -> Result<Value> {
    match (number, u32::try_from(number).ok().and_then(char::from_u32)) {
        (..0, _) => Err(invalid("character number must be positive")),
        (0, _) => Err(invalid("null character not permitted")),
        (_, Some(c)) => text(c),
        (0x11_0000.., None) => Err(invalid(format!("requested character too large for encoding: {number}"))),
        _ => Err(invalid(format!("requested character not valid for encoding: {number}"))),
    }
}

fn unknown(format: &str) -> Error {
    Error::new(Code::InvalidValue, format!("unrecognized encoding: \"{format}\""))
}

pub(super) fn encode(bytes: &[u8], format: &str) -> Result<Value> {
    let mut out = String::with_capacity(bytes.len() * 2);
    match format.to_ascii_lowercase().as_str() {
        "hex" => write_digits(&mut out, bytes),
        "base64" => write_base64(&mut out, bytes),
        "escape" => {
            for byte in bytes {
                match byte {
                    b'\\' => out.push_str("\\\\"),
                    1..=127 => out.push(char::from(*byte)),
                    _ => out.push_str(&format!("\\{byte:03o}")),
                }
            }
        }
        _ => return Err(unknown(format)),
    }
    text(out)
}

fn write_digits(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        out.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
    }
}

fn write_base64(out: &mut String, bytes: &[u8]) {
    let mut line = 0;
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = BASE64[usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0)];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
        line += 4;
        if line == LINE && chunk.len() == 3 {
            out.push('\n');
            line = 0;
        }
    }
}

pub(super) fn decode(encoded: &str, format: &str) -> Result<Value> {
    match format.to_ascii_lowercase().as_str() {
        "hex" => parse_bytea(&format!("\\x{encoded}")),
        "base64" => read_base64(encoded),
        "escape" => parse_escaped(encoded.as_bytes()),
        _ => Err(unknown(format)),
    }
    .map(Value::Bytes)
}

/// As PostgreSQL reads base64: white space anywhere, `=` only where a group of four may end.
fn read_base64(encoded: &str) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(encoded.len() / 4 * 3);
    let (mut bits, mut place, mut kept) = (0_u32, 0, 3);
    for c in encoded.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')) {
        let digit = if c == '=' {
            match (kept, place) {
                (3, 2) => kept = 1,
                (3, 3) => kept = 2,
                (3, _) => return Err(invalid("unexpected \"=\" while decoding base64 sequence")),
                _ => {}
            }
            0
        } else {
            let digit = BASE64.iter().position(|known| char::from(*known) == c);
            let symbol = || invalid(format!("invalid symbol \"{c}\" found while decoding base64 sequence"));
            u32::try_from(digit.ok_or_else(symbol)?).unwrap_or(0)
        };
        bits = bits << 6 | digit;
        place += 1;
        if place == 4 {
            let [_, bytes @ ..] = bits.to_be_bytes();
            out.extend_from_slice(&bytes[..kept]);
            (bits, place) = (0, 0);
        }
    }
    if place == 0 { Ok(out) } else { Err(invalid("invalid base64 end sequence")) }
}
