//! Functions of arrays, and a few of values of any type.

use super::{
    Arguments, Function,
    Postgres::{Operator, Same, Template},
    signature::{functions, with},
    text::output,
};
use crate::{Code, DataType, Error, Result, ScalarType, Value, value::Json};

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = functions! { Array:
    "array_length" [ARRAY INTEGER] -> INTEGER strict Same, "The number of elements, if the second number is 1; null if there are none", with!(Array x, Int n => Ok(bound(x, *n, x.len())));
    "array_lower" [ARRAY INTEGER] -> INTEGER strict Same, "1, if the second number is 1; null if there are no elements", with!(Array x, Int n => Ok(bound(x, *n, 1)));
    "array_upper" [ARRAY INTEGER] -> INTEGER strict Same, "The last place, if the second number is 1; null if there are no elements", with!(Array x, Int n => Ok(bound(x, *n, x.len())));
    "cardinality" [ARRAY] -> INTEGER strict Same, "The number of elements", with!(Array x => Ok(int(x.len())));
    "subscript" [ARRAY INTEGER] -> ELEMENT strict Template("($1)[$2]"), "The element at that place, from 1; null if there is none", with!(Array x, Int n => Ok(element(x, *n)));
    "array_position" [ARRAY ELEMENT] -> INTEGER nulls Same, "The first place of the element, from 1; null if nowhere", position;
    "array_append" [ARRAY ELEMENT] -> ARRAY nulls Same, "With the element at the end", |a| append(a, false);
    "array_prepend" [ELEMENT ARRAY] -> ARRAY nulls Same, "With the element at the beginning", |a| append(a, true);
    "array_cat" [ARRAY ARRAY] -> ARRAY nulls Same, "Both, one after the other", concatenate;
    "||" [ARRAY ARRAY] -> ARRAY nulls Operator, "Both, one after the other", concatenate;
    "||" [ARRAY ELEMENT] -> ARRAY nulls Operator, "With the element at the end", |a| append(a, false);
    "||" [ELEMENT ARRAY] -> ARRAY nulls Operator, "With the element at the beginning", |a| append(a, true);
    "array_remove" [ARRAY ELEMENT] -> ARRAY nulls Same, "Without any such element", |a| replaced(a, None);
    "array_replace" [ARRAY ELEMENT ELEMENT] -> ARRAY nulls Same, "With each such element replaced", |a| replaced(a, a.values.get(2));
    "trim_array" [ARRAY INTEGER] -> ARRAY strict Same, "Without the last n elements", with!(Array x, Int n => trimmed(x, *n));
    "array_to_string" [ARRAY TEXT] -> TEXT strict Same, "The elements with the text between them; nulls are left out", to_string;
    "array_to_string" [ARRAY TEXT TEXT] -> TEXT nulls Same, "The elements with the text between them, and another for nulls", to_string;
    "string_to_array" [TEXT TEXT] -> TEXTS nulls Same, "The parts between delimiters; all characters if the delimiter is null", from_string;
    "string_to_array" [TEXT TEXT TEXT] -> TEXTS nulls Same, "The parts between delimiters; those that are the third text are null", from_string;
};

#[rustfmt::skip]
pub(super) const OTHERS: &[Function] = functions! { Other:
    "num_nulls" [ANY] -> INTEGER nulls_many Same, "How many of the values are null", |a| Ok(int(a.values.iter().filter(|v| v.is_null()).count()));
    "num_nonnulls" [ANY] -> INTEGER nulls_many Same, "How many of the values are not null", |a| Ok(int(a.values.iter().filter(|v| !v.is_null()).count()));
};

