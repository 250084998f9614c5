//! `select` as a whole statement: of views, and of what SQL functions do.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, Combine, Ident};

use super::{Parsed, expression, query};
use crate::{
    expressions::syntax::{Body, FromNode, FromOf, Item, Join, Kind, PlainNode, SelectNode},
    sql::Cursor,
};

/// Tables that one select may join.
const MAX_TABLES: usize = 16;
/// How deep selects may nest.
const MAX_DEPTH: u32 = 64;

/// Whether a select begins here.
pub(crate) fn begins(c: &Cursor) -> bool {
    c.sees(&["select"]) || c.sees(&["with"])
}

/// `[with …] select … [union …] [order by …] [limit …]`.
pub(crate) fn select(c: &mut Cursor) -> Parsed<SelectNode> {
    if !c.deeper(MAX_DEPTH) {
        return Err(c.refuse(Code::TooComplex, format!("selects nest at most {MAX_DEPTH} levels deep")));
    }
    let read = whole(c);
    c.shallower();
    read
}

fn whole(c: &mut Cursor) -> Parsed<SelectNode> {
    let at = c.here();
    let with = if c.accept(&["with"]) { named_queries(c)? } else { Vec::new() };
    let mut body = combined(c, 0)?;
    // In parentheses a select has an order and a limit of its own.
    if with.is_empty() && !is_tail(c) {
        if let Body::Nested(select) = body {
            return Ok(*select);
        }
    } else if let Body::Nested(select) = body {
        body = Body::Nested(select);
    }
    let order = if c.accept(&["order", "by"]) { c.separated(query::key)? } else { Vec::new() };
    let (mut limit, mut offset) = (None, None);
    loop {
        if limit.is_none() && c.accept(&["limit"]) {
            limit = if c.accept(&["all"]) { None } else { Some(expression(c)?) };
        } else if offset.is_none() && c.accept(&["offset"]) {
            offset = Some(expression(c)?);
            let _ = c.accept(&["rows"]) || c.accept(&["row"]);
        } else if limit.is_none() && c.accept(&["fetch"]) {
            let _ = c.accept(&["first"]) || c.accept(&["next"]);
            limit = Some(expression(c)?);
            let _ = c.accept(&["rows"]) || c.accept(&["row"]);
            c.expect(&["only"])?;
        } else {
            break;
        }
    }
    if c.sees(&["for"]) {
        return Err(c.refuse(Code::Unsupported, "rows are not locked here: leave \"for …\" out"));
    }
    Ok(SelectNode { at, with, body, order, limit, offset })
}

fn is_tail(c: &Cursor) -> bool {
    ["order", "limit", "offset", "fetch"].iter().any(|word| c.sees(&[word]))
}

/// `name [(columns)] as (select …), …`.
fn named_queries(c: &mut Cursor) -> Parsed<Vec<(Ident, Vec<Ident>, SelectNode)>> {
    if c.sees(&["recursive"]) {
        return Err(c.refuse(Code::Unsupported, "with recursive is not understood"));
    }
    c.separated(|c| {
        let name = c.name("a name")?;
        let columns = if *c.peek() == Token::LParen { c.name_list("a column")? } else { Vec::new() };
        c.expect(&["as"])?;
        let _ = c.accept(&["materialized"]) || c.accept(&["not", "materialized"]);
        c.expect_token(&Token::LParen)?;
        if ["insert", "update", "delete"].iter().any(|word| c.sees(&[word])) {
            return Err(c.refuse(Code::Unsupported, "a query in with only reads"));
        }
        let query = select(c)?;
        c.expect_token(&Token::RParen)?;
        Ok((name, columns, query))
    })
}

/// Selects with `union` and `except` between them, and `intersect`, which binds more tightly.
fn combined(c: &mut Cursor, least: u8) -> Parsed<Body> {
    let mut left = one(c)?;
    loop {
        let at = c.here();
        let words = [("union", Combine::Union, 0), ("except", Combine::Except, 0), ("intersect", Combine::Intersect, 1)];
        let Some((_, how, level)) = words.into_iter().find(|(word, _, level)| *level >= least && c.accept(&[word])) else {
            return Ok(left);
        };
        let all = c.accept(&["all"]);
        if !all {
            c.accept(&["distinct"]);
        }
        let right = combined(c, level + 1)?;
        left = Body::Combined { how, all, at, left: Box::new(left), right: Box::new(right) };
    }
}

fn one(c: &mut Cursor) -> Parsed<Body> {
    if c.accept_token(&Token::LParen) {
        let nested = select(c)?;
        c.expect_token(&Token::RParen)?;
        return Ok(Body::Nested(Box::new(nested)));
    }
    if c.sees(&["values"]) {
        return Err(c.refuse(Code::Unsupported, "values is not understood here: write select … union all select …"));
    }
    plain(c).map(|plain| Body::Plain(Box::new(plain)))
}

