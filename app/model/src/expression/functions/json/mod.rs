//! Functions of `json` and `jsonb`.

mod build;
mod change;
mod look;

use super::{
    Function,
    Postgres::{Operator, Same},
    signature::{functions, with},
};
use crate::{Code, Error, Result, Value, value::Json};

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = functions! { Json:
    "->" [JSONB TEXT] -> JSONB strict Operator, "The member of that key", with!(Json j, Text key => look::member(j, key));
    "->" [JSONB INTEGER] -> JSONB strict Operator, "The element at that place, from 0; negative from the end", with!(Json j, Int n => look::element(j, *n, true));
    "->" [JSON TEXT] -> JSON strict Operator, "The member of that key", with!(Json j, Text key => look::member(j, key));
    "->" [JSON INTEGER] -> JSON strict Operator, "The element at that place, from 0; negative from the end", with!(Json j, Int n => look::element(j, *n, false));
    "->>" [JSONB TEXT] -> TEXT strict Operator, "The member of that key as text", with!(Json j, Text key => look::text(look::member(j, key)?));
    "->>" [JSONB INTEGER] -> TEXT strict Operator, "The element at that place as text", with!(Json j, Int n => look::text(look::element(j, *n, true)?));
    "->>" [JSON TEXT] -> TEXT strict Operator, "The member of that key as text", with!(Json j, Text key => look::text(look::member(j, key)?));
    "->>" [JSON INTEGER] -> TEXT strict Operator, "The element at that place as text", with!(Json j, Int n => look::text(look::element(j, *n, false)?));
    "#>" [JSONB TEXTS] -> JSONB strict Operator, "What a path of keys and places leads to", with!(Json j, Array path => look::path(j, path));
    "#>>" [JSONB TEXTS] -> TEXT strict Operator, "What a path of keys and places leads to, as text", with!(Json j, Array path => look::text(look::path(j, path)?));
    "jsonb_extract_path" [JSONB TEXT] -> JSONB strict_many Same, "What a path of keys and places leads to", |a| look::extract(a);
    "jsonb_extract_path_text" [JSONB TEXT] -> TEXT strict_many Same, "What a path of keys and places leads to, as text", |a| look::text(look::extract(a)?);
    "?" [JSONB TEXT] -> BOOLEAN strict Operator, "Whether the key, or the text as an element, is there", with!(Json j, Text key => look::has_any(j, &[Value::Text(key.clone())]));
    "?|" [JSONB TEXTS] -> BOOLEAN strict Operator, "Whether any of the keys is there", with!(Json j, Array keys => look::has_any(j, keys));
    "?&" [JSONB TEXTS] -> BOOLEAN strict Operator, "Whether all of the keys are there", with!(Json j, Array keys => look::has_all(j, keys));
    "jsonb_typeof" [JSONB] -> TEXT strict Same, "object, array, string, number, boolean or null", with!(Json j => look::kind(j));
    "json_typeof" [JSON] -> TEXT strict Same, "object, array, string, number, boolean or null", with!(Json j => look::kind(j));
    "jsonb_array_length" [JSONB] -> INTEGER strict Same, "The number of elements", with!(Json j => look::length(j));
    "json_array_length" [JSON] -> INTEGER strict Same, "The number of elements", with!(Json j => look::length(j));
    "to_jsonb" [ANY] -> JSONB strict Same, "The value as jsonb", |a| build::to_jsonb(a);
    "jsonb_build_array" [] -> JSONB strict Same, "An empty array", |_| Ok(Value::Json("[]".to_owned()));
    "jsonb_build_array" [ANY] -> JSONB nulls_many Same, "An array of the values", |a| build::array(a);
    "jsonb_build_object" [] -> JSONB strict Same, "An empty object", |_| Ok(Value::Json("{}".to_owned()));
    "jsonb_build_object" [ANY] -> JSONB nulls_many Same, "An object of keys and values in turn", |a| build::object(a);
    "||" [JSONB JSONB] -> JSONB strict Operator, "Both objects' members or both arrays' elements", with!(Json x, Json y => change::join(x, y));
    "-" [JSONB TEXT] -> JSONB strict Operator, "Without the key, or without the text as an element", with!(Json j, Text key => change::without(j, &[Value::Text(key.clone())]));
    "-" [JSONB TEXTS] -> JSONB strict Operator, "Without the keys, or without the texts as elements", with!(Json j, Array keys => change::without(j, keys));
    "-" [JSONB INTEGER] -> JSONB strict Operator, "Without the element at that place", with!(Json j, Int n => change::without_element(j, *n));
    "#-" [JSONB TEXTS] -> JSONB strict Operator, "Without what the path leads to", with!(Json j, Array path => change::without_path(j, path));
    "jsonb_set" [JSONB TEXTS JSONB] -> JSONB strict Same, "With a new value where the path leads to", with!(Json j, Array path, Json new => change::set(j, path, new, true));
    "jsonb_set" [JSONB TEXTS JSONB BOOLEAN] -> JSONB strict Same, "With a new value where the path leads to, also if nothing was there or not", with!(Json j, Array path, Json new, Bool create => change::set(j, path, new, *create));
    "jsonb_strip_nulls" [JSONB] -> JSONB strict Same, "Without objects' members that are null", with!(Json j => change::strip_nulls(j));
};

fn jsonb(json: &Json<'_>) -> Result<Value> {
    json.to_text().map(Value::Json)
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::InvalidValue, message)
}

/// A place as a path says it: decimal digits with a sign, blanks before.
fn place(text: &str) -> Option<i64> {
    let number: i32 = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']).parse().ok()?;
    Some(number.into())
}
