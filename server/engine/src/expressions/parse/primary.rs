//! Operands: literals, names, calls, casts, `case`, parentheses.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, DataType, Ident, ScalarType};

use super::{Parsed, expression, level, query};
use crate::{
    expressions::syntax::{Call, Kind, Node},
    sql::{Cursor, data_type},
    tables::change::TypeName,
};

/// An operand with the casts and subscripts behind it.
pub(super) fn primary(c: &mut Cursor) -> Parsed<Node> {
    let first = c.mark();
    let mut node = operand(c)?;
    let mut links = 0;
    loop {
        c.note(first, false);
        let at = c.here();
        let kind = if c.accept_token(&Token::DoubleColon) {
            Kind::Cast(Box::new(node), type_name(c)?)
        } else if c.accept_token(&Token::LBracket) {
            let index = expression(c)?;
            c.expect_token(&Token::RBracket)?;
            Kind::Subscript(Box::new(node), Box::new(index))
        } else if c.accept(&["collate"]) {
            collation(c)?;
            continue;
        } else {
            (0..links).for_each(|_| c.shallower());
            return Ok(node);
        };
        node = Node { kind, at };
        super::link(c, &mut links)?;
    }
}

/// `collate "C"` says what is so anyway.
fn collation(c: &mut Cursor) -> Parsed<()> {
    let refused = c.refuse(Code::Unsupported, "text is always compared byte by byte: the only collation is \"C\"");
    let name = c.name("a collation")?;
    if name == "C" || name == "POSIX" { Ok(()) } else { Err(refused) }
}

/// A type, `interval` among them.
fn type_name(c: &mut Cursor) -> Parsed<TypeName> {
    if c.accept(&["interval"]) {
        return Ok(TypeName::Known(DataType::Scalar(ScalarType::Interval)));
    }
    data_type(c)
}

fn operand(c: &mut Cursor) -> Parsed<Node> {
    let at = c.here();
    let kind = match c.peek().clone() {
        Token::Number(digits, _) => {
            c.advance();
            Kind::Number(digits)
        }
        Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text) => {
            c.advance();
            Kind::Text(text)
        }
        Token::Placeholder(name) => {
            c.advance();
            Kind::Parameter(name)
        }
        Token::LParen => return parenthesis(c),
        Token::Word(_) => word(c)?,
        _ => return Err(c.unexpected("an expression")),
    };
    Ok(Node { kind, at })
}

fn parenthesis(c: &mut Cursor) -> Parsed<Node> {
    let at = c.here();
    c.expect_token(&Token::LParen)?;
    let node = if c.sees(&["select"]) {
        Node { kind: Kind::Scalar(Box::new(query::query(c)?)), at }
    } else {
        let node = expression(c)?;
        if *c.peek() == Token::Comma {
            return Err(c.refuse(Code::Unsupported, "rows in parentheses are not understood: compare column by column"));
        }
        // The place tells a chain in parentheses from the chain around it.
        Node { at, ..node }
    };
    c.expect_token(&Token::RParen)?;
    Ok(node)
}

fn word(c: &mut Cursor) -> Parsed<Kind> {
    for (word, kind) in [("null", Kind::Null), ("true", Kind::Bool(true)), ("false", Kind::Bool(false))] {
        if c.accept(&[word]) {
            return Ok(kind);
        }
    }
    if c.accept(&["case"]) {
        return case(c);
    }
    if c.accept(&["cast"]) {
        return cast(c);
    }
    if c.sees(&["exists"]) && *c.token(1) == Token::LParen {
        c.advance();
        c.expect_token(&Token::LParen)?;
        let query = query::query(c)?;
        c.expect_token(&Token::RParen)?;
        return Ok(Kind::Exists(Box::new(query)));
    }
    if c.sees(&["array"]) {
        return array(c);
    }
    if let Some(kind) = constant(c) {
        return Ok(kind);
    }
    if let Some(kind) = typed_text(c)? {
        return Ok(kind);
    }
    name_or_call(c)
}

/// `current_date`, `current_timestamp`, `current_user`: calls without parentheses.
fn constant(c: &mut Cursor) -> Option<Kind> {
    let words =
        ["current_date", "current_timestamp", "localtimestamp", "current_time", "localtime", "current_user", "current_role"];
    let word = words.into_iter().find(|word| c.accept(&[word]))?;
    let name = Ident::new(word).ok()?;
    Some(Kind::Call(Call { name: vec![name], arguments: Vec::new(), star: false, distinct: false, filter: None }))
}

/// `date '2020-01-01'`.
fn typed_text(c: &mut Cursor) -> Parsed<Option<Kind>> {
    const TYPES: [&str; 17] = [
        "interval",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "uuid",
        "json",
        "jsonb",
        "bytea",
        "numeric",
        "integer",
        "bigint",
        "boolean",
        "text",
        "bool",
        "int",
        "decimal",
    ];
    if !TYPES.iter().any(|word| c.sees(&[word])) || !is_typed_text(c) {
        return Ok(None);
    }
    let type_name = type_name(c)?;
    Ok(Some(Kind::Typed(type_name, c.text("a text in single quotes")?)))
}

