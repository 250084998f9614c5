//! Functions of regular expressions.

use super::{count, cut::limited, text};
use crate::{
    Code, Error, Result, Value,
    expression::regex::{self, Regex},
};

/// Checks a literal pattern.
pub(in super::super) fn check_pattern(pattern: &str) -> Result<()> {
    Regex::new(pattern, false).map(drop)
}

/// Checks literal flags.
pub(in super::super) fn check_flags(flags: &str) -> Result<()> {
    read_flags(flags, true).map(drop)
}

/// Checks a literal replacement.
pub(in super::super) fn check_replacement(replacement: &str) -> Result<()> {
    read_replacement(replacement).map(drop)
}

/// Whether case does not count, and whether all occurrences are meant.
fn read_flags(flags: &str, replacing: bool) -> Result<(bool, bool)> {
    if let Some(other) = flags.chars().find(|c| *c != 'i' && !(replacing && *c == 'g')) {
        return Err(Error::new(Code::InvalidValue, format!("invalid regular expression option: \"{other}\""))
            .with_hint("The flags are i (in capitals or not) and, to replace, g (everywhere)."));
    }
    Ok((flags.contains('i'), flags.contains('g')))
}

pub(super) fn like(whole: &str, pattern: &str, flags: &str) -> Result<Value> {
    let (ignore_case, _) = read_flags(flags, false)?;
    Ok(Value::Bool(regex::compiled(pattern, ignore_case)?.is_match(whole)))
}

pub(super) fn unlike(whole: &str, pattern: &str, flags: &str) -> Result<Value> {
    let (ignore_case, _) = read_flags(flags, false)?;
    Ok(Value::Bool(!regex::compiled(pattern, ignore_case)?.is_match(whole)))
}

pub(super) fn occurrences(whole: &str, pattern: &str) -> Result<Value> {
    let chars: Vec<char> = whole.chars().collect();
    count(regex::compiled(pattern, false)?.find_all(&chars).len())
}

pub(super) fn first(whole: &str, pattern: &str) -> Result<Value> {
    let chars: Vec<char> = whole.chars().collect();
    match regex::compiled(pattern, false)?.find(&chars, 0) {
        None => Ok(Value::Null),
        Some((start, end)) => text(chars[start..end].iter().collect::<String>()),
    }
}

/// A piece of a replacement.
enum Piece {
    Char(char),
    /// `\&`
    Found,
}

fn read_replacement(replacement: &str) -> Result<Vec<Piece>> {
    let mut chars = replacement.chars();
    let mut pieces = Vec::new();
    while let Some(c) = chars.next() {
        pieces.push(match (c, c == '\\') {
            (c, false) => Piece::Char(c),
            (_, true) => match chars.next() {
                Some('&') => Piece::Found,
                Some('\\') => Piece::Char('\\'),
                _ => {
                    return Err(Error::new(Code::Unsupported, "a replacement has \\& and \\\\, but not what a group found")
                        .with_hint("Write \\\\ for a backslash; take parts with split_part or regexp_substr."));
                }
            },
        });
    }
    Ok(pieces)
}

pub(super) fn replace(whole: &str, pattern: &str, replacement: &str, flags: &str) -> Result<Value> {
    let (ignore_case, all) = read_flags(flags, true)?;
    let pieces = read_replacement(replacement)?;
    let regex = regex::compiled(pattern, ignore_case)?;
    let chars: Vec<char> = whole.chars().collect();
    let found = if all { regex.find_all(&chars) } else { regex.find(&chars, 0).into_iter().collect() };
    let mut out = String::with_capacity(whole.len());
    let mut done = 0;
    for (start, end) in found {
        out.extend(&chars[done..start]);
        for piece in &pieces {
            match piece {
                Piece::Char(c) => out.push(*c),
                Piece::Found => out.extend(&chars[start..end]),
            }
        }
        done = end;
        limited(out.len())?;
    }
    out.extend(&chars[done..]);
    text(out)
}

pub(super) fn split(whole: &str, pattern: &str) -> Result<Value> {
    let chars: Vec<char> = whole.chars().collect();
    let (mut parts, mut done, mut previous) = (Vec::new(), 0, 0);
    for (start, end) in regex::compiled(pattern, false)?.find_all(&chars) {
        // Empty matches at either end, or right behind another match, part nothing.
        if start < chars.len() && end > previous {
            parts.push(Value::Text(chars[done..start].iter().collect()));
            done = end;
        }
        previous = end;
    }
    parts.push(Value::Text(chars[done..].iter().collect()));
    Ok(Value::Array(parts))
}
