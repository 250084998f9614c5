//! `generated always as (…) stored`, and its changes.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, Ident};

use crate::{
    expressions::expression,
    sql::{Cursor, Located},
    tables::change::{AlterAction, ExpressionDef, GeneratedDef},
};

/// What follows `generated`, if it is no identity.
pub(super) fn generated(c: &mut Cursor) -> Result<Option<GeneratedDef>, Located> {
    if !c.sees(&["always", "as"]) || *c.token(2) != Token::LParen {
        return Ok(None);
    }
    c.accept(&["always", "as"]);
    let expression = in_parentheses(c)?;
    let stored = c.accept(&["stored"]);
    if !stored {
        c.accept(&["virtual"]);
    }
    Ok(Some(GeneratedDef { expression, stored }))
}

fn in_parentheses(c: &mut Cursor) -> Result<ExpressionDef, Located> {
    let at = c.here();
    c.expect_token(&Token::LParen)?;
    let node = expression(c)?;
    c.expect_token(&Token::RParen)?;
    Ok(ExpressionDef { at, node })
}

/// `set expression as (…)`.
pub(super) fn set_expression(c: &mut Cursor, column: Ident) -> Result<Option<AlterAction>, Located> {
    if !c.accept(&["set", "expression", "as"]) {
        return Ok(None);
    }
    Ok(Some(AlterAction::SetExpression { column, expression: Box::new(in_parentheses(c)?) }))
}

/// Refuses what a computed column cannot have.
pub(super) fn check(c: &Cursor, column: &crate::tables::change::ColumnDef) -> Result<(), Located> {
    if column.generated.is_none() {
        return Ok(());
    }
    let refused =
        |what: &str| c.refuse(Code::InvalidSyntax, format!("column \"{}\" is computed and cannot have {what}", column.name));
    if column.default.is_some() {
        return Err(refused("a default"));
    }
    if column.identity.is_some() {
        return Err(refused("an identity"));
    }
    Ok(())
}
