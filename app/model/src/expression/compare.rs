//! The order of values, as PostgreSQL has it with byte-wise text.

use std::cmp::Ordering;

use crate::{DataType, ScalarType, Schema, Value, value::compare_jsonb};

/// Compares two values of comparable types; none if one is null or they cannot be compared.
#[must_use]
pub fn compare(left: &Value, left_type: &DataType, right: &Value, right_type: &DataType, schema: &Schema) -> Option<Ordering> {
    if let (DataType::Scalar(ScalarType::Enum(name)), Value::Text(l), Value::Text(r)) = (left_type, left, right) {
        let values = schema.enum_values(name.as_str());
        let place = |text: &str| values.iter().position(|v| v == text);
        return Some(place(l)?.cmp(&place(r)?));
    }
    if let (Value::Array(l), Value::Array(r)) = (left, right) {
        return Some(arrays(l, r, &left_type.element().clone().into(), &right_type.element().clone().into(), schema));
    }
    scalars(left, right)
}

/// Element by element, null after all others; of two that begin alike, the shorter comes first.
fn arrays(left: &[Value], right: &[Value], left_type: &DataType, right_type: &DataType, schema: &Schema) -> Ordering {
    let element = |(l, r): (&Value, &Value)| match (l.is_null(), r.is_null()) {
        (false, false) => compare(l, left_type, r, right_type, schema).unwrap_or(Ordering::Equal),
        (l, r) => l.cmp(&r),
    };
    let first = left.iter().zip(right).map(element).find(|order| order.is_ne());
    first.unwrap_or_else(|| left.len().cmp(&right.len()))
}

fn scalars(left: &Value, right: &Value) -> Option<Ordering> {
    use Value as V;
    Some(match (left, right) {
        (V::Bool(l), V::Bool(r)) => l.cmp(r),
        (V::Int(l), V::Int(r)) => l.cmp(r),
        (V::Text(l), V::Text(r)) => l.cmp(r),
        (V::Date(l), V::Date(r)) => l.cmp(r),
        (V::Time(l), V::Time(r)) => l.cmp(r),
        (V::Timestamp(l) | V::Timestamptz(l), V::Timestamp(r) | V::Timestamptz(r)) => l.cmp(r),
        (V::Interval(l), V::Interval(r)) => l.compare(r),
        (V::Uuid(l), V::Uuid(r)) => l.cmp(r),
        (V::Bytes(l), V::Bytes(r)) => l.cmp(r),
        (V::Json(l), V::Json(r)) => compare_jsonb(l, r),
        (V::Numeric(l), V::Numeric(r)) => l.cmp(r),
        (V::Numeric(l), V::Int(r)) => l.cmp(&(*r).into()),
        (V::Int(l), V::Numeric(r)) => bigdecimal::BigDecimal::from(*l).cmp(r),
        _ => return float(left)?.partial_cmp(&float(right)?),
    })
}

/// Between a float and another number, the other becomes `double precision`.
#[allow(clippy::cast_precision_loss, reason = "PostgreSQL's own conversion")]
fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(f) => Some(*f),
        Value::Int(i) => Some(*i as f64),
        // The nearest double, by way of the digits: a conversion of the decimal itself would round twice.
        Value::Numeric(d) => d.to_string().parse().ok(),
        _ => None,
    }
}