fn plain(c: &mut Cursor) -> Parsed<PlainNode> {
    let at = c.here();
    c.expect(&["select"])?;
    let distinct = c.accept(&["distinct"]);
    if !distinct {
        c.accept(&["all"]);
    }
    if c.sees(&["on"]) {
        return Err(c.refuse(Code::Unsupported, "distinct on is not understood"));
    }
    let items = if c.sees(&["from"]) { Vec::new() } else { c.separated(item)? };
    let from = if c.accept(&["from"]) { sources(c)? } else { Vec::new() };
    let filter = if c.accept(&["where"]) { Some(expression(c)?) } else { None };
    let group = if c.accept(&["group", "by"]) { c.separated(group_key)? } else { Vec::new() };
    let having = if c.accept(&["having"]) { Some(expression(c)?) } else { None };
    if c.sees(&["window"]) {
        return Err(c.refuse(Code::Unsupported, "window functions are not understood"));
    }
    Ok(PlainNode { at, distinct, items, from, filter, group, having })
}

fn group_key(c: &mut Cursor) -> Parsed<crate::expressions::syntax::Node> {
    for word in ["rollup", "cube", "grouping", "distinct", "all"] {
        if c.sees(&[word]) {
            return Err(c.refuse(Code::Unsupported, format!("group by {word} is not understood")));
        }
    }
    expression(c)
}

fn item(c: &mut Cursor) -> Parsed<Item> {
    let at = c.here();
    if c.accept_token(&Token::Mul) {
        return Ok(Item::All(None, at));
    }
    let is_table = matches!((c.token(1), c.token(2)), (Token::Period, Token::Mul));
    if is_table && matches!(c.peek(), Token::Word(_)) {
        let table = c.name("a table")?;
        c.advance();
        c.advance();
        return Ok(Item::All(Some(table), at));
    }
    let node = expression(c)?;
    let named = c.accept(&["as"]);
    let alias = match c.peek() {
        // Behind `as` any word may be a name.
        Token::Word(word) if named && word.quote_style.is_none() => {
            let folded = word.value.to_ascii_lowercase();
            let name = Ident::new(folded).map_err(|e| crate::sql::Located::new(e, c.here()))?;
            c.advance();
            Some(name)
        }
        Token::Word(word) if named || word.quote_style.is_some() || !query::is_clause(&word.value) => Some(c.name("a name")?),
        _ if named => return Err(c.unexpected("a name")),
        _ => None,
    };
    Ok(Item::Expr(node, alias))
}

fn sources(c: &mut Cursor) -> Parsed<Vec<FromNode>> {
    let mut all = vec![source(c, |_| Ok(Join::Cross))?];
    loop {
        if all.len() > MAX_TABLES {
            return Err(c.refuse(Code::TooComplex, format!("a select joins at most {MAX_TABLES} tables")));
        }
        if c.accept_token(&Token::Comma) || c.accept(&["cross", "join"]) {
            all.push(source(c, |_| Ok(Join::Cross))?);
        } else if c.accept(&["left", "join"]) || c.accept(&["left", "outer", "join"]) {
            all.push(source(c, |c| on(c).map(Join::Left))?);
        } else if c.accept(&["join"]) || c.accept(&["inner", "join"]) {
            all.push(source(c, |c| on(c).map(Join::Inner))?);
        } else if ["right", "full", "natural"].iter().any(|word| c.sees(&[word])) {
            return Err(c.refuse(Code::Unsupported, "joins are join … on, left join … on and cross join"));
        } else {
            return Ok(all);
        }
    }
}

fn on(c: &mut Cursor) -> Parsed<crate::expressions::syntax::Node> {
    if c.sees(&["using"]) {
        return Err(c.refuse(Code::Unsupported, "join … using is not understood: write join … on"));
    }
    c.expect(&["on"])?;
    expression(c)
}

fn source(c: &mut Cursor, join: fn(&mut Cursor) -> Parsed<Join>) -> Parsed<FromNode> {
    let at = c.here();
    c.accept(&["only"]);
    if c.sees(&["lateral"]) {
        return Err(c.refuse(Code::Unsupported, "lateral is not understood"));
    }
    let of = if c.accept_token(&Token::LParen) {
        if !begins(c) && *c.peek() != Token::LParen {
            return Err(c.refuse(Code::Unsupported, "joins in parentheses are not understood: leave the parentheses out"));
        }
        let query = select(c)?;
        c.expect_token(&Token::RParen)?;
        FromOf::Query(Box::new(query))
    } else {
        named_source(c)?
    };
    let named =
        c.accept(&["as"]) || matches!(c.peek(), Token::Word(word) if word.quote_style.is_some() || !query::is_clause(&word.value));
    let alias = if named { Some(c.name("an alias")?) } else { None };
    let columns = if alias.is_some() && *c.peek() == Token::LParen { c.name_list("a column")? } else { Vec::new() };
    Ok(FromNode { at, of, alias, columns, join: join(c)? })
}

/// A table or a call of a function.
fn named_source(c: &mut Cursor) -> Parsed<FromOf> {
    let is_call = |c: &Cursor| *c.token(1) == Token::LParen || (*c.token(1) == Token::Period && *c.token(3) == Token::LParen);
    if is_call(c) {
        let node = super::primary::primary(c)?;
        return match node.kind {
            Kind::Call(call) => Ok(FromOf::Call(call)),
            _ => Err(c.unexpected("a table")),
        };
    }
    c.qualified_name("a table").map(FromOf::Table)
}
