//! What is in a JSON value.

use super::{super::Arguments, invalid, place};
use crate::{
    Result, Value,
    expression::JsonStep,
    value::{
        Json, Scanner,
        json_path::{json_get, json_get_text},
    },
};

fn found(json: Option<&str>) -> Value {
    json.map_or(Value::Null, |json| Value::Json(json.to_owned()))
}

pub(super) fn member(json: &str, key: &str) -> Result<Value> {
    json_get(json, &[JsonStep::Key(key.to_owned())], true).map(found)
}

pub(super) fn element(json: &str, index: i64, jsonb: bool) -> Result<Value> {
    json_get(json, &[JsonStep::Index(index)], jsonb).map(found)
}

/// A json value as `->>` shows it.
pub(super) fn text(json: Value) -> Result<Value> {
    match json {
        Value::Json(json) => Ok(json_get_text(&json, &[], true)?.map_or(Value::Null, |text| Value::Text(text.into_owned()))),
        other => Ok(other),
    }
}

pub(super) fn extract(a: &Arguments<'_>) -> Result<Value> {
    let [Value::Json(json), path @ ..] = a.values else { return Err(a.mismatch()) };
    self::path(json, path)
}

/// A step after the other: keys into objects, places into arrays.
pub(super) fn path(json: &str, path: &[Value]) -> Result<Value> {
    let mut at = json;
    for step in path {
        let Value::Text(step) = step else { return Ok(Value::Null) };
        let step = match (at.as_bytes().first(), place(step)) {
            (Some(b'['), Some(index)) => JsonStep::Index(index),
            (Some(b'{'), _) => JsonStep::Key(step.clone()),
            _ => return Ok(Value::Null),
        };
        match json_get(at, &[step], false)? {
            Some(next) => at = next,
            None => return Ok(Value::Null),
        }
    }
    Ok(found(Some(at)))
}

/// Whether a key is there, or a string of that text among the elements, or is all there is.
fn has(json: &Json<'_>, key: &str) -> bool {
    match json {
        Json::Object(members) => members.iter().any(|(name, _)| name == key),
        Json::Array(elements) => elements.iter().any(|element| matches!(element, Json::String(text) if text == key)),
        Json::String(text) => text == key,
        _ => false,
    }
}

fn keys(keys: &[Value]) -> impl Iterator<Item = &str> {
    keys.iter().filter_map(|key| if let Value::Text(key) = key { Some(key.as_str()) } else { None })
}

pub(super) fn has_any(json: &str, wanted: &[Value]) -> Result<Value> {
    let json = Json::read(json)?;
    Ok(Value::Bool(keys(wanted).any(|key| has(&json, key))))
}

pub(super) fn has_all(json: &str, wanted: &[Value]) -> Result<Value> {
    let json = Json::read(json)?;
    Ok(Value::Bool(keys(wanted).all(|key| has(&json, key))))
}

pub(super) fn kind(json: &str) -> Result<Value> {
    let kind = match json.trim_ascii_start().as_bytes().first() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    };
    Ok(Value::Text(kind.to_owned()))
}

pub(super) fn length(json: &str) -> Result<Value> {
    match json.trim_ascii_start().as_bytes().first() {
        Some(b'[') => {}
        Some(b'{') => return Err(invalid("cannot get array length of a non-array")),
        _ => return Err(invalid("cannot get array length of a scalar")),
    }
    let mut count = 0;
    Scanner::new(json).elements(|scanner| {
        count += 1;
        scanner.skip_value().map(drop)
    })?;
    Ok(Value::Int(count))
}
