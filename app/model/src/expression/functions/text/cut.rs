//! Pieces of texts, and texts made longer.

use super::{invalid, text, too_long};
use crate::{Code, Error, Result, Value};

/// The longest text that padding makes, in characters.
const LONGEST_PAD: i64 = 1_000_000;
/// The longest text that repeating makes, in bytes.
const LONGEST_REPEAT: i64 = 10_000_000;
/// The longest text that replacing makes, in bytes. PostgreSQL stops at 1 GB.
const LONGEST: usize = 64_000_000;

/// A text, unless it would be too long to be worked with.
pub(super) fn limited(bytes: usize) -> Result<()> {
    if bytes > LONGEST { Err(Error::new(Code::TooLarge, "a value is too large")) } else { Ok(()) }
}

/// The characters from one place to another, both from 0.
fn slice(text: &str, from: i64, to: i64) -> &str {
    let from = usize::try_from(from).unwrap_or(0);
    let count = usize::try_from(to).unwrap_or(0).saturating_sub(from);
    let start = text.char_indices().nth(from).map_or(text.len(), |(at, _)| at);
    let rest = &text[start..];
    &rest[..rest.char_indices().nth(count).map_or(rest.len(), |(at, _)| at)]
}

pub(super) fn substring(whole: &str, from: i64, length: Option<i64>) -> Result<Value> {
    let end = match length {
        None => i64::MAX,
        Some(..0) => return Err(invalid("negative substring length not allowed")),
        // PostgreSQL adds in 32 bits; what does not fit goes to the end, as all of it lies behind.
        Some(length) => from + length,
    };
    text(slice(whole, from - 1, end.saturating_sub(1)))
}

pub(super) fn left(text: &str, count: i64) -> &str {
    let end = if count < 0 { length(text) + count } else { count };
    slice(text, 0, end)
}

pub(super) fn right(text: &str, count: i64) -> &str {
    let start = if count < 0 { -count } else { length(text) - count };
    slice(text, start.max(0), i64::MAX)
}

fn length(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

pub(super) fn pad(whole: &str, count: i64, fill: &str, before: bool) -> Result<Value> {
    let missing = count.max(0) - length(whole);
    if missing <= 0 || fill.is_empty() {
        return text(slice(whole, 0, count.max(0)));
    }
    if count > LONGEST_PAD {
        return Err(too_long());
    }
    let filling: String = fill.chars().cycle().take(usize::try_from(missing).unwrap_or(0)).collect();
    text(if before { filling + whole } else { whole.to_owned() + &filling })
}

pub(super) fn repeat(whole: &str, count: i64) -> Result<Value> {
    let count = count.max(0);
    if i64::try_from(whole.len()).unwrap_or(i64::MAX).saturating_mul(count) > LONGEST_REPEAT {
        return Err(too_long());
    }
    text(if whole.is_empty() { String::new() } else { whole.repeat(usize::try_from(count).unwrap_or(0)) })
}

pub(super) fn replace(whole: &str, from: &str, to: &str) -> Result<Value> {
    if from.is_empty() {
        return text(whole);
    }
    if to.len() > from.len() {
        limited(whole.len() + whole.matches(from).count().saturating_mul(to.len() - from.len()))?;
    }
    text(whole.replace(from, to))
}

/// Where a part begins, in characters from 1; 0 if it does not occur.
pub(super) fn position(text: &str, part: &str) -> usize {
    text.find(part).map_or(0, |at| text[..at].chars().count() + 1)
}

pub(super) fn part(whole: &str, delimiter: &str, number: i64) -> Result<Value> {
    if number == 0 {
        return Err(invalid("field position must not be zero"));
    }
    let index = usize::try_from(number.unsigned_abs() - 1).unwrap_or(usize::MAX);
    let parts: Vec<&str> = if delimiter.is_empty() { vec![whole] } else { whole.split(delimiter).collect() };
    let found = if number > 0 { parts.get(index) } else { parts.iter().rev().nth(index) };
    text(found.copied().unwrap_or_default())
}

pub(super) fn translate(text: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    text.chars()
        .filter_map(|c| match from.chars().position(|wanted| wanted == c) {
            None => Some(c),
            Some(place) => to.get(place).copied(),
        })
        .collect()
}
