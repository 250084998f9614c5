//! A walk over the tokens of a text.

use sqlparser::{
    dialect::PostgreSqlDialect,
    tokenizer::{Location, Token, TokenWithSpan, Tokenizer},
};
use tenon_model::{Code, Error, Ident, words::is_reserved};

use super::Located;
use crate::tables::change::Position;

type Parsed<T> = Result<T, Located>;

/// The tokens without blanks and comments, and how far they are read.
pub(crate) struct Cursor {
    tokens: Vec<TokenWithSpan>,
    next: usize,
    depth: u32,
    notes: Option<Vec<Note>>,
    /// Where the text begins in a larger one.
    origin: Position,
}

/// From where to where something was read that stands by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// Its first token.
    pub(crate) first: usize,
    /// The token after its last one.
    pub(crate) end: usize,
    /// Whether it is a query: what stands in it speaks of rows of its own.
    pub(crate) query: bool,
}

impl Cursor {
    pub(crate) fn new(sql: &str) -> Parsed<Self> {
        Self::within(sql, Position { line: 1, column: 1 })
    }

    /// A text that begins there in a larger one.
    pub(crate) fn within(sql: &str, origin: Position) -> Parsed<Self> {
        let mut tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location().map_err(|e| {
            let at = origin.plus(position(e.location));
            Located::new(Error::new(Code::InvalidSyntax, format!("the text is no SQL: {}", e.message)), at)
        })?;
        tokens.retain(|t| !matches!(t.token, Token::Whitespace(_)));
        tokens.iter_mut().for_each(unquote);
        Ok(Self { tokens, next: 0, depth: 0, notes: None, origin })
    }

    /// Keeps from now on from where to where parts were read.
    pub(crate) fn noting(mut self) -> Self {
        self.notes = Some(Vec::new());
        self
    }

    /// The number of the next token.
    pub(crate) fn mark(&self) -> usize {
        self.next
    }

    /// Keeps that something was read from that token on, if that is wanted.
    pub(crate) fn note(&mut self, first: usize, query: bool) {
        let end = self.next;
        if let Some(notes) = &mut self.notes {
            notes.push(Note { first, end, query });
        }
    }

    /// What was kept.
    pub(crate) fn notes(&self) -> &[Note] {
        self.notes.as_deref().unwrap_or_default()
    }

    /// From where to where tokens stand.
    pub(crate) fn place(&self, first: usize, end: usize) -> Option<(Position, Position)> {
        let last = end.checked_sub(1)?;
        Some((position(self.tokens.get(first)?.span.start), position(self.tokens.get(last)?.span.end)))
    }

    /// The number of the token that begins there.
    pub(crate) fn token_at(&self, at: Position) -> Option<usize> {
        self.tokens.iter().position(|token| position(token.span.start) == at)
    }

    /// The token of that number.
    pub(crate) fn nth(&self, index: usize) -> &Token {
        self.tokens.get(index).map_or(&Token::EOF, |token| &token.token)
    }

    /// Where a name first stands, quoted or not.
    pub(crate) fn place_of(&self, name: &str) -> Option<Position> {
        let is_it = |token: &Token| matches!(token, Token::Word(word) if word.value.eq_ignore_ascii_case(name));
        self.tokens.iter().find(|t| is_it(&t.token)).map(|t| self.origin.plus(position(t.span.start)))
    }

    /// The token `ahead` of the next one.
    pub(crate) fn token(&self, ahead: usize) -> &Token {
        self.tokens.get(self.next + ahead).map_or(&Token::EOF, |t| &t.token)
    }

    pub(crate) fn peek(&self) -> &Token {
        self.token(0)
    }

    /// Where the next token begins, or the text ends.
    pub(crate) fn here(&self) -> Position {
        self.tokens
            .get(self.next)
            .map(|t| t.span.start)
            .or_else(|| self.tokens.last().map(|t| t.span.end))
            .map_or(self.origin, |location| self.origin.plus(position(location)))
    }

    /// Where the token before the next one ended.
    pub(crate) fn end_of_last(&self) -> Position {
        self.next.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(self.here(), |t| self.origin.plus(position(t.span.end)))
    }

    pub(crate) fn advance(&mut self) {
        self.next += 1;
    }

    /// Goes one level deeper into what nests, unless that is too deep.
    pub(crate) fn deeper(&mut self, most: u32) -> bool {
        self.depth += 1;
        self.depth <= most
    }

    pub(crate) fn shallower(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(crate) fn at_end(&self) -> bool {
        self.next >= self.tokens.len() || *self.peek() == Token::EOF
    }

    /// Takes a token if it is the next one.
    pub(crate) fn accept_token(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        self.next += usize::from(found);
        found
    }

    pub(crate) fn expect_token(&mut self, token: &Token) -> Parsed<()> {
        if self.accept_token(token) { Ok(()) } else { Err(self.unexpected(&format!("\"{token}\""))) }
    }

    /// Whether these words come next, unquoted, in any case.
    pub(crate) fn sees(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(
            |(i, word)| matches!(self.token(i), Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word)),
        )
    }