/// Whether a text in quotes follows the type's name.
fn is_typed_text(c: &Cursor) -> bool {
    let zoned = c.sees(&["timestamp", "with"]) || c.sees(&["timestamp", "without"]) || c.sees(&["time", "without"]);
    matches!(c.token(if zoned { 4 } else { 1 }), Token::SingleQuotedString(_) | Token::EscapedStringLiteral(_))
}

fn cast(c: &mut Cursor) -> Parsed<Kind> {
    c.expect_token(&Token::LParen)?;
    let expr = expression(c)?;
    c.expect(&["as"])?;
    let to = type_name(c)?;
    c.expect_token(&Token::RParen)?;
    Ok(Kind::Cast(Box::new(expr), to))
}

fn case(c: &mut Cursor) -> Parsed<Kind> {
    let operand = if c.sees(&["when"]) { None } else { Some(Box::new(expression(c)?)) };
    let mut branches = Vec::new();
    while c.accept(&["when"]) {
        let condition = expression(c)?;
        c.expect(&["then"])?;
        branches.push((condition, expression(c)?));
    }
    if branches.is_empty() {
        return Err(c.unexpected("when"));
    }
    let otherwise = if c.accept(&["else"]) { Some(Box::new(expression(c)?)) } else { None };
    c.expect(&["end"])?;
    Ok(Kind::Case { operand, branches, otherwise })
}

fn array(c: &mut Cursor) -> Parsed<Kind> {
    c.expect(&["array"])?;
    if *c.peek() == Token::LParen {
        return Err(c.refuse(Code::Unsupported, "array(select …) is not understood: use = any (select …), or array_agg"));
    }
    c.expect_token(&Token::LBracket)?;
    let elements = if *c.peek() == Token::RBracket { Vec::new() } else { c.separated(expression)? };
    c.expect_token(&Token::RBracket)?;
    Ok(Kind::Array(elements))
}

fn name_or_call(c: &mut Cursor) -> Parsed<Kind> {
    // `left(…)` and `right(…)` are functions, though the words are reserved.
    let reserved = ["left", "right"].into_iter().find(|word| c.sees(&[word]) && *c.token(1) == Token::LParen);
    let mut name = match reserved.and_then(|word| Ident::new(word).ok()) {
        Some(word) => {
            c.advance();
            vec![word]
        }
        None => vec![c.name("an expression")?],
    };
    while name.len() < 3 && c.accept_token(&Token::Period) {
        name.push(c.name("a column")?);
    }
    if *c.peek() == Token::LParen { call(c, name).map(Kind::Call) } else { Ok(Kind::Name(name)) }
}

fn call(c: &mut Cursor, name: Vec<Ident>) -> Parsed<Call> {
    c.expect_token(&Token::LParen)?;
    let mut call = Call { name, arguments: Vec::new(), star: false, distinct: false, filter: None };
    if c.accept_token(&Token::Mul) {
        call.star = true;
    } else if *c.peek() != Token::RParen {
        call.distinct = c.accept(&["distinct"]);
        call.arguments = arguments(c, &call.name)?;
    }
    c.expect_token(&Token::RParen)?;
    if c.accept(&["filter"]) {
        c.expect_token(&Token::LParen)?;
        c.expect(&["where"])?;
        call.filter = Some(Box::new(expression(c)?));
        c.expect_token(&Token::RParen)?;
    }
    if c.sees(&["over"]) {
        return Err(c.refuse(Code::Unsupported, "window functions are not understood"));
    }
    Ok(call)
}

/// Arguments; those of `extract`, `position`, `substring` and `trim` may have words between.
fn arguments(c: &mut Cursor, name: &[Ident]) -> Parsed<Vec<Node>> {
    match name.last().map_or("", Ident::as_str) {
        "extract" => {
            let at = c.here();
            let field = match c.accept_text() {
                Some(text) => text,
                None => c.name("a field, for example year")?.as_str().to_owned(),
            };
            c.expect(&["from"])?;
            Ok(vec![Node { kind: Kind::Text(field), at }, expression(c)?])
        }
        "position" => {
            let part = super::at_level(c, level::RANGE + 1)?;
            c.expect(&["in"])?;
            let whole = super::at_level(c, level::RANGE + 1)?;
            Ok(vec![whole, part])
        }
        "substring" => {
            let mut all = vec![expression(c)?];
            for word in ["from", "for"] {
                if c.accept(&[word]) {
                    all.push(expression(c)?);
                }
            }
            while c.accept_token(&Token::Comma) {
                all.push(expression(c)?);
            }
            Ok(all)
        }
        "trim" => trimmed(c),
        _ => c.separated(expression),
    }
}

/// `trim(text)`, `trim(both 'x' from text)`, `trim('x' from text)`.
fn trimmed(c: &mut Cursor) -> Parsed<Vec<Node>> {
    for (word, other) in [("leading", "ltrim(text, characters)"), ("trailing", "rtrim(text, characters)")] {
        if c.sees(&[word]) {
            return Err(c.refuse(Code::Unsupported, format!("trim({word} …) is not understood: use {other}")));
        }
    }
    c.accept(&["both"]);
    if c.accept(&["from"]) {
        return c.separated(expression);
    }
    let mut all = c.separated(expression)?;
    if c.accept(&["from"]) {
        all.insert(0, expression(c)?);
    }
    Ok(all)
}
