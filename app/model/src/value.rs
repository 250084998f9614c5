//! Typed values.

use bigdecimal::BigDecimal;
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    /// `real` (already rounded to single) and `double precision`.
    Float(f64),
    /// `numeric`, scale kept.
    Numeric(BigDecimal),
    /// `text`, `varchar`, enums.
    Text(String),
    /// `date`.
    Date(Date),
    /// `time`.
    Time(Time),
    /// `timestamp`.
    Timestamp(DateTime),
    /// `timestamptz`.
    Timestamptz(Timestamp),
    /// `uuid`.
    Uuid(Uuid),
    /// `json` as written, `jsonb` in normal form: always valid JSON text.
    Json(String),
    /// `bytea`.
    Bytes(Vec<u8>),
    /// An array's elements.
    Array(Vec<Value>),
}
