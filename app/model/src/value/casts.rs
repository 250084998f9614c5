//! PostgreSQL's explicit casts, for `select=column::type` and for changes of a column's type.

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive};

use super::{Value, number, parse::fit_varchar, problem::shorten};
use crate::{Code, DataType, Error, ScalarType, Schema};

/// Checks that a cast exists, whatever the value.
///
/// # Errors
/// [`Code::Unsupported`]: `cannot cast type date to integer`.
pub fn check_cast(from: &DataType, to: &DataType) -> Result<(), Error> {
    let exists = match (from, to) {
        (DataType::Array(from), DataType::Array(to)) => scalar_cast_exists(from, to),
        (DataType::Scalar(from), DataType::Scalar(to)) => scalar_cast_exists(from, to),
        (DataType::Array(_), DataType::Scalar(to)) => to.is_text(),
        (DataType::Scalar(from), DataType::Array(_)) => from.is_text(),
    };
    if exists { Ok(()) } else { Err(no_cast(from, to)) }
}

fn no_cast(from: &DataType, to: &DataType) -> Error {
    Error::new(Code::Unsupported, format!("cannot cast type {from} to {to}"))
}

fn scalar_cast_exists(from: &ScalarType, to: &ScalarType) -> bool {
    use ScalarType as T;
    let json = |t: &T| matches!(t, T::Json | T::Jsonb);
    match (from, to) {
        // Texts of a table are PostgreSQL's to read there; it takes more forms than we do.
        (from, T::Interval) => *from == T::Interval,
        (from, to) if from == to || from.is_text() || to.is_text() => true,
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (T::Integer, T::Boolean) | (T::Boolean, T::Integer) => true,
        (from, to) if json(from) && json(to) => true,
        (T::Jsonb, to) => to.is_numeric() || *to == T::Boolean,
        (T::Date, T::Timestamp | T::Timestamptz) => true,
        (T::Timestamp | T::Timestamptz, T::Date | T::Time | T::Timestamp | T::Timestamptz) => true,
        _ => false,
    }
}

impl Value {
    /// Converts a value by PostgreSQL's explicit cast. Time zones are UTC.
    ///
    /// # Errors
    /// As [`check_cast`] and [`Value::parse`].
    pub fn cast(&self, from: &DataType, to: &DataType, schema: &Schema) -> Result<Self, Error> {
        check_cast(from, to)?;
        match (self, to) {
            (Self::Null, _) => Ok(Self::Null),
            (Self::Array(values), DataType::Array(scalar)) => {
                let (from, to) = (DataType::Scalar(from.element().clone()), DataType::Scalar(scalar.clone()));
                values.iter().map(|value| value.cast(&from, &to, schema)).collect::<Result<_, _>>().map(Self::Array)
            }
            (Self::Text(text), DataType::Array(_)) => Self::parse(text, to, schema),
            (_, DataType::Array(_)) => Err(no_cast(from, to)),
            (_, DataType::Scalar(scalar)) => self.cast_scalar(from, scalar, schema),
        }
    }

    fn cast_scalar(&self, from: &DataType, to: &ScalarType, schema: &Schema) -> Result<Self, Error> {
        use ScalarType as T;
        Ok(match (self, to) {
            (_, T::Text) => Self::Text(self.to_pg_text(from).unwrap_or_default()),
            (_, T::Varchar(length)) => Self::Text(cut(&self.to_pg_text(from).unwrap_or_default(), *length)),
            (Self::Text(text), _) => return Self::parse_scalar(text, to, schema),
            (Self::Bool(flag), to) if to.is_integer() => Self::Int(i64::from(*flag)),
            (Self::Int(number), T::Boolean) => Self::Bool(*number != 0),
            (Self::Int(_) | Self::Float(_) | Self::Numeric(_), to) if to.is_numeric() => return self.cast_number(from, to),
            (Self::Json(text), T::Json) => Self::Json(text.clone()),
            (Self::Json(text), T::Jsonb) => Self::Json(super::normalize_jsonb(text)?),
            (Self::Json(text), to) => return cast_json(text, to, schema),
            (Self::Date(date), T::Timestamp) => Self::Timestamp(date.to_datetime(jiff::civil::Time::midnight())),
            (Self::Date(date), T::Timestamptz) => Self::Timestamptz(date.to_datetime(jiff::civil::Time::midnight())),
            (Self::Timestamp(moment) | Self::Timestamptz(moment), T::Date) => Self::Date(moment.date()),
            (Self::Timestamp(moment) | Self::Timestamptz(moment), T::Time) => Self::Time(moment.time()),
            (Self::Timestamp(moment) | Self::Timestamptz(moment), T::Timestamp) => Self::Timestamp(*moment),
            (Self::Timestamp(moment) | Self::Timestamptz(moment), T::Timestamptz) => Self::Timestamptz(*moment),
            _ => self.clone(),
        })
    }

