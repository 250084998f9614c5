//! Reading values from text and from JSON.

use uuid::Uuid;

use super::{
    Value, array,
    bytes::parse_bytea,
    check_json, datetime, float, normalize_jsonb, number, parse_json_string,
    problem::{invalid_syntax, refuse_nul, shorten},
};
use crate::{Code, DataType, Error, ScalarType, Schema};

impl Value {
    /// Reads a value of a type from text, as PostgreSQL reads its input. Enums are looked up in `schema`.
    ///
    /// # Errors
    /// [`Code::InvalidValue`], [`Code::OutOfRange`], [`Code::TooComplex`], in PostgreSQL's words.
    pub fn parse(text: &str, data_type: &DataType, schema: &Schema) -> Result<Self, Error> {
        match data_type {
            DataType::Scalar(scalar) => Self::parse_scalar(text, scalar, schema),
            DataType::Array(scalar) => array::parse_array(text, scalar, schema),
        }
    }

    /// As [`Value::parse`], for a scalar type.
    ///
    /// # Errors
    /// As [`Value::parse`].
    pub fn parse_scalar(text: &str, scalar: &ScalarType, schema: &Schema) -> Result<Self, Error> {
        refuse_nul(text)?;
        Ok(match scalar {
            ScalarType::Text => Self::Text(text.to_owned()),
            ScalarType::Varchar(length) => Self::Text(fit_varchar(text, *length)?.to_owned()),
            ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => Self::Int(number::parse_integer(text, scalar)?),
            ScalarType::Real => Self::Float(f64::from(float::parse_f32(text)?)),
            ScalarType::Double => Self::Float(float::parse_f64(text)?),
            ScalarType::Numeric(limits) => Self::Numeric(number::decimal(&number::numeric_text(text, *limits)?)?),
            ScalarType::Boolean => Self::Bool(parse_boolean(text)?),
            ScalarType::Date => Self::Date(datetime::parse_date(text)?),
            ScalarType::Time => Self::Time(datetime::parse_time(text)?),
            ScalarType::Timestamp => Self::Timestamp(datetime::parse_timestamp(text)?),
            ScalarType::Timestamptz => Self::Timestamptz(datetime::parse_timestamptz(text)?),
            ScalarType::Interval => Self::Interval(super::parse_interval(text)?),
            ScalarType::Uuid => Self::Uuid(parse_uuid(text).ok_or_else(|| invalid_syntax("uuid", text))?),
            ScalarType::Json => {
                check_json(text)?;
                Self::Json(text.to_owned())
            }
            ScalarType::Jsonb => Self::Json(normalize_jsonb(text)?),
            ScalarType::Bytea => Self::Bytes(parse_bytea(text)?),
            ScalarType::Enum(name) => {
                check_enum(text, name.as_str(), schema)?;
                Self::Text(text.to_owned())
            }
        })
    }

    /// Reads a value of a type from the text of one JSON value (`RawValue::get`), as leniently as PostgREST: numbers may be
    /// given as strings, texts as numbers, arrays as PostgreSQL's literals; `null` is null for `json` columns too.
    ///
    /// # Errors
    /// As [`Value::parse`].
    pub fn from_json(json: &str, data_type: &DataType, schema: &Schema) -> Result<Self, Error> {
        let json = json.trim_ascii();
        match data_type {
            DataType::Scalar(scalar) => Self::scalar_from_json(json, scalar, schema),
            DataType::Array(scalar) => match json.as_bytes().first() {
                Some(b'n') => Ok(Self::Null),
                Some(b'[') => array::array_from_json(json, scalar, schema),
                Some(b'"') => array::parse_array(&parse_json_string(json)?, scalar, schema),
                _ => Err(Error::new(Code::InvalidValue, "expected JSON array")),
            },
        }
    }

    pub(crate) fn scalar_from_json(json: &str, scalar: &ScalarType, schema: &Schema) -> Result<Self, Error> {
        if json == "null" {
            return Ok(Self::Null);
        }
        if !matches!(scalar, ScalarType::Json | ScalarType::Jsonb) && json.starts_with('"') {
            return Self::parse_scalar(&parse_json_string(json)?, scalar, schema);
        }
        Self::parse_scalar(json, scalar, schema)
    }
}

/// Reads a boolean: `true`, `false`, `yes`, `no`, `on`, `off`, `1`, `0`, any case, any unambiguous beginning of them.
///
/// # Errors
/// [`Code::InvalidValue`].
pub fn parse_boolean(text: &str) -> Result<bool, Error> {
    let trimmed = text.trim_ascii();
    let begins = |word: &str, least: usize| {
        trimmed.len() >= least
            && trimmed.len() <= word.len()
            && word.as_bytes()[..trimmed.len()].eq_ignore_ascii_case(trimmed.as_bytes())
    };
    if begins("true", 1) || begins("yes", 1) || begins("on", 2) || trimmed == "1" {
        Ok(true)
    } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || trimmed == "0" {
        Ok(false)
    } else {
        Err(invalid_syntax("boolean", text))
    }
}

/// Reads a UUID as PostgreSQL does: 32 digits, a hyphen after any four, braces around them.
fn parse_uuid(text: &str) -> Option<Uuid> {
    let inner = text.strip_prefix('{').map_or(Some(text), |rest| rest.strip_suffix('}'))?;
    let (mut number, mut digits) = (0_u128, 0);
    for (place, letter) in inner.char_indices() {
        match letter.to_digit(16) {
            Some(digit) if digits < 32 => {
                number = number << 4 | u128::from(digit);
                digits += 1;
            }
            None if letter == '-' && digits > 0 && digits % 4 == 0 && digits < 32 && !inner[..place].ends_with('-') => {}
            _ => return None,
        }
    }
    (digits == 32).then(|| Uuid::from_u128(number))
}

/// The text, if it has at most so many characters; blanks beyond are cut, as in SQL.
pub(crate) fn fit_varchar(text: &str, length: u32) -> Result<&str, Error> {
    let most = usize::try_from(length).unwrap_or(usize::MAX);
    match text.char_indices().nth(most) {
        None => Ok(text),
        Some((end, _)) if text[end..].bytes().all(|b| b == b' ') => Ok(&text[..end]),
        Some(_) => Err(Error::new(Code::OutOfRange, format!("value too long for type character varying({length})"))),
    }
}

fn check_enum(text: &str, name: &str, schema: &Schema) -> Result<(), Error> {
    if schema.enum_values(name).iter().any(|value| value == text) {
        return Ok(());
    }
    Err(Error::new(Code::InvalidValue, format!("invalid input value for enum {name}: \"{}\"", shorten(text))))
}
