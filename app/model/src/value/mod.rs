//! Typed values: reading them from text and JSON, writing them as text, JSON and CSV, casting them.
//!
//! What is taken and what is shown is PostgreSQL's, narrowed where `SEMANTICS.md` in this folder says so.

pub mod array;
mod bytes;
pub mod casts;
pub mod datetime;
pub(crate) mod decimal;
mod float;
mod interval;
mod json;
pub mod json_path;
pub mod like;
mod number;
mod parse;
mod problem;
mod raw;
mod write;

#[cfg(test)]
mod tests;

use bigdecimal::BigDecimal;
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    bytes::{parse_bytea, parse_escaped, write_bytea},
    decimal::{add as decimal_sum, divide as decimal_quotient},
    float::{format_f32, format_f64, parse_f32, parse_f64},
    interval::{Interval, parse_interval, write_interval},
    json::{
        MAX_JSON_DEPTH, check_json, compare_decimals, compare_json_arrays, compare_jsonb, json_containment, normalize_jsonb,
        parse_json_string,
    },
    number::{numeric_text, parse_integer},
    parse::parse_boolean,
    raw::{canonical_from_pg, write_json_text},
    write::{write_csv_field, write_json_string},
};
pub(crate) use self::{
    json::{Json, Scanner, in_order},
    number::integer_range,
    problem::shorten,
};

/// A value of a column. Which variant a column holds follows from its [`crate::DataType`]; any column may hold `Null`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// No value.
    Null,
    /// `boolean`.
    Bool(bool),
    /// `smallint`, `integer`, `bigint`.
    Int(i64),
    /// `real` (already rounded to single) and `double precision`; finite, and never `-0`.
    Float(f64),
    /// `numeric`, scale kept.
    Numeric(BigDecimal),
    /// `text`, `varchar`, enums.
    Text(String),
    /// `date`.
    Date(Date),
    /// `time`, whole microseconds.
    Time(Time),
    /// `timestamp`, whole microseconds.
    Timestamp(DateTime),
    /// `timestamptz`, in UTC, whole microseconds.
    Timestamptz(DateTime),
    /// `interval`.
    Interval(Interval),
    /// `uuid`.
    Uuid(Uuid),
    /// `json` as written, `jsonb` in normal form: always valid JSON text.
    Json(String),
    /// `bytea`.
    Bytes(Vec<u8>),
    /// An array's elements.
    Array(Vec<Value>),
}

impl Value {
    /// Whether there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}