    fn cast_number(&self, from: &DataType, to: &ScalarType) -> Result<Self, Error> {
        let limits = match to {
            ScalarType::Numeric(limits) => *limits,
            _ => None,
        };
        Ok(match to {
            ScalarType::Double if matches!(self, Self::Float(_)) => self.clone(),
            ScalarType::Real | ScalarType::Double => {
                let text = self.to_text(from).unwrap_or_default();
                Self::Float(if *to == ScalarType::Real { f64::from(super::parse_f32(&text)?) } else { super::parse_f64(&text)? })
            }
            ScalarType::Numeric(_) => {
                let text = match self {
                    Self::Float(number) => significant(*number, if *from.element() == ScalarType::Real { 6 } else { 15 }),
                    _ => self.to_text(from).unwrap_or_default(),
                };
                Self::Numeric(number::decimal(&number::numeric_text(&text, limits)?)?)
            }
            _ => Self::Int(self.to_integer(to)?),
        })
    }

    /// Floats round half to even, decimals half away from zero.
    fn to_integer(&self, to: &ScalarType) -> Result<i64, Error> {
        let whole = match self {
            Self::Int(number) => Some(*number),
            Self::Float(number) => BigDecimal::try_from(number.round_ties_even()).ok().and_then(|d| d.to_i64()),
            Self::Numeric(number) => number.with_scale_round(0, RoundingMode::HalfUp).to_i64(),
            _ => None,
        };
        let range = number::integer_range(to);
        whole.filter(|n| range.contains(n)).ok_or_else(|| Error::new(Code::OutOfRange, format!("{to} out of range")))
    }
}

/// A float as C's `%.{digits}g` shows it, which is what PostgreSQL makes a numeric of.
fn significant(number: f64, digits: usize) -> String {
    let text = format!("{number:.0$e}", digits - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    format!("{mantissa}e{exponent}")
}

/// The first `length` characters.
fn cut(text: &str, length: u32) -> String {
    match fit_varchar(text, length) {
        Ok(fitting) => fitting.to_owned(),
        Err(_) => text.chars().take(usize::try_from(length).unwrap_or(usize::MAX)).collect(),
    }
}

/// A number or boolean out of json.
fn cast_json(text: &str, to: &ScalarType, schema: &Schema) -> Result<Value, Error> {
    let text = text.trim_ascii();
    let refuse =
        |kind: &str| Error::new(Code::InvalidValue, format!("cannot cast jsonb {kind} to type {to}")).with_details(shorten(text));
    match (text.as_bytes().first(), to) {
        (Some(b'n'), _) => Ok(Value::Null),
        (Some(b't' | b'f'), ScalarType::Boolean) => Value::parse_scalar(text, to, schema),
        (Some(b'-' | b'0'..=b'9'), to) if to.is_numeric() => {
            let numeric = ScalarType::Numeric(None);
            Value::parse_scalar(text, &numeric, schema)?.cast(&numeric.into(), &to.clone().into(), schema)
        }
        (Some(b'"'), _) => Err(refuse("string")),
        (Some(b'{'), _) => Err(refuse("object")),
        (Some(b'['), _) => Err(refuse("array")),
        (Some(b't' | b'f'), _) => Err(refuse("boolean")),
        _ => Err(refuse("numeric")),
    }
}
