//! Arrays: PostgreSQL's literals, JSON arrays, and the way between them.

use std::borrow::Cow;

use super::{Scanner, Value, problem::shorten, raw::canonical_scalar, write::write_json_element, write_json_string};
use crate::{Code, Error, ScalarType, Schema};

/// Reads `{a,"b c",NULL}` or, if the text begins with `[`, a JSON array.
pub(crate) fn parse_array(text: &str, scalar: &ScalarType, schema: &Schema) -> Result<Value, Error> {
    let trimmed = text.trim_ascii();
    if trimmed.starts_with('[') {
        return array_from_json(trimmed, scalar, schema);
    }
    let mut values = Vec::new();
    for element in elements(trimmed)? {
        values.push(match element {
            None => Value::Null,
            Some(element) => Value::parse_scalar(&element, scalar, schema)?,
        });
    }
    Ok(Value::Array(values))
}

/// Reads a JSON array.
pub(crate) fn array_from_json(json: &str, scalar: &ScalarType, schema: &Schema) -> Result<Value, Error> {
    let mut scanner = Scanner::new(json);
    let mut values = Vec::new();
    scanner.elements(|scanner| {
        let nested = scanner.peek() == Some(b'[') && !matches!(scalar, ScalarType::Json | ScalarType::Jsonb);
        let element = scanner.skip_value()?;
        if nested {
            return Err(too_many_dimensions());
        }
        values.push(Value::scalar_from_json(element, scalar, schema)?);
        Ok(())
    })?;
    scanner.finish()?;
    Ok(Value::Array(values))
}

fn too_many_dimensions() -> Error {
    Error::new(Code::Unsupported, "arrays of more than one dimension are not supported")
}

fn malformed(text: &str, details: &str) -> Error {
    Error::new(Code::InvalidValue, format!("malformed array literal: \"{}\"", shorten(text))).with_details(details)
}

/// The elements of a PostgreSQL array literal of one dimension; `None` is null.
///
/// # Errors
/// [`Code::InvalidValue`], [`Code::Unsupported`].
pub fn elements(text: &str) -> Result<Vec<Option<Cow<'_, str>>>, Error> {
    let inner = text
        .strip_prefix('{')
        .ok_or_else(|| malformed(text, "Array value must start with \"{\" or dimension information."))?
        .strip_suffix('}')
        .ok_or_else(|| malformed(text, "Unexpected end of input."))?;
    let mut out = Vec::new();
    if inner.trim_ascii().is_empty() {
        return Ok(out);
    }
    let mut rest = inner;
    loop {
        let (element, tail) = element(text, rest.trim_ascii_start())?;
        out.push(element);
        let tail = tail.trim_ascii_start();
        match tail.strip_prefix(',') {
            Some(next) => rest = next,
            None if tail.is_empty() => return Ok(out),
            None => return Err(malformed(text, "Incorrectly quoted array element.")),
        }
    }
}

/// One element and what follows it.
fn element<'a>(whole: &str, rest: &'a str) -> Result<(Option<Cow<'a, str>>, &'a str), Error> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let mut out = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => return Ok((Some(out.into()), &quoted[at + 1..])),
                '\\' => out.push(chars.next().ok_or_else(|| malformed(whole, "Unexpected end of input."))?.1),
                c => out.push(c),
            }
        }
        return Err(malformed(whole, "Unexpected end of input."));
    }
    if rest.starts_with('{') {
        return Err(too_many_dimensions());
    }
    let end = rest.find([',', '"', '{', '}']).unwrap_or(rest.len());
    let bare = rest[..end].trim_ascii_end();
    if bare.is_empty() || bare.ends_with('\\') {
        return Err(malformed(whole, "Unexpected array element."));
    }
    if bare.eq_ignore_ascii_case("null") {
        return Ok((None, &rest[end..]));
    }
    let text = if bare.contains('\\') { unescape(bare).into() } else { Cow::Borrowed(bare) };
    Ok((Some(text), &rest[end..]))
}

fn unescape(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    out
}

/// Writes elements' texts as a PostgreSQL array literal.
#[must_use]
pub fn write_literal<'a>(elements: impl Iterator<Item = Option<Cow<'a, str>>>) -> String {
    let mut out = String::from("{");
    for (i, element) in elements.enumerate() {
        if i > 0 {
            out.push(',');
        }
        match element {
            None => out.push_str("NULL"),
            Some(text) if needs_quotes(&text) => {
                out.push('"');
                for c in text.chars() {
                    if matches!(c, '"' | '\\') {
                        out.push('\\');
                    }
                    out.push(c);
                }
                out.push('"');
            }
            Some(text) => out.push_str(&text),
        }
    }
    out.push('}');
    out
}

fn needs_quotes(text: &str) -> bool {
    let special = |c: char| matches!(c, '{' | '}' | ',' | '"' | '\\' | ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}');
    text.is_empty() || text.eq_ignore_ascii_case("null") || text.contains(special)
}

/// Turns PostgreSQL's text of an array into canonical text, a JSON array. What is not of one dimension is shown as a
/// string, as it is.
pub(crate) fn canonical_array(text: &str, scalar: &ScalarType) -> String {
    let mut out = Vec::with_capacity(text.len() + 8);
    match elements(text) {
        Err(_) => write_json_string(&mut out, text),
        Ok(elements) => {
            out.push(b'[');
            for (i, element) in elements.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                match element {
                    None => out.extend_from_slice(b"null"),
                    Some(element) => write_json_element(&mut out, &canonical_scalar(element, scalar), scalar),
                }
            }
            out.push(b']');
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
