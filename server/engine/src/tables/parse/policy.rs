//! `create policy`, `alter policy`, `drop policy`.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, Command, Ident, Role};

use super::grant;
use crate::{
    expressions::{Node, expression},
    sql::{Cursor, Located},
    tables::change::{AlterPolicy, Change, DropPolicy, PolicyDef},
};

/// `name on table [as …] [for …] [to …] [using (…)] [with check (…)]`.
pub(super) fn create(c: &mut Cursor) -> Result<Change, Located> {
    let at = c.here();
    let (name, table) = name_on_table(c)?;
    let permissive = if c.accept(&["as", "restrictive"]) {
        false
    } else {
        c.accept(&["as", "permissive"]);
        true
    };
    let command = if c.accept(&["for"]) { command(c)? } else { None };
    let roles = if c.accept(&["to"]) { roles(c)? } else { Vec::new() };
    let (using_at, using) = (c.here(), clause(c, &["using"])?);
    let (check_at, check) = (c.here(), clause(c, &["with", "check"])?);
    match command {
        Some(Command::Insert) if using.is_some() => {
            return Err(Located::new(wrong("a policy for insert has with check alone: no row is there yet"), using_at));
        }
        Some(Command::Select | Command::Delete) if check.is_some() => {
            return Err(Located::new(wrong("a policy for select or delete has using alone: no row is written"), check_at));
        }
        _ => {}
    }
    Ok(Change::CreatePolicy(PolicyDef { at, name, table, permissive, command, roles, using, check }))
}

fn wrong(message: &str) -> tenon_model::Error {
    tenon_model::Error::new(Code::InvalidSyntax, message)
}

/// `name on table rename to …`, or `… [to …] [using (…)] [with check (…)]`.
pub(super) fn alter(c: &mut Cursor) -> Result<Change, Located> {
    let (name, table) = name_on_table(c)?;
    let mut alter = AlterPolicy { name, table, rename: None, roles: None, using: None, check: None };
    if c.accept(&["rename", "to"]) {
        alter.rename = Some(c.name("the new name")?);
    } else {
        alter.roles = if c.accept(&["to"]) { Some(roles(c)?) } else { None };
        alter.using = clause(c, &["using"])?;
        alter.check = clause(c, &["with", "check"])?;
        if (&alter.roles, &alter.using, &alter.check) == (&None, &None, &None) {
            return Err(c.unexpected("rename to, to, using or with check"));
        }
    }
    Ok(Change::AlterPolicy(alter))
}

pub(super) fn drop(c: &mut Cursor) -> Result<Change, Located> {
    let if_exists = c.accept(&["if", "exists"]);
    let (name, table) = name_on_table(c)?;
    super::statement::cascade(c);
    Ok(Change::DropPolicy(DropPolicy { name, table, if_exists }))
}

/// `name on table`.
pub(super) fn name_on_table(c: &mut Cursor) -> Result<(Ident, Ident), Located> {
    let name = c.name("the policy's name")?;
    c.expect(&["on"])?;
    Ok((name, c.qualified_name("a table")?))
}

fn command(c: &mut Cursor) -> Result<Option<Command>, Located> {
    if c.accept(&["all"]) {
        return Ok(None);
    }
    let found = Command::ALL.into_iter().find(|command| c.accept(&[command.as_str()]));
    found.map(Some).ok_or_else(|| c.unexpected("all, select, insert, update or delete"))
}

/// Roles; none for `public`, which is everybody.
pub(super) fn roles(c: &mut Cursor) -> Result<Vec<Role>, Located> {
    let names = c.separated(grant::role)?;
    let is_everybody = names.iter().any(|name| *name == Role::PUBLIC);
    Ok(if is_everybody { Vec::new() } else { names.into_iter().map(Role::from).collect() })
}

/// `words (expression)`.
pub(super) fn clause(c: &mut Cursor, words: &[&str]) -> Result<Option<Node>, Located> {
    if !c.accept(words) {
        return Ok(None);
    }
    c.expect_token(&Token::LParen)?;
    let node = expression(c)?;
    c.expect_token(&Token::RParen)?;
    Ok(Some(node))
}