    /// Takes these words if they come next.
    pub(crate) fn accept(&mut self, words: &[&str]) -> bool {
        let found = self.sees(words);
        if found {
            self.next += words.len();
        }
        found
    }

    pub(crate) fn expect(&mut self, words: &[&str]) -> Parsed<()> {
        if self.accept(words) { Ok(()) } else { Err(self.unexpected(&words.join(" "))) }
    }

    /// A name: unquoted folds to lower case, quoted stays.
    pub(crate) fn name(&mut self, what: &str) -> Parsed<Ident> {
        let at = self.here();
        let name = match self.peek() {
            Token::Word(w) if w.quote_style == Some('"') => w.value.clone(),
            Token::Word(w) if w.quote_style.is_none() => {
                let folded = w.value.to_ascii_lowercase();
                if is_reserved(&folded) {
                    return Err(self.unexpected(what).hint(format!("as a name, it must be in double quotes: \"{folded}\"")));
                }
                folded
            }
            _ => return Err(self.unexpected(what)),
        };
        self.advance();
        Ident::new(name).map_err(|e| Located::new(e, at))
    }

    /// A name of something in the schema: `name` or `public.name`.
    pub(crate) fn qualified_name(&mut self, what: &str) -> Parsed<Ident> {
        let at = self.here();
        let name = self.name(what)?;
        if !self.accept_token(&Token::Period) {
            return Ok(name);
        }
        if name != "public" {
            let error = Error::new(Code::Unsupported, format!("there is no schema \"{name}\": everything is in \"public\""));
            return Err(Located::new(error, at));
        }
        self.name(what)
    }

    /// Whether a list in parentheses comes next.
    pub(crate) fn sees_list(&self) -> bool {
        *self.peek() == Token::LParen
    }

    /// `(a, b, …)`.
    pub(crate) fn name_list(&mut self, what: &str) -> Parsed<Vec<Ident>> {
        self.expect_token(&Token::LParen)?;
        let names = self.separated(|c| c.name(what))?;
        self.expect_token(&Token::RParen)?;
        Ok(names)
    }

    /// One or more things with commas between.
    pub(crate) fn separated<T>(&mut self, mut one: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut all = vec![one(self)?];
        while self.accept_token(&Token::Comma) {
            all.push(one(self)?);
        }
        Ok(all)
    }

    /// `'text'` or `E'text'`.
    pub(crate) fn accept_text(&mut self) -> Option<String> {
        let (Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text)) = self.peek() else { return None };
        let text = text.clone();
        self.advance();
        Some(text)
    }

    pub(crate) fn text(&mut self, what: &str) -> Parsed<String> {
        self.accept_text().ok_or_else(|| self.unexpected(what))
    }

    /// A whole number without sign.
    pub(crate) fn integer(&mut self, what: &str) -> Parsed<u64> {
        let number = match self.peek() {
            Token::Number(digits, _) => digits.parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| self.unexpected(what))?;
        self.advance();
        Ok(number)
    }

    /// The failure that something else was expected here.
    pub(crate) fn unexpected(&self, expected: &str) -> Located {
        let found = match self.peek() {
            Token::EOF => "the end of the text".to_owned(),
            token => format!("\"{}\"", shorten(&token.to_string())),
        };
        self.refuse(Code::InvalidSyntax, format!("expected {expected}, found {found}"))
    }

    /// A failure at the next token.
    pub(crate) fn refuse(&self, code: Code, message: impl Into<String>) -> Located {
        Located::new(Error::new(code, message), self.here())
    }
}

fn position(location: Location) -> Position {
    Position { line: location.line.max(1), column: location.column.max(1) }
}

/// Names that mean the same in quotes and without, and that `pg_dump` writes in quotes where a word of the grammar is wanted.
fn unquote(token: &mut TokenWithSpan) {
    const WORDS: [&str; 30] = [
        "gen_random_uuid",
        "now",
        "bool",
        "btree",
        "bytea",
        "date",
        "float4",
        "float8",
        "int2",
        "int4",
        "int8",
        "json",
        "jsonb",
        "name",
        "numeric",
        "pg_catalog",
        "plpgsql",
        "public",
        "search_path",
        "security_invoker",
        "sql",
        "text",
        "time",
        "timestamp",
        "timestamptz",
        "trigger",
        "uuid",
        "varchar",
        "void",
        "interval",
    ];
    if let Token::Word(word) = &mut token.token
        && word.quote_style == Some('"')
        && WORDS.contains(&word.value.as_str())
    {
        word.quote_style = None;
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
