//! JSON out of other values.

use super::{super::Arguments, invalid, jsonb};
use crate::{
    DataType, Error, Result, Value,
    value::{Json, in_order, normalize_jsonb},
};

/// A value's JSON; not in normal form yet.
fn json_text(value: &Value, data_type: &DataType) -> Result<String> {
    let mut out = Vec::new();
    value.write_json(&mut out, data_type);
    String::from_utf8(out).map_err(Error::internal)
}

pub(super) fn to_jsonb(a: &Arguments<'_>) -> Result<Value> {
    let ([value], [data_type]) = (a.values, a.types) else { return Err(a.mismatch()) };
    normalize_jsonb(&json_text(value, data_type)?).map(Value::Json)
}

fn texts(a: &Arguments<'_>) -> Result<Vec<String>> {
    a.values.iter().zip(a.types).map(|(value, data_type)| json_text(value, data_type)).collect()
}

pub(super) fn array(a: &Arguments<'_>) -> Result<Value> {
    let texts = texts(a)?;
    let elements: Result<Vec<_>> = texts.iter().map(|text| Json::read(text)).collect();
    jsonb(&Json::Array(elements?))
}

pub(super) fn object(a: &Arguments<'_>) -> Result<Value> {
    if a.values.len() % 2 == 1 {
        return Err(invalid("argument list must have even number of elements"));
    }
    let texts = texts(a)?;
    let mut members = Vec::with_capacity(texts.len() / 2);
    for (index, pair) in texts.chunks(2).enumerate() {
        let [key, value] = pair else { return Err(a.mismatch()) };
        let key = match (Json::read(key)?, &a.values[index * 2]) {
            (_, Value::Null) => return Err(invalid(format!("argument {}: key must not be null", index * 2 + 1))),
            (Json::Array(_) | Json::Object(_), _) | (_, Value::Json(_)) => {
                return Err(invalid("key value must be scalar, not array, composite, or json"));
            }
            (Json::String(text), _) => text,
            (_, _) => key.as_str().into(),
        };
        members.push((key, Json::read(value)?));
    }
    jsonb(&Json::Object(in_order(members)))
}
