//! Defaults, looked up and checked.

use tenon_model::{Code, Column, DataType, Default, Error, Expr, Result, ScalarType, Schema, Value};

use super::{Misfit, cast::implicit_cast, column};
use crate::{
    expressions::{Node, Place, check_at},
    sql::Located,
    tables::change::{DefaultDef, DefaultValue},
};

/// A default of a column's type; none for `default null`.
pub(super) fn resolve(schema: &Schema, column: &Column, def: &DefaultDef) -> Result<Option<Default>, Misfit> {
    match &def.value {
        DefaultValue::Expression(computed) => Ok(Some(expression(schema, column, &computed.0)?)),
        _ => Ok(without_calculation(schema, column, def)?),
    }
}

fn expression(schema: &Schema, column: &Column, node: &Node) -> Result<Default, Located> {
    let expr = check_at(Place::Default, node, schema, None, None)?;
    let own = expr.data_type();
    let assigned = assigned(expr, &column.data_type);
    let expr = assigned.ok_or_else(|| Located::new(mismatch(column, &own.to_string()), node.at))?;
    Ok(Default::Expression(Box::new(expr)))
}

/// The expression as it is assigned to a column of that type, if it can be.
pub(super) fn assigned(expr: Expr, to: &DataType) -> Option<Expr> {
    let (own, wanted) = (expr.data_type(), free(to));
    if own == wanted || own == *to {
        return Some(expr);
    }
    implicit_cast(&own, &wanted).then(|| Expr::Cast { expr: Box::new(expr), to: wanted })
}

/// The type without its length: what is too long is refused when it is assigned, a cast would cut it.
fn free(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Scalar(ScalarType::Varchar(_)) => ScalarType::Text.into(),
        DataType::Array(ScalarType::Varchar(_)) => DataType::Array(ScalarType::Text),
        other => other.clone(),
    }
}

fn without_calculation(schema: &Schema, column: &Column, def: &DefaultDef) -> Result<Option<Default>> {
    for cast in &def.casts {
        check_cast(schema, column, &column::data_type(schema, cast)?, &def.value)?;
    }
    match (&def.value, column.data_type.scalar()) {
        (DefaultValue::Now, Some(ScalarType::Timestamp | ScalarType::Timestamptz)) => Ok(Some(Default::Now)),
        (DefaultValue::Now | DefaultValue::CurrentDate, Some(ScalarType::Date)) => Ok(Some(Default::CurrentDate)),
        (DefaultValue::RandomUuid, Some(ScalarType::Uuid)) => Ok(Some(Default::RandomUuid)),
        (DefaultValue::Now, _) => Err(mismatch(column, "timestamp with time zone")),
        (DefaultValue::CurrentDate, _) => Err(mismatch(column, "date")),
        (DefaultValue::RandomUuid, _) => Err(mismatch(column, "uuid")),
        (value, _) => {
            let value = literal(schema, column, &column.data_type, value)?;
            Ok(Some(value).filter(|v| !v.is_null()).map(Default::Literal))
        }
    }
}

/// A cast behind a default may say the column's own type, or another that comes to the same.
fn check_cast(schema: &Schema, column: &Column, cast: &DataType, value: &DefaultValue) -> Result<()> {
    let number = |t: &DataType| t.scalar().is_some_and(ScalarType::is_numeric);
    let ours = &column.data_type;
    if cast == ours || super::compatible(cast, ours) {
        return Ok(());
    }
    if number(cast) && number(ours) {
        // The value must be one of both types.
        return literal(schema, column, cast, value).map(|_| ());
    }
    Err(mismatch(column, &cast.to_string()))
}

fn mismatch(column: &Column, found: &str) -> Error {
    let message = format!("column \"{}\" is of type {} but its default is of type {found}", column.name, column.data_type);
    Error::new(Code::InvalidValue, message)
}

fn literal(schema: &Schema, column: &Column, data_type: &DataType, value: &DefaultValue) -> Result<Value> {
    let is_boolean = *data_type == DataType::Scalar(ScalarType::Boolean);
    let parsed = match value {
        DefaultValue::Null => return Ok(Value::Null),
        DefaultValue::Number(_) if is_boolean => return Err(mismatch(column, "integer")),
        DefaultValue::Text(text) | DefaultValue::Number(text) => Value::parse(text, data_type, schema),
        DefaultValue::Bool(flag) if is_boolean => Ok(Value::Bool(*flag)),
        DefaultValue::Bool(flag) if data_type.scalar().is_some_and(ScalarType::is_text) => Ok(Value::Text(flag.to_string())),
        DefaultValue::Bool(_) => return Err(mismatch(column, "boolean")),
        DefaultValue::Array(elements) => {
            let DataType::Array(scalar) = data_type else { return Err(mismatch(column, "an array")) };
            let element = scalar.clone().into();
            let values = elements.iter().map(|e| literal(schema, column, &element, e)).collect::<Result<Vec<_>>>()?;
            return Ok(Value::Array(values));
        }
        DefaultValue::Now | DefaultValue::CurrentDate | DefaultValue::RandomUuid | DefaultValue::Expression(_) => {
            return Err(mismatch(column, "another"));
        }
    };
    parsed.map_err(|e| {
        let message = format!("the default of column \"{}\" does not fit its type: {}", column.name, e.message);
        Error { message, ..e }
    })
}
