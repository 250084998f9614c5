//! Schema SQL in PostgreSQL's dialect, read into [`Change`]s. What is not understood is refused where it stands.
//!
//! Tokens come from `sqlparser`; the grammar over them is our own, because that crate's own takes the union of many
//! dialects and forgets where most parts of a statement stood.

mod alter;
mod column;
mod create;
mod default;
mod function;
mod generated;
mod grant;
mod grant_on;
mod policy;
mod role;
mod settings;
mod source;
mod statement;
#[cfg(test)]
mod tests;
mod transition;
mod view;

use sqlparser::tokenizer::Token;
use tenon_model::{Code, Error, Result};

use self::source::Source;
use super::change::{Position, Statement};
use crate::sql::{Cursor, Located};

/// The longest text, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// The most statements in one text.
pub const MAX_STATEMENTS: usize = 1_000;

/// Reads schema SQL: any number of statements.
///
/// # Errors
/// [`Code::InvalidSyntax`], [`Code::Unsupported`], [`Code::InvalidName`], with `line L, column C` in `details`;
/// [`Code::TooLarge`] and [`Code::TooComplex`] beyond [`MAX_BYTES`] and [`MAX_STATEMENTS`].
pub fn parse(sql: &str) -> Result<Vec<Statement>> {
    statements(sql).map_err(|e| e.into_error(None))
}

/// Reads a list of roles, as behind `to` in a policy; `public` and nothing at all are everybody, which is none.
///
/// # Errors
/// As [`parse`].
pub fn roles(list: &str) -> Result<Vec<tenon_model::Role>> {
    if list.trim().is_empty() {
        return Ok(Vec::new());
    }
    let read = || -> Result<_, Located> {
        let mut cursor = Cursor::new(list)?;
        let roles = policy::roles(&mut cursor)?;
        if cursor.at_end() { Ok(roles) } else { Err(cursor.unexpected("the end of the list")) }
    };
    read().map_err(|e| e.into_error(None))
}

/// Where a name first stands in a statement.
pub(crate) fn place_of(statement: &str, name: &str) -> Option<Position> {
    Cursor::new(statement).ok()?.place_of(name)
}

/// As [`parse`], with the place of a failure kept apart.
pub(crate) fn statements(sql: &str) -> Result<Vec<Statement>, Located> {
    let start = Position { line: 1, column: 1 };
    if sql.len() > MAX_BYTES {
        let error = Error::new(Code::TooLarge, format!("the SQL has {} bytes; at most {MAX_BYTES} are taken", sql.len()));
        return Err(Located::new(error, start));
    }
    if sql.contains('\0') {
        return Err(Located::new(Error::new(Code::InvalidSyntax, "the SQL contains a NUL character"), start));
    }
    let mut cursor = Cursor::new(sql)?;
    let mut source = Source::new(sql);
    let mut statements = Vec::new();
    loop {
        while cursor.accept_token(&Token::SemiColon) {}
        if cursor.at_end() {
            return Ok(statements);
        }
        if statements.len() == MAX_STATEMENTS {
            return Err(cursor.refuse(Code::TooComplex, format!("at most {MAX_STATEMENTS} statements are taken at once")));
        }
        let at = cursor.here();
        let mut change = statement::statement(&mut cursor)?;
        if !cursor.at_end() && *cursor.peek() != Token::SemiColon {
            return Err(cursor.unexpected("\";\" or the end of the statement"));
        }
        let sql = source.between(at, cursor.end_of_last());
        change.keep_text(&sql, at);
        statements.push(Statement { change, at, sql });
    }
}
