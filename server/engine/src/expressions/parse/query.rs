//! `select` inside an expression.

use sqlparser::tokenizer::Token;
use tenon_model::Code;

use super::{Parsed, expression};
use crate::{
    expressions::syntax::{From, Join, Order, Query},
    sql::Cursor,
};

/// Tables that one query may join.
const MAX_TABLES: usize = 16;

pub(super) fn query(c: &mut Cursor) -> Parsed<Query> {
    let first = c.mark();
    let query = clauses(c)?;
    c.note(first, true);
    Ok(query)
}

fn clauses(c: &mut Cursor) -> Parsed<Query> {
    let at = c.here();
    c.expect(&["select"])?;
    let distinct = c.accept(&["distinct"]);
    if c.sees(&["on"]) {
        return Err(c.refuse(Code::Unsupported, "distinct on is not understood"));
    }
    let none = c.accept_token(&Token::Mul) || c.sees(&["from"]);
    let select = if none { Vec::new() } else { c.separated(selected)? };
    let from = if c.accept(&["from"]) { tables(c)? } else { Vec::new() };
    let filter = if c.accept(&["where"]) { Some(expression(c)?) } else { None };
    for words in [&["group"][..], &["having"], &["window"], &["union"], &["intersect"], &["except"], &["for"], &["offset"]] {
        if c.sees(words) {
            return Err(c.refuse(Code::Unsupported, format!("\"{}\" is not understood inside an expression", words.join(" "))));
        }
    }
    let order = if c.accept(&["order", "by"]) { c.separated(key)? } else { Vec::new() };
    let limit = if c.accept(&["limit"]) { Some(c.integer("a number of rows")?) } else { None };
    Ok(Query { at, distinct, select, from, filter, order, limit })
}

/// What is selected; a name given to it says nothing here.
fn selected(c: &mut Cursor) -> Parsed<crate::expressions::syntax::Node> {
    let node = expression(c)?;
    if c.accept(&["as"]) {
        c.name("a name")?;
    }
    Ok(node)
}

fn tables(c: &mut Cursor) -> Parsed<Vec<From>> {
    let mut all = vec![table(c, |_| Ok(Join::Cross))?];
    loop {
        if all.len() > MAX_TABLES {
            return Err(c.refuse(Code::TooComplex, format!("a query joins at most {MAX_TABLES} tables")));
        }
        if c.accept_token(&Token::Comma) || c.accept(&["cross", "join"]) {
            all.push(table(c, |_| Ok(Join::Cross))?);
        } else if c.accept(&["left", "join"]) || c.accept(&["left", "outer", "join"]) {
            all.push(table(c, |c| on(c).map(Join::Left))?);
        } else if c.accept(&["join"]) || c.accept(&["inner", "join"]) {
            all.push(table(c, |c| on(c).map(Join::Inner))?);
        } else if ["right", "full", "natural", "lateral"].iter().any(|word| c.sees(&[word])) {
            return Err(c.refuse(Code::Unsupported, "joins are join … on, left join … on and cross join"));
        } else {
            return Ok(all);
        }
    }
}

fn on(c: &mut Cursor) -> Parsed<crate::expressions::syntax::Node> {
    c.expect(&["on"])?;
    expression(c)
}

fn table(c: &mut Cursor, join: fn(&mut Cursor) -> Parsed<Join>) -> Parsed<From> {
    let at = c.here();
    if *c.peek() == Token::LParen {
        return Err(c.refuse(Code::Unsupported, "a query inside from is not understood: join the tables"));
    }
    let table = c.qualified_name("a table")?;
    let named = c.accept(&["as"]) || matches!(c.peek(), Token::Word(word) if word.quote_style.is_some() || !is_clause(&word.value));
    let alias = if named { Some(c.name("an alias")?) } else { None };
    Ok(From { at, table, alias, join: join(c)? })
}

/// Whether a word begins what may follow a table.
pub(super) fn is_clause(word: &str) -> bool {
    const WORDS: [&str; 22] = [
        "from",
        "using",
        "on",
        "join",
        "inner",
        "left",
        "right",
        "full",
        "cross",
        "natural",
        "where",
        "group",
        "having",
        "order",
        "limit",
        "offset",
        "union",
        "intersect",
        "except",
        "window",
        "for",
        "fetch",
    ];
    WORDS.iter().any(|clause| word.eq_ignore_ascii_case(clause))
}

pub(super) fn key(c: &mut Cursor) -> Parsed<Order> {
    let expr = expression(c)?;
    let descending = c.accept(&["desc"]);
    if !descending {
        c.accept(&["asc"]);
    }
    let nulls_first = if c.accept(&["nulls", "first"]) {
        Some(true)
    } else if c.accept(&["nulls", "last"]) {
        Some(false)
    } else {
        None
    };
    Ok(Order { expr, descending, nulls_first })
}
