//! `create function`.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, Ident, schema::Volatility};

use crate::{
    expressions::{Body, Item, PlainNode, SelectNode, begins, expression, select_node},
    sql::{Cursor, Located, data_type},
    tables::change::{ArgumentDef, Change, FunctionDef, Position, ReturnsDef},
};

/// What the clauses of a function say.
struct Clauses {
    language: Option<(String, Position)>,
    volatility: Volatility,
    definer: bool,
    strict: bool,
    body: Option<Text>,
    parsed: Option<SelectNode>,
}

/// A body in quotes and where it begins.
struct Text {
    text: String,
    at: Position,
}

/// `name(arguments) returns … language sql … as $$ … $$`.
pub(super) fn create(c: &mut Cursor, replace: bool) -> Result<Change, Located> {
    let at = c.here();
    let name = name(c)?;
    let arguments = arguments(c)?;
    let returns = if c.accept(&["returns"]) {
        returns(c)?
    } else {
        return Err(c.unexpected("returns"));
    };
    let clauses = clauses(c)?;
    if let Some((language, at)) = &clauses.language
        && language != "sql"
    {
        return Err(no_language(language, &returns, *at));
    }
    let body = match (clauses.body, clauses.parsed) {
        (_, Some(parsed)) => parsed,
        (Some(text), None) if clauses.language.is_some() => body(&text)?,
        (Some(_), None) => return Err(c.unexpected("language sql")),
        (None, None) => return Err(c.unexpected("as and the function's body")),
    };
    Ok(Change::CreateFunction(Box::new(FunctionDef {
        at,
        replace,
        name,
        arguments,
        returns,
        volatility: clauses.volatility,
        definer: clauses.definer,
        strict: clauses.strict,
        body,
        sql: String::new(),
    })))
}

/// Functions that run statements step by step are of another kind.
fn no_language(language: &str, returns: &ReturnsDef, at: Position) -> Located {
    let error = tenon_model::Error::new(Code::Unsupported, format!("functions in language {language} are not understood"));
    let hint = match returns {
        ReturnsDef::Trigger => {
            "what triggers do is done by defaults, checks, computed columns and foreign keys here: write it as one of those"
        }
        _ => "write it in language sql, as one select",
    };
    Located::new(error.with_hint(hint), at)
}

/// `name`, `public.name`, `schema.name`.
pub(in crate::tables) fn name(c: &mut Cursor) -> Result<Ident, Located> {
    let at = c.here();
    let first = c.name("the function's name")?;
    let name = if c.accept_token(&Token::Period) {
        let second = c.name("the function's name")?;
        match first.as_str() {
            "public" => second,
            "auth" | "storage" | "realtime" | "extensions" | "pg_catalog" | "information_schema" => {
                let error = tenon_model::Error::new(Code::Unsupported, format!("functions of \"{first}\" are Tenon's own"));
                return Err(Located::new(error.with_hint("make it in public, or in a schema of your own"), at));
            }
            schema if schema.contains('.') || second.as_str().contains('.') => return Err(dotted(at)),
            schema => return Ident::new(format!("{schema}.{second}")).map_err(|e| Located::new(e, at)),
        }
    } else {
        first
    };
    if name.as_str().contains('.') { Err(dotted(at)) } else { Ok(name) }
}

fn dotted(at: Position) -> Located {
    Located::new(tenon_model::Error::new(Code::InvalidName, "a function's name has no point in it"), at)
}

fn arguments(c: &mut Cursor) -> Result<Vec<ArgumentDef>, Located> {
    c.expect_token(&Token::LParen)?;
    if c.accept_token(&Token::RParen) {
        return Ok(Vec::new());
    }
    let all = c.separated(argument)?;
    c.expect_token(&Token::RParen)?;
    Ok(all)
}

/// `[in] [name] type [default …]`.
fn argument(c: &mut Cursor) -> Result<ArgumentDef, Located> {
    let at = c.here();
    for word in ["out", "inout", "variadic"] {
        if c.sees(&[word]) {
            return Err(c.refuse(Code::Unsupported, format!("{word} arguments are not understood: use returns table (…)")));
        }
    }
    c.accept(&["in"]);
    // A type of several words never begins with a name that something other than its own words follows.
    let alone = matches!(c.token(1), Token::Comma | Token::RParen | Token::LParen | Token::LBracket | Token::Period | Token::Eq)
        || ["default", "precision", "varying", "with", "without", "array"].iter().any(|word| is_word(c.token(1), word));
    let name = if alone { None } else { Some(c.name("the argument's name")?) };
    let type_name = data_type(c)?;
    let default = if c.accept(&["default"]) || c.accept_token(&Token::Eq) { Some(expression(c)?) } else { None };
    Ok(ArgumentDef { at, name, type_name, default })
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word))
}

fn returns(c: &mut Cursor) -> Result<ReturnsDef, Located> {
    if c.accept(&["void"]) {
        return Ok(ReturnsDef::Void);
    }
    if c.accept(&["trigger"]) {
        return Ok(ReturnsDef::Trigger);
    }
    if c.sees(&["record"]) || c.sees(&["setof", "record"]) {
        return Err(c.refuse(Code::Unsupported, "record has no columns that are known: use returns table (…)"));
    }
    if c.sees(&["table"]) && *c.token(1) == Token::LParen {
        c.advance();
        c.advance();
        let columns = c.separated(|c| {
            let name = c.name("a column")?;
            Ok((name, data_type(c)?))
        })?;
        c.expect_token(&Token::RParen)?;
        return Ok(ReturnsDef::Table(columns));
    }
    let many = c.accept(&["setof"]);
    let at = c.here();
    Ok(ReturnsDef::Type { many, type_name: data_type(c)?, at })
}

