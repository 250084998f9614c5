//! Column texts that never become a [`super::Value`]: from PostgreSQL's text to canonical text to JSON.

use std::borrow::Cow;

use super::{array::canonical_array, write_json_string};
use crate::{DataType, ScalarType};

/// Turns what PostgreSQL shows for `column::text` (TimeZone UTC, DateStyle ISO) into canonical text. Borrows where the two
/// are the same.
#[must_use]
pub fn canonical_from_pg<'a>(text: &'a str, data_type: &DataType) -> Cow<'a, str> {
    match data_type {
        DataType::Scalar(scalar) => canonical_scalar(text, scalar),
        DataType::Array(scalar) => Cow::Owned(canonical_array(text, scalar)),
    }
}

pub(crate) fn canonical_scalar<'a>(text: &'a str, scalar: &ScalarType) -> Cow<'a, str> {
    match scalar {
        ScalarType::Timestamp => Cow::Owned(text.replacen(' ', "T", 1)),
        ScalarType::Timestamptz => {
            let joined = text.replacen(' ', "T", 1);
            Cow::Owned(if joined.ends_with("+00") { joined + ":00" } else { joined })
        }
        ScalarType::Boolean if text == "t" => Cow::Borrowed("true"),
        ScalarType::Boolean if text == "f" => Cow::Borrowed("false"),
        _ => Cow::Borrowed(text),
    }
}

/// Writes a canonical text as JSON: numbers, booleans, json and arrays as they are, everything else as a string.
pub fn write_json_text(out: &mut Vec<u8>, text: &str, data_type: &DataType) {
    let plain = match data_type {
        DataType::Array(_) => true,
        DataType::Scalar(ScalarType::Boolean | ScalarType::Json | ScalarType::Jsonb) => true,
        // What PostgreSQL alone can hold (NaN, infinities) is no JSON number.
        DataType::Scalar(scalar) if scalar.is_numeric() => text.as_bytes().last().is_some_and(u8::is_ascii_digit),
        DataType::Scalar(_) => false,
    };
    if plain {
        out.extend_from_slice(text.as_bytes());
    } else {
        write_json_string(out, text);
    }
}
