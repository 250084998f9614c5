//! A text cut into words, however unfinished it is.

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a word of SQL.
    Name,
    /// A name in double quotes.
    Quoted,
    /// A text in single quotes.
    Text,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// Anything else: a sign by itself, `<>` and its like as one.
    Sign,
}

/// A word and where it stands, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether its closing quote, or its end, is there.
    pub(super) closed: bool,
}

impl Word<'_> {
    /// Whether it is that word of SQL or that sign.
    pub(super) fn is(&self, what: &str) -> bool {
        matches!(self.kind, Kind::Name | Kind::Sign) && self.text.eq_ignore_ascii_case(what)
    }

    /// The name that it says, if it says one.
    pub(super) fn name(&self) -> Option<String> {
        match self.kind {
            Kind::Name => Some(self.text.to_ascii_lowercase()),
            Kind::Quoted => {
                let inner = self.text.strip_prefix('"').unwrap_or(self.text);
                let inner = if self.closed { inner.strip_suffix('"').unwrap_or(inner) } else { inner };
                Some(inner.replace("\"\"", "\""))
            }
            _ => None,
        }
    }
}

pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        if first.is_whitespace() {
            start += first.len_utf8();
            continue;
        }
        let rest = &text[start..];
        let (kind, len, closed) = one(rest, first);
        let len = len.max(first.len_utf8()).min(rest.len());
        words.push(Word { kind, text: &rest[..len], start, end: start + len, closed });
        start += len;
    }
    words
}

/// The kind of the word that begins here, its length in bytes, and whether its end is there.
fn one(rest: &str, first: char) -> (Kind, usize, bool) {
    let run = |is: fn(char) -> bool| rest.find(|letter| !is(letter)).unwrap_or(rest.len());
    if rest.starts_with("--") {
        return rest.find('\n').map_or((Kind::Comment, rest.len(), false), |end| (Kind::Comment, end + 1, true));
    }
    if let Some(inside) = rest.strip_prefix("/*") {
        return inside.find("*/").map_or((Kind::Comment, rest.len(), false), |end| (Kind::Comment, end + 4, true));
    }
    match first {
        '\'' => quoted(rest, '\'', Kind::Text),
        '"' => quoted(rest, '"', Kind::Quoted),
        _ if first.is_alphabetic() || first == '_' => (Kind::Name, run(|c| c.is_alphanumeric() || c == '_' || c == '$'), true),
        _ if first.is_ascii_digit() => (Kind::Number, run(|c| c.is_ascii_digit() || c == '.'), true),
        '<' | '>' | '=' | '!' | '|' | '@' | '~' | '&' | '-' => (Kind::Sign, run(|c| "<>=!|@~&-*".contains(c)), true),
        _ => (Kind::Sign, first.len_utf8(), true),
    }
}

/// A quote written twice stands for itself.
fn quoted(rest: &str, quote: char, kind: Kind) -> (Kind, usize, bool) {
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            if letters.peek().is_some_and(|(_, next)| *next == quote) {
                letters.next();
            } else {
                return (kind, at + 1, true);
            }
        }
    }
    (kind, rest.len(), false)
}
