//! Values.

use super::{Sql, level, sql, type_sql};
use crate::{DataType, Expr, ScalarType, Value, expression::functions};

/// A text in single quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A literal that says its type.
pub(super) fn typed(value: &Value, data_type: &DataType) -> Sql {
    if let Some(literal) = plain(value, data_type) {
        return literal;
    }
    let text = value.to_pg_text(data_type).map_or_else(|| "null".to_owned(), |text| quoted(&text));
    sql(format!("{text}::{}", type_sql(data_type)), level::CAST)
}

/// A number or a boolean as it is written without quotes, where that is read as of this type.
fn plain(value: &Value, data_type: &DataType) -> Option<Sql> {
    let text = match (value, data_type.scalar()?) {
        (Value::Bool(true), ScalarType::Boolean) => return Some(sql("true", level::ATOM)),
        (Value::Bool(false), ScalarType::Boolean) => return Some(sql("false", level::ATOM)),
        (Value::Int(number), ScalarType::Integer) => number.to_string(),
        (Value::Int(number), ScalarType::BigInt) if i32::try_from(*number).is_err() => number.to_string(),
        (Value::Numeric(number), ScalarType::Numeric(None)) => {
            let text = number.to_plain_string();
            if !text.contains('.') && text.parse::<i64>().is_ok() {
                return None;
            }
            text
        }
        _ => return None,
    };
    let level = if text.starts_with('-') { level::SIGN } else { level::ATOM };
    Some(sql(text, level))
}

/// The literal without its type: in quotes, or null. None for what is no literal, or says its type as it is.
pub(super) fn bare(expr: &Expr) -> Option<String> {
    let Expr::Literal { value, data_type } = expr else { return None };
    if plain(value, data_type).is_some() {
        return None;
    }
    Some(value.to_pg_text(data_type).map_or_else(|| "null".to_owned(), |text| quoted(&text)))
}

/// The literal in quotes with its type, also where it would need neither.
pub(super) fn in_quotes(expr: &Expr) -> Option<Sql> {
    let Expr::Literal { value, data_type } = expr else { return None };
    if *data_type == functions::BOOLEAN {
        return None;
    }
    let text = value.to_pg_text(data_type).map_or_else(|| "null".to_owned(), |text| quoted(&text));
    Some(sql(format!("{text}::{}", type_sql(data_type)), level::CAST))
}
