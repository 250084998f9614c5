//! Expressions in PostgreSQL's dialect, from tokens to [`Node`]s, with PostgreSQL's precedence of operators.
//!
//! Source: PostgreSQL, "Lexical Structure", 4.1.6 Operator Precedence.

mod operators;
mod primary;
mod query;
mod select;
#[cfg(test)]
mod tests;

use sqlparser::tokenizer::Token;
use tenon_model::{Code, expression::level};

use self::operators::{Infix, infix};
pub(crate) use self::select::{begins, select};
use super::syntax::{Kind, Node, Quantity, Test};
use crate::{
    sql::{Cursor, Located},
    tables::change::Position,
};

type Parsed<T> = Result<T, Located>;

/// How deep expressions may nest.
const MAX_DEPTH: u32 = 64;

/// Reads a whole text as one expression.
pub(crate) fn whole(sql: &str) -> Parsed<Node> {
    all_of(&mut Cursor::new(sql)?)
}

/// Reads all of what a cursor stands before as one expression.
pub(crate) fn all_of(c: &mut Cursor) -> Parsed<Node> {
    let node = expression(c)?;
    if c.at_end() { Ok(node) } else { Err(c.unexpected("the end of the expression")) }
}

/// Reads an expression, as far as it goes.
pub(crate) fn expression(c: &mut Cursor) -> Parsed<Node> {
    at_level(c, 0)
}

/// Reads an expression whose operators bind at least as tightly.
fn at_level(c: &mut Cursor, least: u8) -> Parsed<Node> {
    if !c.deeper(MAX_DEPTH) {
        return Err(too_deep(c));
    }
    let read = climb(c, least);
    c.shallower();
    read
}

fn climb(c: &mut Cursor, least: u8) -> Parsed<Node> {
    let first = c.mark();
    let mut left = prefix(c)?;
    c.note(first, false);
    // Each link makes the left operand one level deeper.
    let mut links = 0;
    loop {
        let at = c.here();
        if let Some(node) = postfix(c, &left, least, at)? {
            left = node;
            c.note(first, false);
            link(c, &mut links)?;
            continue;
        }
        let Some(Infix { name, level, words }) = infix(c).filter(|op| op.level >= least) else { break };
        for _ in 0..words {
            c.advance();
        }
        if level > level::AND {
            link(c, &mut links)?;
        }
        left = between(c, left, name, level, at)?;
        c.note(first, false);
    }
    (0..links).for_each(|_| c.shallower());
    Ok(left)
}

/// Counts one level more of what nests without being in parentheses.
fn link(c: &mut Cursor, links: &mut u32) -> Parsed<()> {
    *links += 1;
    if c.deeper(MAX_DEPTH) { Ok(()) } else { Err(too_deep(c)) }
}

fn too_deep(c: &Cursor) -> Located {
    c.refuse(Code::TooComplex, format!("expressions nest at most {MAX_DEPTH} levels deep"))
}

fn between(c: &mut Cursor, left: Node, name: &'static str, level: u8, at: Position) -> Parsed<Node> {
    if level == level::COMPARE || level == level::OTHER {
        for (word, all) in [("any", false), ("some", false), ("all", true)] {
            if c.accept(&[word]) {
                let of = Box::new(quantity(c)?);
                return Ok(Node { kind: Kind::Quantified { op: name, expr: Box::new(left), all, of }, at });
            }
        }
    }
    // Comparisons do not chain: `a < b < c` is a mistake in PostgreSQL too.
    let right = at_level(c, level + 1)?;
    if level == level::COMPARE && infix(c).is_some_and(|next| next.level == level::COMPARE) {
        return Err(c.refuse(Code::InvalidSyntax, "comparisons do not chain: join them with and"));
    }
    let kind = match name {
        "and" => chain(left, right, at, |node| matches!(node.kind, Kind::And(_)), Kind::And),
        "or" => chain(left, right, at, |node| matches!(node.kind, Kind::Or(_)), Kind::Or),
        _ => Kind::Infix(name, Box::new(left), Box::new(right)),
    };
    Ok(Node { kind, at })
}

/// `a and b and c` as one node.
fn chain(left: Node, right: Node, at: Position, same: fn(&Node) -> bool, make: fn(Vec<Node>) -> Kind) -> Kind {
    let mut all = match left {
        left if !same(&left) || left.at == at => vec![left],
        Node { kind: Kind::And(terms) | Kind::Or(terms), .. } => terms,
        left => vec![left],
    };
    all.push(right);
    make(all)
}

fn quantity(c: &mut Cursor) -> Parsed<Quantity> {
    c.expect_token(&Token::LParen)?;
    let of = if c.sees(&["select"]) {
        Quantity::Query(query::query(c)?)
    } else {
        match expression(c)? {
            // As in PostgreSQL, more parentheses around a query say nothing.
            Node { kind: Kind::Scalar(query), .. } => Quantity::Query(*query),
            array => Quantity::Array(array),
        }
    };
    c.expect_token(&Token::RParen)?;
    Ok(of)
}