fn clauses(c: &mut Cursor) -> Result<Clauses, Located> {
    let mut all =
        Clauses { language: None, volatility: Volatility::Volatile, definer: false, strict: false, body: None, parsed: None };
    loop {
        let at = c.here();
        if c.accept(&["language"]) {
            let name = match c.accept_text() {
                Some(text) => text.to_ascii_lowercase(),
                None => c.name("a language")?.as_str().to_owned(),
            };
            all.language = Some((name, at));
        } else if let Some(volatility) = volatility(c) {
            all.volatility = volatility;
        } else if c.accept(&["security", "definer"]) || c.accept(&["external", "security", "definer"]) {
            all.definer = true;
        } else if c.accept(&["security", "invoker"]) || c.accept(&["external", "security", "invoker"]) {
            all.definer = false;
        } else if c.accept(&["strict"]) || c.accept(&["returns", "null", "on", "null", "input"]) {
            all.strict = true;
        } else if c.accept(&["called", "on", "null", "input"]) {
            all.strict = false;
        } else if c.accept(&["as"]) {
            all.body = Some(quoted_body(c)?);
        } else if c.accept(&["return"]) {
            all.parsed = Some(returned(c)?);
        } else if c.accept(&["begin", "atomic"]) {
            let select = one_select(c)?;
            let _ = c.accept_token(&Token::SemiColon);
            if !c.accept(&["end"]) {
                return Err(only_one(c));
            }
            all.parsed = Some(select);
        } else if !without_meaning(c)? {
            return Ok(all);
        }
    }
}

fn volatility(c: &mut Cursor) -> Option<Volatility> {
    let words = [("stable", Volatility::Stable), ("immutable", Volatility::Immutable), ("volatile", Volatility::Volatile)];
    words.into_iter().find(|(word, _)| c.accept(&[word])).map(|(_, volatility)| volatility)
}

/// Clauses that say nothing here: names mean what they say whatever the search path, and costs are the planner's.
fn without_meaning(c: &mut Cursor) -> Result<bool, Located> {
    if c.accept(&["set", "search_path"]) {
        if !c.accept(&["to"]) {
            c.expect_token(&Token::Eq)?;
        }
        c.separated(|c| if c.accept_text().is_some() { Ok(()) } else { c.name("a schema").map(drop) })?;
        return Ok(true);
    }
    if c.sees(&["set"]) {
        return Err(c.refuse(Code::Unsupported, "a function sets nothing but search_path"));
    }
    if c.accept(&["parallel"]) {
        let known = c.accept(&["safe"]) || c.accept(&["unsafe"]) || c.accept(&["restricted"]);
        return if known { Ok(true) } else { Err(c.unexpected("safe, unsafe or restricted")) };
    }
    if c.accept(&["cost"]) || c.accept(&["rows"]) {
        c.integer("a number")?;
        return Ok(true);
    }
    Ok(c.accept(&["leakproof"]) || c.accept(&["not", "leakproof"]))
}

fn quoted_body(c: &mut Cursor) -> Result<Text, Located> {
    let at = c.here();
    let (text, opening) = match c.peek() {
        Token::DollarQuotedString(body) => (body.value.clone(), body.tag.as_ref().map_or(2, |tag| tag.chars().count() + 2)),
        Token::SingleQuotedString(text) => (text.clone(), 1),
        Token::EscapedStringLiteral(text) => (text.clone(), 2),
        _ => return Err(c.unexpected("the function's body between $$ and $$")),
    };
    c.advance();
    let opening = u64::try_from(opening).unwrap_or(2);
    Ok(Text { text, at: Position { line: at.line, column: at.column + opening } })
}

fn body(text: &Text) -> Result<SelectNode, Located> {
    let mut c = Cursor::within(&text.text, text.at)?;
    while c.accept_token(&Token::SemiColon) {}
    let select = one_select(&mut c)?;
    while c.accept_token(&Token::SemiColon) {}
    if c.at_end() { Ok(select) } else { Err(only_one(&c)) }
}

fn only_one(c: &Cursor) -> Located {
    c.refuse(Code::Unsupported, "a function's body is one select")
        .hint("put what else it does into functions of their own".to_owned())
}

fn one_select(c: &mut Cursor) -> Result<SelectNode, Located> {
    if ["insert", "update", "delete", "merge"].iter().any(|word| c.sees(&[word])) {
        return Err(c
            .refuse(Code::Unsupported, "a function only reads: its body is one select")
            .hint("write the records through the API: policies and checks hold there".to_owned()));
    }
    if c.at_end() {
        return Err(c.refuse(Code::Unsupported, "a function's body is one select, not nothing"));
    }
    if !begins(c) && *c.peek() != Token::LParen {
        return Err(c.unexpected("select"));
    }
    select_node(c)
}

/// `return expression`, the same as `select expression`.
fn returned(c: &mut Cursor) -> Result<SelectNode, Located> {
    let at = c.here();
    let node = expression(c)?;
    let plain = PlainNode {
        at,
        distinct: false,
        items: vec![Item::Expr(node, None)],
        from: Vec::new(),
        filter: None,
        group: Vec::new(),
        having: None,
    };
    let body = Body::Plain(Box::new(plain));
    Ok(SelectNode { at, with: Vec::new(), body, order: Vec::new(), limit: None, offset: None })
}
