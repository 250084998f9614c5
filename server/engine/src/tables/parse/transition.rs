//! `create transition`, `alter transition`, `drop transition`: Tenon's own, for PostgreSQL has no states.

use sqlparser::tokenizer::Token;
use tenon_model::Ident;

use super::policy::{clause, roles};
use crate::{
    sql::{Cursor, Located},
    tables::change::{AlterTransition, Change, Commented, DropTransition, TransitionDef},
};

/// `name on table (column) [from 'a', 'b'] to 'c' [for …] [using (…)] [with check (…)]`.
pub(super) fn create(c: &mut Cursor) -> Result<Change, Located> {
    let at = c.here();
    let (name, table) = name_on_table(c)?;
    c.expect_token(&Token::LParen)?;
    let column = c.name("the column that holds the state")?;
    c.expect_token(&Token::RParen)?;
    let from = if c.accept(&["from"]) { c.separated(|c| c.text("a state in single quotes"))? } else { Vec::new() };
    c.expect(&["to"])?;
    let to = c.text("a state in single quotes")?;
    let roles = if c.accept(&["for"]) { roles(c)? } else { Vec::new() };
    let using = clause(c, &["using"])?;
    let check = clause(c, &["with", "check"])?;
    Ok(Change::CreateTransition(TransitionDef { at, name, table, column, from, to, roles, using, check }))
}

/// `name on table rename to …`.
pub(super) fn alter(c: &mut Cursor) -> Result<Change, Located> {
    let (name, table) = name_on_table(c)?;
    if !c.accept(&["rename", "to"]) {
        let hint = "where a transition leads, for whom and when is changed by dropping it and creating it again".to_owned();
        return Err(c.unexpected("rename to").hint(hint));
    }
    Ok(Change::AlterTransition(AlterTransition { name, table, to: c.name("the new name")? }))
}

/// `[if exists] name on table`.
pub(super) fn drop(c: &mut Cursor) -> Result<Change, Located> {
    let if_exists = c.accept(&["if", "exists"]);
    let (name, table) = name_on_table(c)?;
    Ok(Change::DropTransition(DropTransition { name, table, if_exists }))
}

/// `name on table`, of which a comment speaks.
pub(super) fn commented(c: &mut Cursor) -> Result<Commented, Located> {
    let (name, table) = name_on_table(c)?;
    Ok(Commented::Transition(table, name))
}

fn name_on_table(c: &mut Cursor) -> Result<(Ident, Ident), Located> {
    let name = c.name("the transition's name")?;
    c.expect(&["on"])?;
    Ok((name, c.qualified_name("a table")?))
}