fn prefix(c: &mut Cursor) -> Parsed<Node> {
    let at = c.here();
    if c.accept(&["not"]) {
        let operand = at_level(c, level::NOT)?;
        return Ok(Node { kind: Kind::Not(Box::new(operand)), at });
    }
    for (token, name) in [(Token::Minus, "-"), (Token::Plus, "+")] {
        if c.accept_token(&token) {
            return signed(c, name, at);
        }
    }
    primary::primary(c)
}

/// A sign before a number is part of it, as far as types go.
fn signed(c: &mut Cursor, name: &'static str, at: Position) -> Parsed<Node> {
    let operand = at_level(c, level::SIGN)?;
    let kind = match operand.kind {
        Kind::Number(digits) if name == "-" => Kind::Number(match digits.strip_prefix('-') {
            Some(positive) => positive.to_owned(),
            None => format!("-{digits}"),
        }),
        Kind::Number(digits) => Kind::Number(digits),
        _ => Kind::Prefix(name, Box::new(operand)),
    };
    Ok(Node { kind, at })
}

/// What stands behind an operand: `is …`, `in (…)`, `between …`, `like …`, `at time zone …`.
fn postfix(c: &mut Cursor, left: &Node, least: u8, at: Position) -> Parsed<Option<Node>> {
    if least <= level::IS
        && let Some(kind) = is(c, left)?
    {
        return Ok(Some(Node { kind, at }));
    }
    if least <= level::RANGE
        && let Some(kind) = range(c, left)?
    {
        return Ok(Some(Node { kind, at }));
    }
    if least <= level::ZONE && c.accept(&["at", "time", "zone"]) {
        let zone = at_level(c, level::ZONE + 1)?;
        return Ok(Some(Node { kind: Kind::AtTimeZone(Box::new(left.clone()), Box::new(zone)), at }));
    }
    Ok(None)
}

fn is(c: &mut Cursor, left: &Node) -> Parsed<Option<Kind>> {
    let expr = || Box::new(left.clone());
    for (word, negated) in [("isnull", false), ("notnull", true)] {
        if c.accept(&[word]) {
            return Ok(Some(Kind::Is { expr: expr(), test: Test::Null, negated }));
        }
    }
    if !c.accept(&["is"]) {
        return Ok(None);
    }
    let negated = c.accept(&["not"]);
    if c.accept(&["distinct", "from"]) {
        let right = Box::new(at_level(c, level::IS + 1)?);
        return Ok(Some(Kind::Distinct { left: expr(), right, negated }));
    }
    for (word, test) in [("null", Test::Null), ("true", Test::True), ("false", Test::False), ("unknown", Test::Unknown)] {
        if c.accept(&[word]) {
            return Ok(Some(Kind::Is { expr: expr(), test, negated }));
        }
    }
    Err(c.unexpected("null, true, false, unknown or distinct from"))
}

fn range(c: &mut Cursor, left: &Node) -> Parsed<Option<Kind>> {
    let negated = ["in", "between", "like", "ilike"].iter().any(|word| c.sees(&["not", word]));
    if negated {
        c.advance();
    }
    // Not before it is wanted: a long chain is asked after each of its links.
    let expr = || Box::new(left.clone());
    if c.accept(&["in"]) {
        return is_in(c, expr(), negated).map(Some);
    }
    if c.accept(&["between"]) {
        let symmetric = c.accept(&["symmetric"]);
        c.accept(&["asymmetric"]);
        let low = Box::new(at_level(c, level::RANGE + 1)?);
        c.expect(&["and"])?;
        let high = Box::new(at_level(c, level::RANGE + 1)?);
        return Ok(Some(Kind::Between { expr: expr(), low, high, symmetric, negated }));
    }
    let insensitive = c.sees(&["ilike"]);
    if c.accept(&["like"]) || c.accept(&["ilike"]) {
        let pattern = Box::new(at_level(c, level::RANGE + 1)?);
        let escape = if c.accept(&["escape"]) { Some(Box::new(at_level(c, level::RANGE + 1)?)) } else { None };
        return Ok(Some(Kind::Like { expr: expr(), pattern, escape, insensitive, negated }));
    }
    Ok(None)
}

fn is_in(c: &mut Cursor, expr: Box<Node>, negated: bool) -> Parsed<Kind> {
    c.expect_token(&Token::LParen)?;
    let kind = if c.sees(&["select"]) {
        Kind::InQuery { expr, query: Box::new(query::query(c)?), negated }
    } else {
        let mut list = c.separated(expression)?;
        match list.pop() {
            Some(Node { kind: Kind::Scalar(query), .. }) if list.is_empty() => Kind::InQuery { expr, query, negated },
            last => {
                list.extend(last);
                Kind::In { expr, list, negated }
            }
        }
    };
    c.expect_token(&Token::RParen)?;
    Ok(kind)
}
