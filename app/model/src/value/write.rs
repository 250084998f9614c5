//! Writing values as canonical text, JSON and CSV.

use std::io::Write as _;

use super::{Value, array, bytes::write_bytea, datetime, float, raw::write_json_text};
use crate::{DataType, ScalarType};

impl Value {
    /// Writes the canonical text, the same bytes on both engines; null writes nothing. An array's is a JSON array.
    pub fn write_text(&self, out: &mut Vec<u8>, data_type: &DataType) {
        match self {
            Self::Null => {}
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Int(number) => write_display(out, number),
            #[allow(clippy::cast_possible_truncation, reason = "a real is rounded to single already")]
            Self::Float(number) if *data_type.element() == ScalarType::Real => float::format_f32(out, *number as f32),
            Self::Float(number) => float::format_f64(out, *number),
            Self::Numeric(number) => out.extend_from_slice(number.to_plain_string().as_bytes()),
            Self::Text(text) | Self::Json(text) => out.extend_from_slice(text.as_bytes()),
            Self::Date(date) => datetime::write_date(out, *date),
            Self::Time(time) => datetime::write_time(out, *time),
            Self::Timestamp(moment) => datetime::write_timestamp(out, *moment),
            Self::Timestamptz(moment) => datetime::write_timestamptz(out, *moment),
            Self::Interval(interval) => super::write_interval(out, interval),
            Self::Uuid(uuid) => write_display(out, uuid),
            Self::Bytes(bytes) => write_bytea(out, bytes),
            Self::Array(values) => write_array(out, values, data_type.element()),
        }
    }

    /// The canonical text, or `None` for null.
    #[must_use]
    pub fn to_text(&self, data_type: &DataType) -> Option<String> {
        if self.is_null() {
            return None;
        }
        let mut out = Vec::new();
        self.write_text(&mut out, data_type);
        Some(String::from_utf8_lossy(&out).into_owned())
    }

    /// The text that PostgreSQL itself would show (and read): timestamps with a blank, arrays in braces.
    #[must_use]
    pub fn to_pg_text(&self, data_type: &DataType) -> Option<String> {
        match self {
            Self::Timestamp(_) => self.to_text(data_type).map(|text| text.replacen('T', " ", 1)),
            Self::Timestamptz(_) => self.to_text(data_type).map(|text| text.replacen('T', " ", 1).replace("+00:00", "+00")),
            Self::Array(values) => {
                let element = DataType::Scalar(data_type.element().clone());
                // In arrays, booleans have one letter.
                let text = |value: &Self| match value {
                    Self::Bool(flag) => Some(if *flag { "t" } else { "f" }.into()),
                    other => other.to_pg_text(&element).map(Into::into),
                };
                Some(array::write_literal(values.iter().map(text)))
            }
            other => other.to_text(data_type),
        }
    }

    /// Writes the value as JSON.
    pub fn write_json(&self, out: &mut Vec<u8>, data_type: &DataType) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Text(text) => write_json_string(out, text),
            Self::Date(_) | Self::Time(_) | Self::Timestamp(_) | Self::Timestamptz(_) | Self::Interval(_) | Self::Uuid(_) => {
                out.push(b'"');
                self.write_text(out, data_type);
                out.push(b'"');
            }
            Self::Bytes(_) => {
                out.extend_from_slice(b"\"\\");
                self.write_text(out, data_type);
                out.push(b'"');
            }
            _ => self.write_text(out, data_type),
        }
    }

    /// Writes the value as a CSV field: null as nothing, the empty text as `""`.
    pub fn write_csv(&self, out: &mut Vec<u8>, data_type: &DataType) {
        if let Some(text) = self.to_text(data_type) {
            write_csv_field(out, &text);
        }
    }
}

fn write_display(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to a Vec does not fail.
    let _ = write!(out, "{value}");
}

fn write_array(out: &mut Vec<u8>, values: &[Value], scalar: &ScalarType) {
    let element = DataType::Scalar(scalar.clone());
    out.push(b'[');
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        value.write_json(out, &element);
    }
    out.push(b']');
}

/// Writes a canonical text as an element of a JSON array.
pub(crate) fn write_json_element(out: &mut Vec<u8>, text: &str, scalar: &ScalarType) {
    write_json_text(out, text, &DataType::Scalar(scalar.clone()));
}

/// Writes a JSON string literal, escaped as PostgreSQL and serde_json do.
pub fn write_json_string(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..=0x1f => b'u',
            _ => continue,
        };
        out.extend_from_slice(&bytes[written..at]);
        out.extend_from_slice(&[b'\\', short]);
        if short == b'u' {
            out.extend_from_slice(&[b'0', b'0', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        written = at + 1;
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}

/// Writes a CSV field (RFC 4180), in quotes where it must be, and where it would read back as null: empty, or `NULL`.
pub fn write_csv_field(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let special = |b: &u8| matches!(b, b',' | b'"' | b'\n' | b'\r');
    let edge = |b: Option<&u8>| matches!(b, Some(b' ' | b'\t'));
    let quote = bytes.is_empty() || text == "NULL" || bytes.iter().any(special) || edge(bytes.first()) || edge(bytes.last());
    if !quote {
        return out.extend_from_slice(bytes);
    }
    out.push(b'"');
    for byte in bytes {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}
