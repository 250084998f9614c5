//! The types a column can have.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Ident;

/// A type whose values are single things. Names and meaning are PostgreSQL's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScalarType {
    /// `text`: any length, compared byte-wise.
    Text,
    /// `varchar(n)`: text of at most `n` characters.
    Varchar(u32),
    /// `smallint`: 16 bits.
    SmallInt,
    /// `integer`: 32 bits.
    Integer,
    /// `bigint`: 64 bits.
    BigInt,
    /// `real`: IEEE single.
    Real,
    /// `double precision`: IEEE double.
    Double,
    /// `numeric`, or `numeric(precision, scale)`: exact decimal.
    Numeric(Option<(u16, u16)>),
    /// `boolean`.
    Boolean,
    /// `date`: years 0001 to 9999.
    Date,
    /// `time`: without zone, microseconds.
    Time,
    /// `timestamp`: without zone, microseconds.
    Timestamp,
    /// `timestamptz`: a moment, kept and shown in UTC, microseconds.
    Timestamptz,
    /// `interval`: months, days and microseconds. Of expressions only, no column has it.
    Interval,
    /// `uuid`.
    Uuid,
    /// `json`: kept as written.
    Json,
    /// `jsonb`: kept in PostgreSQL's normal form.
    Jsonb,
    /// `bytea`: bytes, shown as `\x` and hexadecimal digits.
    Bytea,
    /// An enum type of the schema, by its name.
    Enum(Ident),
}

/// A column's type: a scalar or a one-dimensional array of scalars.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataType {
    /// A single value.
    Scalar(ScalarType),
    /// A list of values, any of which may be null.
    Array(ScalarType),
}

impl DataType {
    /// The scalar type, or the type of an array's elements.
    #[must_use]
    pub fn element(&self) -> &ScalarType {
        match self {
            Self::Scalar(scalar) | Self::Array(scalar) => scalar,
        }
    }

    /// The scalar type, if it is one.
    #[must_use]
    pub fn scalar(&self) -> Option<&ScalarType> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            Self::Array(_) => None,
        }
    }

    /// Whether values are `json` or `jsonb`.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Scalar(ScalarType::Json | ScalarType::Jsonb))
    }
}

impl From<ScalarType> for DataType {
    fn from(scalar: ScalarType) -> Self {
        Self::Scalar(scalar)
    }
}

impl ScalarType {
    /// Whether values are numbers.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        self.is_integer() || matches!(self, Self::Real | Self::Double | Self::Numeric(_))
    }

    /// Whether values are whole numbers.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::SmallInt | Self::Integer | Self::BigInt)
    }

    /// Whether values are free text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Varchar(_))
    }
}

/// The type as it stands in SQL, e.g. `numeric(10,2)`, `timestamptz`, `"mood"[]`.
impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Varchar(length) => return write!(f, "varchar({length})"),
            Self::Numeric(Some((precision, scale))) => return write!(f, "numeric({precision},{scale})"),
            Self::Enum(name) => return f.write_str(&name.quoted()),
            Self::Text => "text",
            Self::SmallInt => "smallint",
            Self::Integer => "integer",
            Self::BigInt => "bigint",
            Self::Real => "real",
            Self::Double => "double precision",
            Self::Numeric(None) => "numeric",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::Timestamptz => "timestamptz",
            Self::Interval => "interval",
            Self::Uuid => "uuid",
            Self::Json => "json",
            Self::Jsonb => "jsonb",
            Self::Bytea => "bytea",
        })
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => scalar.fmt(f),
            Self::Array(scalar) => write!(f, "{scalar}[]"),
        }
    }
}
