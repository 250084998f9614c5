//! Regular expressions: the part of PostgreSQL's that means the same whatever the server, in linear time.
//!
//! Taken are literals, `.`, `[…]` with ranges and POSIX classes, `\d \w \s` and their opposites, `^ $`, `( )`, `(?: )`, `|`, and the
//! greedy `* + ? {m,n}`. Letters are ASCII's for classes and for case, as in PostgreSQL's collation `"C"`. A match is the
//! leftmost, and of those the longest, as POSIX has it. Refused are what no automaton can do (back references, look-ahead)
//! and what would mean something else elsewhere (non-greedy quantifiers, embedded options, other escapes).

mod parse;
mod program;
#[cfg(test)]
mod tests;

use std::cell::RefCell;

use self::program::Program;
use crate::{Code, Error, Result};

/// A regular expression that is ready to be used.
#[derive(Debug)]
pub struct Regex {
    program: Program,
}

/// Where a match lies, in characters.
pub(crate) type Span = (usize, usize);

impl Regex {
    /// Reads a pattern; `ignore_case` is about ASCII's letters.
    ///
    /// # Errors
    /// [`Code::InvalidValue`] for what PostgreSQL refuses too, [`Code::Unsupported`] for what we do not take.
    pub fn new(pattern: &str, ignore_case: bool) -> Result<Self> {
        Ok(Self { program: Program::new(&parse::parse(pattern)?, ignore_case)? })
    }

    /// Whether the pattern is found anywhere.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.program.find(&text, 0, true).is_some()
    }

    /// The leftmost match at or behind a position, and of those the longest.
    pub(crate) fn find(&self, text: &[char], from: usize) -> Option<Span> {
        self.program.find(text, from, false)
    }

    /// All matches one after the other, as PostgreSQL goes on from each: at its end, or a character on if it was empty.
    pub(crate) fn find_all(&self, text: &[char]) -> Vec<Span> {
        let (mut found, mut from) = (Vec::new(), 0);
        while from <= text.len() {
            let Some((start, end)) = self.find(text, from) else { break };
            found.push((start, end));
            from = if start == end { end + 1 } else { end };
        }
        found
    }
}

thread_local! {
    /// The last pattern of this thread: expressions ask the same of many rows.
    static LAST: RefCell<Option<(String, bool, std::rc::Rc<Regex>)>> = const { RefCell::new(None) };
}

/// The expression of a pattern, from the last use if it was the same.
pub(crate) fn compiled(pattern: &str, ignore_case: bool) -> Result<std::rc::Rc<Regex>> {
    let last = LAST.with_borrow(|last| match last {
        Some((text, case, regex)) if text == pattern && *case == ignore_case => Some(regex.clone()),
        _ => None,
    });
    if let Some(regex) = last {
        return Ok(regex);
    }
    let regex = std::rc::Rc::new(Regex::new(pattern, ignore_case)?);
    LAST.with_borrow_mut(|last| *last = Some((pattern.to_owned(), ignore_case, regex.clone())));
    Ok(regex)
}

fn invalid(reason: &str) -> Error {
    Error::new(Code::InvalidValue, format!("invalid regular expression: {reason}"))
}

fn unsupported(what: impl std::fmt::Display) -> Error {
    Error::new(Code::Unsupported, format!("regular expressions here have no {what}"))
        .with_hint("Taken are literals, . [ ] \\d \\w \\s ^ $ ( ) (?: ) | * + ? {m,n}.")
}
