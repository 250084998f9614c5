//! Statements of dumps and of migrations for hosted PostgreSQL that say nothing here: there is one schema, one owner, nothing
//! to install, and all statements of a file are one transaction anyway.

use sqlparser::tokenizer::Token;
use tenon_model::Privileges;

use super::grant;
use crate::{
    sql::{Cursor, Located},
    tables::change::Change,
};

/// Roles of hosted PostgreSQL that are past every privilege; nothing is kept of what they are granted.
pub(super) const OWNERS: [&str; 8] = [
    "postgres",
    "authenticator",
    "dashboard_user",
    "supabase_admin",
    "supabase_auth_admin",
    "supabase_storage_admin",
    "supabase_realtime_admin",
    "pgbouncer",
];

/// A statement that begins like that says nothing.
const NOTHING: [&[&str]; 19] = [
    &["begin"],
    &["start", "transaction"],
    &["commit"],
    &["end"],
    &["reset"],
    &["select", "pg_catalog", "set_config"],
    &["select", "set_config"],
    &["alter", "schema"],
    &["alter", "extension"],
    &["alter", "publication"],
    &["alter", "sequence"],
    &["alter", "database"],
    &["drop", "extension"],
    &["drop", "publication"],
    &["comment", "on", "schema"],
    &["comment", "on", "extension"],
    &["comment", "on", "publication"],
    &["comment", "on", "index"],
    &["notify"],
];

/// Takes a statement that says nothing, if one comes.
pub(super) fn nothing(c: &mut Cursor) -> Result<Option<Change>, Located> {
    if c.sees(&["set"]) {
        return set(c).map(Some);
    }
    if c.sees(&["alter", "default", "privileges"]) {
        return default_privileges(c).map(Some);
    }
    if NOTHING.iter().any(|words| begins(c, words)) || is_owner(c) {
        skip(c);
        return Ok(Some(Change::Nothing));
    }
    Ok(None)
}

/// Takes what is created without meaning anything here, if it comes.
pub(super) fn create(c: &mut Cursor) -> Result<bool, Located> {
    for word in ["extension", "schema", "publication"] {
        if c.sees(&[word]) {
            skip(c);
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether these words come, with a point or nothing between.
fn begins(c: &Cursor, words: &[&str]) -> bool {
    let mut ahead = 0;
    for (index, word) in words.iter().enumerate() {
        if index > 0 && *c.token(ahead) == Token::Period {
            ahead += 1;
        }
        if !is_word(c.token(ahead), word) {
            return false;
        }
        ahead += 1;
    }
    true
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word))
}

/// `alter type|view|function|… owner to role`: everything has one owner. Tables say it as one action of several.
fn is_owner(c: &Cursor) -> bool {
    if !c.sees(&["alter"]) || c.sees(&["alter", "table"]) {
        return false;
    }
    let mut ahead = 0;
    while !matches!(c.token(ahead), Token::SemiColon | Token::EOF) {
        if is_word(c.token(ahead), "owner") && is_word(c.token(ahead + 1), "to") {
            return true;
        }
        ahead += 1;
    }
    false
}

/// To the statement's end.
pub(super) fn skip(c: &mut Cursor) {
    while !c.at_end() && *c.peek() != Token::SemiColon {
        c.advance();
    }
}

/// `set name = value`; one of them says that functions may come before what they speak of.
fn set(c: &mut Cursor) -> Result<Change, Located> {
    let late = begins(c, &["set", "check_function_bodies"])
        && (0..6).any(|ahead| {
            is_word(c.token(ahead), "false")
                || is_word(c.token(ahead), "off")
                || matches!(c.token(ahead), Token::SingleQuotedString(text) if text == "off")
        });
    if c.sees(&["set", "role"]) || c.sees(&["set", "local", "role"]) || c.sees(&["set", "session", "authorization"]) {
        return Err(c.refuse(tenon_model::Code::Unsupported, "migrations are made by the owner: there is no other role to take"));
    }
    skip(c);
    Ok(if late { Change::LateFunctions } else { Change::Nothing })
}

/// `alter default privileges [for role …] [in schema public] grant|revoke … on tables|functions|… to …`.
fn default_privileges(c: &mut Cursor) -> Result<Change, Located> {
    c.expect(&["alter", "default", "privileges"])?;
    if c.accept(&["for", "role"]) || c.accept(&["for", "user"]) {
        c.separated(|c| c.name("a role").map(drop))?;
    }
    if c.accept(&["in", "schema"]) {
        let schemas = c.separated(|c| c.name("a schema"))?;
        if !schemas.iter().any(|schema| *schema == *"public") {
            skip(c);
            return Ok(Change::Nothing);
        }
    }
    let give = c.accept(&["grant"]);
    if !give {
        c.expect(&["revoke"])?;
        c.accept(&["grant", "option", "for"]);
    }
    let execute = c.accept(&["execute"]);
    let usage = !execute && c.accept(&["usage"]);
    let tables = if execute || usage {
        Privileges::default()
    } else {
        c.separated(grant::privileges)?.into_iter().fold(Privileges::default(), Privileges::or)
    };
    while c.accept_token(&Token::Comma) {
        c.name("a privilege")?;
    }
    c.expect(&["on"])?;
    let on_tables = c.accept(&["tables"]);
    let on_functions = !on_tables && (c.accept(&["functions"]) || c.accept(&["routines"]));
    if !on_tables && !on_functions {
        skip(c);
        return Ok(Change::Nothing);
    }
    let roles = grant::grantees(c, give)?;
    let tables = if on_tables { tables } else { Privileges::default() };
    Ok(Change::DefaultPrivileges { give, tables, functions: on_functions, roles })
}
