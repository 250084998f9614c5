//! `->` and `->>` over JSON text.

use std::borrow::Cow;

use super::Scanner;
use crate::{Error, expression::JsonStep};

/// What the steps lead to, as JSON text as it stands in the document; `None` where they lead nowhere. Over `jsonb`'s normal
/// form the answer is in normal form too. To `jsonb` (not to `json`) what is neither object nor array is an array of itself, as
/// in PostgreSQL.
///
/// # Errors
/// If the text is no JSON.
pub fn json_get<'a>(json: &'a str, steps: &[JsonStep], jsonb: bool) -> Result<Option<&'a str>, Error> {
    let mut at = json.trim_ascii();
    for step in steps {
        match get(at, step, jsonb)? {
            Some(next) => at = next,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// As [`json_get`], with the last step as `->>`: a string's own text, everything else as JSON; `null` is `None`.
///
/// # Errors
/// As [`json_get`].
pub fn json_get_text<'a>(json: &'a str, steps: &[JsonStep], jsonb: bool) -> Result<Option<Cow<'a, str>>, Error> {
    match json_get(json, steps, jsonb)? {
        None | Some("null") => Ok(None),
        Some(text) if text.starts_with('"') => Scanner::new(text).string().map(Some),
        Some(text) => Ok(Some(Cow::Borrowed(text))),
    }
}

/// One step: a key into an object, a position into an array.
fn get<'a>(json: &'a str, step: &JsonStep, jsonb: bool) -> Result<Option<&'a str>, Error> {
    match (json.as_bytes().first(), step) {
        (Some(b'{'), JsonStep::Key(key)) => member(json, key),
        (Some(b'['), JsonStep::Index(index)) => element(json, *index),
        (Some(first), JsonStep::Index(0 | -1)) if jsonb && *first != b'{' => Ok(Some(json)),
        _ => Ok(None),
    }
}

/// The value of a key; of equal keys the last one's.
fn member<'a>(json: &'a str, wanted: &str) -> Result<Option<&'a str>, Error> {
    let mut found = None;
    Scanner::new(json).members(|scanner, key| {
        let value = scanner.skip_value()?;
        let plain = &key[1..key.len() - 1];
        let same = plain == wanted || (plain.contains('\\') && Scanner::new(key).string().is_ok_and(|key| key == wanted));
        if same {
            found = Some(value);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The value at a position, negative ones from the end.
fn element(json: &str, index: i64) -> Result<Option<&str>, Error> {
    let mut values = Vec::new();
    Scanner::new(json).elements(|scanner| {
        values.push(scanner.skip_value()?);
        Ok(())
    })?;
    let length = i64::try_from(values.len()).unwrap_or(i64::MAX);
    let position = if index < 0 { length + index } else { index };
    Ok(usize::try_from(position).ok().and_then(|at| values.get(at).copied()))
}
