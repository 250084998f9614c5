//! What the parsers of the URL grammar share: a cursor with PostgREST's error texts, names, quoted values, JSON paths.

use super::{ColumnPath, MAX_LIST_VALUES, MAX_TERMS};
use crate::{Code, Error, Result, expression::JsonStep};

/// How much of one request's allowance is used up.
#[derive(Debug, Default)]
pub(super) struct Budget {
    terms: usize,
    values: usize,
}

impl Budget {
    pub(super) fn term(&mut self) -> Result<()> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(too_complex(format!("the request has more than {MAX_TERMS} terms")));
        }
        Ok(())
    }

    pub(super) fn value(&mut self) -> Result<()> {
        self.values += 1;
        if self.values > MAX_LIST_VALUES {
            return Err(too_complex(format!("the request's lists have more than {MAX_LIST_VALUES} values")));
        }
        Ok(())
    }
}

pub(super) fn too_complex(message: String) -> Error {
    Error::new(Code::TooComplex, message)
}

/// A cursor over one parameter.
pub(super) struct Parser<'a, 'b> {
    /// What is parsed, for messages: `filter`, `logic tree`, `select parameter` …
    what: &'static str,
    text: &'a str,
    at: usize,
    pub(super) budget: &'b mut Budget,
}

impl<'a, 'b> Parser<'a, 'b> {
    pub(super) fn new(what: &'static str, text: &'a str, budget: &'b mut Budget) -> Self {
        Self { what, text, at: 0, budget }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Goes back to where so many bytes were left.
    pub(super) fn rewind(&mut self, left: usize) {
        self.at = self.text.len() - left;
    }

    /// Takes a text if it comes next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let there = self.rest().starts_with(token);
        if there {
            self.at += token.len();
        }
        there
    }

    pub(super) fn require(&mut self, token: &str) -> Result<()> {
        if self.eat(token) { Ok(()) } else { Err(self.expected(&format!("\"{token}\""))) }
    }

    pub(super) fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(' ').len();
    }

    pub(super) fn require_end(&self) -> Result<()> {
        if self.at_end() { Ok(()) } else { Err(self.expected("end of input")) }
    }

    /// PostgREST's PGRST100: message with the place, details with what was there and what was expected.
    pub(super) fn expected(&self, what: &str) -> Error {
        let found = self.peek().map_or_else(|| "end of input".to_owned(), |c| format!("\"{c}\""));
        let column = self.text[..self.at].chars().count() + 1;
        let mut shown: String = self.text.chars().take(200).collect();
        if shown.len() < self.text.len() {
            shown.push('…');
        }
        Error::new(Code::InvalidSyntax, format!("\"failed to parse {} ({shown})\" (line 1, column {column})", self.what))
            .with_details(format!("unexpected {found} expecting {what}"))
    }

    /// Everything up to one of the stop characters or the end.
    pub(super) fn until(&mut self, stops: &[char]) -> &'a str {
        let rest = self.rest();
        let end = rest.find(stops).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A text in double quotes, where a backslash takes the next character as it is.
    pub(super) fn quoted(&mut self) -> Result<String> {
        self.require("\"")?;
        let mut out = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, escaped)) => out.push(escaped),
                    None => break,
                },
                c => out.push(c),
            }
        }
        self.at = self.text.len();
        Err(self.expected("\"\\\"\""))
    }

    /// A name: quoted, or letters, digits, `_`, `$`, blanks, and dashes that begin no arrow.
    pub(super) fn name(&mut self) -> Result<String> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let name = self.run(is_name_char).trim().to_owned();
        if name.is_empty() { Err(self.expected("field name (* or [a..z0..9_$])")) } else { Ok(name) }
    }

    /// A run of accepted characters and of dashes that begin no arrow.
    fn run(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.char_indices().find(|(at, c)| !(accept(*c) || (*c == '-' && !rest[at + 1..].starts_with('>'))));
        let end = end.map_or(rest.len(), |(at, _)| at);
        self.at += end;
        &rest[..end]
    }

    /// A column with an optional JSON path.
    pub(super) fn column_path(&mut self) -> Result<ColumnPath> {
        let name = self.name()?;
        self.json_path(name)
    }

    /// The JSON path behind a column's name.
    pub(super) fn json_path(&mut self, name: String) -> Result<ColumnPath> {
        let mut path = ColumnPath { name, steps: Vec::new(), as_text: false };
        while self.eat("->") {
            if path.as_text {
                return Err(self.expected("end of path after \"->>\""));
            }
            path.as_text = self.eat(">");
            path.steps.push(self.json_step()?);
            self.budget.term()?;
        }
        Ok(path)
    }

    fn json_step(&mut self) -> Result<JsonStep> {
        if self.peek() == Some('"') {
            return self.quoted().map(JsonStep::Key);
        }
        let text = self.run(|c| !matches!(c, '(' | ')' | ':' | '.' | ',' | '>' | '-'));
        if text.is_empty() {
            return Err(self.expected("key or position"));
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let index = if digits.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None };
        Ok(index.map_or_else(|| JsonStep::Key(text.to_owned()), JsonStep::Index))
    }
}

/// Whether a name may hold the character without quotes.
pub(super) fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | ' ')
}
