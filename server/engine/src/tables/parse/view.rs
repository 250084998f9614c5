//! `create view`.

use sqlparser::tokenizer::Token;
use tenon_model::Code;

use crate::{
    expressions::select_node,
    sql::{Cursor, Located},
    tables::change::{Change, ViewDef},
};

/// `name [(columns)] [with (security_invoker = true)] as select …`.
pub(super) fn create(c: &mut Cursor, replace: bool) -> Result<Change, Located> {
    let at = c.here();
    let name = c.qualified_name("the view's name")?;
    let columns = if *c.peek() == Token::LParen { c.name_list("a column")? } else { Vec::new() };
    let invoker = if c.accept(&["with"]) { options(c)? } else { false };
    c.expect(&["as"])?;
    let from = c.here();
    let select = select_node(c)?;
    let to = c.end_of_last();
    if c.sees(&["with"]) {
        let no_check = c.refuse(Code::Unsupported, "views are read, not written: leave \"with check option\" out");
        return Err(no_check);
    }
    Ok(Change::CreateView(Box::new(ViewDef { at, replace, name, columns, invoker, select, from, to, sql: String::new() })))
}

fn options(c: &mut Cursor) -> Result<bool, Located> {
    c.expect_token(&Token::LParen)?;
    let mut invoker = false;
    loop {
        if c.accept(&["security_invoker"]) {
            invoker = flag(c)?;
        } else if c.accept(&["security_barrier"]) {
            // Conditions of who asks never see rows that a view does not show.
            flag(c)?;
        } else {
            return Err(c.refuse(Code::Unsupported, "the options of a view are security_invoker and security_barrier"));
        }
        if !c.accept_token(&Token::Comma) {
            break;
        }
    }
    c.expect_token(&Token::RParen)?;
    Ok(invoker)
}

fn flag(c: &mut Cursor) -> Result<bool, Located> {
    if !c.accept_token(&Token::Eq) {
        return Ok(true);
    }
    if let Some(text) = c.accept_text() {
        return Ok(matches!(text.to_ascii_lowercase().as_str(), "true" | "on" | "yes" | "1"));
    }
    for (word, on) in [("true", true), ("on", true), ("yes", true), ("false", false), ("off", false), ("no", false)] {
        if c.accept(&[word]) {
            return Ok(on);
        }
    }
    match c.integer("true or false")? {
        0 => Ok(false),
        _ => Ok(true),
    }
}
