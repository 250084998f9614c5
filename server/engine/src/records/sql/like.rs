//! `like` and `ilike`.

use tenon_model::{Code, DataType, Error, Expr, LikePattern, Result};

use super::{Alias, Bind, Builder};

/// The longest pattern that SQLite's own `glob` gets: nothing can stop it within one text.
const LONGEST_GLOB: usize = 128;

/// One element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Any,
    One,
    Char(char),
}

fn pieces(pattern: &str) -> Result<Vec<Piece>> {
    let mut chars = pattern.chars();
    let mut out = Vec::with_capacity(pattern.len());
    while let Some(c) = chars.next() {
        out.push(match c {
            '%' => Piece::Any,
            '_' => Piece::One,
            '\\' => Piece::Char(
                chars.next().ok_or_else(|| Error::new(Code::InvalidValue, "LIKE pattern must not end with escape character"))?,
            ),
            other => Piece::Char(other),
        });
    }
    Ok(out)
}

/// The pattern in SQLite's GLOB, which tells upper from lower case as LIKE does in PostgreSQL.
fn glob(pieces: &[Piece]) -> String {
    let mut out = String::with_capacity(pieces.len() + 8);
    for piece in pieces {
        match piece {
            Piece::Any => out.push('*'),
            Piece::One => out.push('?'),
            Piece::Char(c @ ('*' | '?' | '[')) => out.extend(['[', *c, ']']),
            Piece::Char(c) => out.push(*c),
        }
    }
    out
}

/// The texts that begin as the pattern does, as a half-open range: an index can serve it.
fn prefix_range(pieces: &[Piece]) -> Option<(String, String)> {
    let prefix: String = pieces.iter().map_while(|p| if let Piece::Char(c) = p { Some(*c) } else { None }).collect();
    let mut upper = prefix.clone();
    while let Some(last) = upper.pop() {
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            upper.push(next);
            return Some((prefix, upper));
        }
    }
    None
}

impl Builder<'_> {
    /// `like` and `ilike`; only text has them, as in PostgreSQL.
    pub(super) fn like(&mut self, alias: Alias, expr: &Expr, pattern: &LikePattern) -> Result<()> {
        let data_type = expr.data_type();
        if !is_text(&data_type) {
            let operator = if pattern.case_insensitive { "~~*" } else { "~~" };
            return Err(Error::new(Code::Unsupported, format!("operator does not exist: {data_type} {operator} unknown")));
        }
        let pieces = pieces(&pattern.pattern)?;
        match (self.is_sqlite(), pattern.case_insensitive) {
            (true, true) => {
                self.push("tenon_ilike(");
                self.expr(alias, expr)?;
                self.push(", ").bind(Bind::Text(pattern.pattern.clone())).push(")");
            }
            (true, false) => self.sqlite_like(alias, expr, &pattern.pattern, &pieces)?,
            (false, true) => {
                self.push("(");
                self.expr(alias, expr)?;
                self.push(" collate \"und-x-icu\") ilike ").bind(Bind::Text(pattern.pattern.clone()));
            }
            (false, false) => {
                self.expr(alias, expr)?;
                self.push(" like ").bind(Bind::Text(pattern.pattern.clone()));
            }
        }
        Ok(())
    }

    fn sqlite_like(&mut self, alias: Alias, expr: &Expr, pattern: &str, pieces: &[Piece]) -> Result<()> {
        let range = prefix_range(pieces).filter(|_| matches!(expr, Expr::Column { .. }));
        let Some((lower, upper)) = range else { return self.matches(alias, expr, pattern, pieces) };
        self.push("(");
        self.expr(alias, expr)?;
        self.push(" >= ").bind(Bind::Text(lower)).push(" and ");
        self.expr(alias, expr)?;
        self.push(" < ").bind(Bind::Text(upper)).push(" and ");
        self.matches(alias, expr, pattern, pieces)?;
        self.push(")");
        Ok(())
    }

    fn matches(&mut self, alias: Alias, expr: &Expr, pattern: &str, pieces: &[Piece]) -> Result<()> {
        if pieces.len() > LONGEST_GLOB {
            self.push("tenon_like(");
            self.expr(alias, expr)?;
            self.push(", ").bind(Bind::Text(pattern.to_owned())).push(")");
            return Ok(());
        }
        self.expr(alias, expr)?;
        // Joined to '' so that SQLite does not prepare the statement anew for every pattern.
        self.push(" glob (").bind(Bind::Text(glob(pieces))).push(" || '')");
        Ok(())
    }
}

fn is_text(data_type: &DataType) -> bool {
    data_type.scalar().is_some_and(tenon_model::ScalarType::is_text)
}