fn int(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A bound of the only dimension, of which an array without elements has none.
fn bound(x: &[Value], dimension: i64, number: usize) -> Value {
    if dimension == 1 && !x.is_empty() { int(number) } else { Value::Null }
}

fn element(x: &[Value], place: i64) -> Value {
    usize::try_from(place - 1).ok().and_then(|index| x.get(index)).cloned().unwrap_or(Value::Null)
}

/// Whether two elements are the same: numbers by value, nulls too.
///
/// # Errors
/// `json` cannot be compared.
fn same(x: &Value, y: &Value, of: &ScalarType) -> Result<bool> {
    Ok(match (x, y) {
        _ if *of == ScalarType::Json => {
            return Err(Error::new(Code::Unsupported, "could not identify an equality operator for type json"));
        }
        (Value::Interval(x), Value::Interval(y)) => x.compare(y).is_eq(),
        (Value::Json(x), Value::Json(y)) => same_json(&Json::read(x)?, &Json::read(y)?),
        (x, y) => x == y,
    })
}

fn same_json(x: &Json<'_>, y: &Json<'_>) -> bool {
    match (x, y) {
        (Json::Word(x), Json::Word(y)) => x == y,
        (Json::String(x), Json::String(y)) => x == y,
        (Json::Number(x), Json::Number(y)) => x.parse::<bigdecimal::BigDecimal>().ok() == y.parse().ok(),
        (Json::Array(x), Json::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same_json(x, y)),
        (Json::Object(x), Json::Object(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|((k, x), (l, y))| k == l && same_json(x, y))
        }
        _ => false,
    }
}

fn position(a: &Arguments<'_>) -> Result<Value> {
    let (x, wanted) = match a.values {
        [Value::Null, _] => return Ok(Value::Null),
        [Value::Array(x), wanted] => (x, wanted),
        _ => return Err(a.mismatch()),
    };
    for (index, element) in x.iter().enumerate() {
        if same(element, wanted, a.types[0].element())? {
            return Ok(int(index + 1));
        }
    }
    Ok(Value::Null)
}

fn append(a: &Arguments<'_>, before: bool) -> Result<Value> {
    let (array, element) = match a.values {
        [element, array] if before => (array, element),
        [array, element] => (array, element),
        _ => return Err(a.mismatch()),
    };
    let mut elements = match array {
        Value::Array(elements) => elements.clone(),
        _ => Vec::new(),
    };
    elements.insert(if before { 0 } else { elements.len() }, element.clone());
    Ok(Value::Array(elements))
}

fn concatenate(a: &Arguments<'_>) -> Result<Value> {
    Ok(match a.values {
        [Value::Array(x), Value::Array(y)] => Value::Array([x.as_slice(), y].concat()),
        [Value::Null, other] | [other, Value::Null] => other.clone(),
        _ => return Err(a.mismatch()),
    })
}

/// Without the elements that are the second argument, or with another in their place.
fn replaced(a: &Arguments<'_>, by: Option<&Value>) -> Result<Value> {
    let (x, wanted) = match a.values {
        [Value::Null, ..] => return Ok(Value::Null),
        [Value::Array(x), wanted, ..] => (x, wanted),
        _ => return Err(a.mismatch()),
    };
    let mut out = Vec::with_capacity(x.len());
    for element in x {
        if same(element, wanted, a.types[0].element())? {
            out.extend(by.cloned());
        } else {
            out.push(element.clone());
        }
    }
    Ok(Value::Array(out))
}

fn trimmed(x: &[Value], count: i64) -> Result<Value> {
    let kept = usize::try_from(count).ok().and_then(|count| x.len().checked_sub(count));
    match kept {
        Some(kept) => Ok(Value::Array(x[..kept].to_vec())),
        None => Err(Error::new(Code::InvalidValue, format!("number of elements to trim must be between 0 and {}", x.len()))),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "as every function of the list")]
fn to_string(a: &Arguments<'_>) -> Result<Value> {
    let (x, between, null) = match a.values {
        [Value::Array(x), Value::Text(between)] => (x, between, None),
        [Value::Array(x), Value::Text(between), null] => (x, between, null.to_text(&super::TEXT)),
        _ => return Ok(Value::Null),
    };
    let element = DataType::Scalar(a.types[0].element().clone());
    let texts: Vec<String> = x.iter().filter_map(|value| output(value, &element).or_else(|| null.clone())).collect();
    Ok(Value::Text(texts.join(between)))
}

#[allow(clippy::unnecessary_wraps, reason = "as every function of the list")]
fn from_string(a: &Arguments<'_>) -> Result<Value> {
    let Some(Value::Text(text)) = a.values.first() else { return Ok(Value::Null) };
    let parts: Vec<String> = match a.values.get(1) {
        _ if text.is_empty() => Vec::new(),
        Some(Value::Text(delimiter)) if delimiter.is_empty() => vec![text.clone()],
        Some(Value::Text(delimiter)) => text.split(delimiter.as_str()).map(str::to_owned).collect(),
        _ => text.chars().map(String::from).collect(),
    };
    let null = a.values.get(2);
    let value = |part: String| if null == Some(&Value::Text(part.clone())) { Value::Null } else { Value::Text(part) };
    Ok(Value::Array(parts.into_iter().map(value).collect()))
}
