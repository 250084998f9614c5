//! What `grant` and `revoke` are about, besides tables.

use sqlparser::tokenizer::Token;
use tenon_model::Code;

use super::{function, grant, settings};
use crate::{
    sql::{Cursor, Located},
    tables::change::Change,
};

/// `grant … on function …`, and on what says nothing here; nothing if it is about tables.
pub(super) fn other(c: &mut Cursor, give: bool) -> Result<Option<Change>, Located> {
    let Some(on) = (0..40).find(|ahead| is_word(c.token(*ahead), "on")) else { return Ok(None) };
    let sees = |words: &[&str]| words.iter().enumerate().all(|(index, word)| is_word(c.token(on + 1 + index), word));
    let nothing = ["schema", "sequence", "database", "language", "type", "domain", "parameter"];
    if nothing.iter().any(|word| sees(&[word])) || sees(&["all", "sequences"]) {
        settings::skip(c);
        return Ok(Some(Change::Nothing));
    }
    let functions = ["function", "functions", "routine", "routines", "procedure"];
    if functions.iter().any(|word| sees(&[word]) || sees(&["all", word])) {
        return on_functions(c, give).map(Some);
    }
    Ok(None)
}

fn on_functions(c: &mut Cursor, give: bool) -> Result<Change, Located> {
    c.accept(&["grant", "option", "for"]);
    if !c.accept(&["execute"]) {
        if !c.accept(&["all"]) {
            return Err(c.refuse(Code::Unsupported, "the privileges on functions are execute and all"));
        }
        c.accept(&["privileges"]);
    }
    c.expect(&["on"])?;
    let all = c.accept(&["all"]);
    let _ = c.accept(&["function"])
        || c.accept(&["functions"])
        || c.accept(&["routine"])
        || c.accept(&["routines"])
        || c.accept(&["procedure"]);
    let functions = if all {
        c.expect(&["in", "schema"])?;
        let schema = c.name("a schema")?;
        if schema != "public" {
            settings::skip(c);
            return Ok(Change::Nothing);
        }
        Vec::new()
    } else {
        c.separated(named)?
    };
    let roles = grant::grantees(c, give)?;
    Ok(Change::GrantExecute { give, functions, roles })
}

/// `name[(types)]`: there is one function of a name.
pub(super) fn named(c: &mut Cursor) -> Result<tenon_model::Ident, Located> {
    let name = function::name(c)?;
    if c.accept_token(&Token::LParen) {
        let mut depth = 1;
        while depth > 0 {
            match c.peek() {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                Token::SemiColon | Token::EOF => return Err(c.unexpected("\")\"")),
                _ => {}
            }
            c.advance();
        }
    }
    Ok(name)
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word))
}
