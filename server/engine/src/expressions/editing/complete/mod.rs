//! What an expression could go on with: columns, tables, functions, who asks, an enum's values, the words of SQL.
//!
//! The text is unfinished by nature, so it is not parsed: it is cut into words, and the queries around the cursor are looked up in
//! them.

mod candidates;
mod scope;
#[cfg(test)]
mod tests;
mod words;

use tenon_model::{
    Ident, Schema,
    trial::{Span, Suggestion, Suggestions},
};

use self::{
    candidates::Candidates,
    scope::Scope,
    words::{Kind, Word, words},
};
use super::places;

/// The most that is suggested.
const MOST: usize = 8;

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 50_000;

/// An expression being written over a row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The table.
    pub table: &'a Ident,
    /// The text as it is so far.
    pub text: &'a str,
    /// Where the cursor is, in UTF-16 code units.
    pub cursor: u32,
    /// Whether suggestions were asked for, and not only letters typed.
    pub asked: bool,
    /// Whether it may speak of the row as it was (`old.`).
    pub old: bool,
    /// Whether it may look into other tables.
    pub queries: bool,
}

/// What the text could go on with at the cursor, the likeliest first.
#[must_use]
pub fn complete(writing: &Writing<'_>) -> Suggestions {
    let text = writing.text;
    let cursor = places::byte(text, writing.cursor);
    if text.len() > LONGEST {
        return Suggestions::default();
    }
    let words = words(text);
    let here = Here::at(&words, cursor);
    let scope = Scope::at(writing, &words, here.next);
    let candidates = Candidates { writing, scope: &scope };
    let (from, typed, found) = match &here.inside {
        Inside::Comment => return Suggestions::default(),
        Inside::Text(start) => (*start, &text[*start..cursor], candidates.values(&words[..here.next])),
        Inside::Code => {
            let typed = here.typed.map_or("", |(start, _)| &text[start..cursor]);
            let from = here.typed.map_or(cursor, |(start, _)| start);
            (from, typed, candidates.code(&words[..here.before]))
        }
    };
    let wants = writing.asked || !typed.is_empty() || found.open;
    let items = if wants { best(found.items, typed) } else { Vec::new() };
    Suggestions { span: Span { from: places::unit(text, from), to: places::unit(text, cursor) }, items }
}

/// What the cursor is in.
enum Inside {
    Code,
    /// A text in quotes that begins (behind its quote) there.
    Text(usize),
    Comment,
}

/// The cursor among the words.
struct Here {
    inside: Inside,
    /// How many words begin before the cursor.
    next: usize,
    /// How many words are there before the one that is being typed.
    before: usize,
    /// From where to where the word goes that is being typed.
    typed: Option<(usize, usize)>,
}

impl Here {
    fn at(words: &[Word<'_>], cursor: usize) -> Self {
        let next = words.iter().take_while(|word| word.start < cursor).count();
        let Some(last) = next.checked_sub(1).and_then(|at| words.get(at)) else {
            return Self { inside: Inside::Code, next, before: next, typed: None };
        };
        let (code, reaches) = (Inside::Code, last.end >= cursor);
        match last.kind {
            Kind::Comment if reaches && !(last.closed && last.end == cursor) => {
                Self { inside: Inside::Comment, next, before: next, typed: None }
            }
            Kind::Text if reaches && !(last.closed && last.end == cursor) => {
                Self { inside: Inside::Text(last.start + 1), next: next - 1, before: next - 1, typed: None }
            }
            Kind::Name | Kind::Quoted if reaches => {
                Self { inside: code, next, before: next - 1, typed: Some((last.start, last.end)) }
            }
            _ => Self { inside: code, next, before: next, typed: None },
        }
    }
}

/// What fits the letters typed so far: what begins with them before what has them inside.
fn best(items: Vec<Suggestion>, typed: &str) -> Vec<Suggestion> {
    let wanted = typed.trim_start_matches('"').to_lowercase();
    let rank = |item: &Suggestion| {
        let label = item.label.to_lowercase();
        match label.find(&wanted) {
            Some(0) => Some(0),
            Some(_) if wanted.chars().count() > 1 => Some(1),
            _ => None,
        }
    };
    let mut ranked: Vec<(u8, Suggestion)> = items.into_iter().filter_map(|item| Some((rank(&item)?, item))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut items: Vec<Suggestion> = ranked.into_iter().map(|(_, item)| item).collect();
    items.truncate(MOST);
    // Who has typed all of it needs no list.
    if let [only] = items.as_slice()
        && only.insert == typed
    {
        return Vec::new();
    }
    items
}
