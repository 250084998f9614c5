//! The tables whose columns may be named at the cursor.

use tenon_model::Table;

use super::{
    Writing,
    words::{Kind, Word},
};

/// A table in sight, by the name it has there.
pub(super) struct Seen<'s> {
    pub(super) name: String,
    pub(super) table: &'s Table,
}

/// What may be named at the cursor.
pub(super) struct Scope<'s> {
    /// The tables of the queries around, innermost first; the table that the expression is about comes last.
    pub(super) tables: Vec<Seen<'s>>,
    /// Whether the cursor is in a query.
    pub(super) in_query: bool,
}

impl<'s> Scope<'s> {
    /// What may be named before the word of that number.
    pub(super) fn at(writing: &Writing<'s>, words: &[Word<'_>], next: usize) -> Self {
        let mut tables = Vec::new();
        let mut in_query = false;
        for open in groups(words, next).into_iter().rev() {
            if words.get(open + 1).is_some_and(|word| word.is("select")) {
                in_query = true;
                named(writing, &words[open + 1..], &mut tables);
            }
        }
        if let Some(table) = writing.schema.table(writing.table.as_str()) {
            tables.push(Seen { name: table.name.to_string(), table });
        }
        Self { tables, in_query }
    }

    /// The table of that name.
    pub(super) fn named(&self, name: &str) -> Option<&'s Table> {
        self.tables.iter().find(|seen| seen.name == name).map(|seen| seen.table)
    }
}

/// The parentheses that are open before the word of that number, outermost first.
fn groups(words: &[Word<'_>], next: usize) -> Vec<usize> {
    let mut open = Vec::new();
    for (at, word) in words.iter().enumerate().take(next) {
        if word.is("(") {
            open.push(at);
        } else if word.is(")") {
            open.pop();
        }
    }
    open
}

/// The tables of the query whose words these are, up to where it ends.
fn named<'s>(writing: &Writing<'s>, words: &[Word<'_>], tables: &mut Vec<Seen<'s>>) {
    let mut depth = 0_u32;
    let mut listing = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        if word.is("(") {
            depth += 1;
        } else if word.is(")") {
            let Some(less) = depth.checked_sub(1) else { return };
            depth = less;
        } else if depth == 0 {
            listing = match word.text.to_ascii_lowercase().as_str() {
                "from" | "join" if word.kind == Kind::Name => true,
                "," => listing,
                "where" | "on" | "order" | "limit" => false,
                _ => continue,
            };
            if listing {
                at += read(writing, &words[at..], tables);
            }
        }
    }
}

/// Reads a table and its alias; tells how many words those were.
fn read<'s>(writing: &Writing<'s>, words: &[Word<'_>], tables: &mut Vec<Seen<'s>>) -> usize {
    let mut at = 0;
    if words.first().is_some_and(|word| word.is("public")) && words.get(1).is_some_and(|word| word.is(".")) {
        at = 2;
    }
    let Some(table) = words.get(at).and_then(Word::name).and_then(|name| writing.schema.table(&name)) else { return at };
    at += 1;
    at += usize::from(words.get(at).is_some_and(|word| word.is("as")));
    const CLAUSES: [&str; 12] =
        ["where", "join", "left", "inner", "cross", "on", "order", "limit", "right", "full", "natural", "group"];
    let alias = words.get(at).filter(|word| !CLAUSES.iter().any(|clause| word.is(clause))).and_then(Word::name);
    at += usize::from(alias.is_some());
    tables.push(Seen { name: alias.unwrap_or_else(|| table.name.to_string()), table });
    at
}
