//! What rows that are there get in a new column with a calculated default. The database does not know such defaults: what
//! they come to is computed once, for nobody signed in, as a change of the schema is nobody's row.

use tenon_model::{Caller, Column, DataType, Expr, Result, ScalarType, Schema, Value, expression::Context};

use super::{dump::text, sqlite};
use crate::records::defaults;

/// The value for rows that are there.
///
/// # Errors
/// What the expression's operators refuse; what does not fit the column.
pub(super) fn value(schema: &Schema, column: &Column, expr: &Expr) -> Result<Value> {
    let now = jiff::Timestamp::now().round(jiff::Unit::Microsecond).unwrap_or_default();
    let context = Context::of(&Caller::Operator, jiff::tz::TimeZone::UTC.to_datetime(now));
    let value = defaults::value(schema, &context, expr)?;
    defaults::check(schema, column, &value)?;
    Ok(value)
}

/// The value in SQLite's SQL; its failures were obstacles before.
pub(super) fn sqlite(schema: &Schema, column: &Column, expr: &Expr) -> String {
    value(schema, column, expr).map_or_else(|_| "NULL".to_owned(), |value| sqlite::literal(&value, &column.data_type))
}

/// The value in PostgreSQL's SQL; its failures were obstacles before.
pub(super) fn postgres(schema: &Schema, column: &Column, expr: &Expr) -> String {
    let written = value(schema, column, expr).ok().and_then(|value| value.to_pg_text(&column.data_type));
    written.map_or_else(|| "null".to_owned(), |written| format!("{}::{}", text(&written), type_of(&column.data_type)))
}

fn type_of(data_type: &DataType) -> String {
    match data_type {
        DataType::Scalar(ScalarType::Enum(name)) => name.quoted(),
        DataType::Array(ScalarType::Enum(name)) => format!("{}[]", name.quoted()),
        other => other.to_string(),
    }
}
