//! `alter table` and `alter type`.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, Ident};

use super::{column, default, generated, statement::cascade};
use crate::sql::{Cursor, Located, data_type};
use crate::tables::change::{AlterAction, Change, ConstraintDef, ConstraintKind, Place};

pub(super) fn alter_table(c: &mut Cursor) -> Result<Change, Located> {
    let if_exists = c.accept(&["if", "exists"]);
    c.accept(&["only"]);
    let name = c.qualified_name("a table")?;
    let actions = if c.accept(&["rename"]) { vec![rename(c)?] } else { c.separated(action)? };
    Ok(Change::AlterTable { name, if_exists, actions })
}

fn rename(c: &mut Cursor) -> Result<AlterAction, Located> {
    if c.accept(&["to"]) {
        return Ok(AlterAction::RenameTable(c.name("the new name")?));
    }
    let constraint = c.accept(&["constraint"]);
    if !constraint {
        c.accept(&["column"]);
    }
    let from = c.name(if constraint { "a constraint" } else { "a column" })?;
    c.expect(&["to"])?;
    let to = c.name("the new name")?;
    Ok(if constraint { AlterAction::RenameConstraint { from, to } } else { AlterAction::RenameColumn { from, to } })
}

fn action(c: &mut Cursor) -> Result<AlterAction, Located> {
    if c.accept(&["add"]) {
        add(c)
    } else if c.accept(&["validate", "constraint"]) {
        Ok(AlterAction::ValidateConstraint(c.name("a constraint")?))
    } else if c.accept(&["drop", "constraint"]) {
        let if_exists = c.accept(&["if", "exists"]);
        let name = c.name("a constraint")?;
        Ok(AlterAction::DropConstraint { name, if_exists, cascade: cascade(c) })
    } else if c.accept(&["drop"]) {
        c.accept(&["column"]);
        let if_exists = c.accept(&["if", "exists"]);
        let name = c.name("a column")?;
        Ok(AlterAction::DropColumn { name, if_exists, cascade: cascade(c) })
    } else if c.accept(&["alter"]) {
        c.accept(&["column"]);
        let column = c.name("a column")?;
        alter_column(c, column)
    } else if c.sees(&["rename"]) {
        Err(c.refuse(Code::Unsupported, "a rename must be a statement of its own"))
    } else if c.accept(&["enable", "row", "level", "security"]) {
        Ok(AlterAction::RowSecurity(Some(true)))
    } else if c.accept(&["disable", "row", "level", "security"]) {
        Ok(AlterAction::RowSecurity(Some(false)))
    } else if c.accept(&["force", "row", "level", "security"]) || c.accept(&["no", "force", "row", "level", "security"]) {
        // It is about the table's owner, whom requests never are.
        Ok(AlterAction::RowSecurity(None))
    } else if c.accept(&["owner", "to"]) {
        c.name("a role")?;
        Ok(AlterAction::RowSecurity(None))
    } else if c.accept(&["replica", "identity"]) {
        // What changes is told of whole rows anyway.
        let _ = c.accept(&["full"]) || c.accept(&["default"]) || c.accept(&["nothing"]);
        Ok(AlterAction::RowSecurity(None))
    } else if c.sees(&["enable"]) || c.sees(&["disable"]) {
        Err(c.refuse(Code::Unsupported, "triggers and rules are not understood"))
    } else {
        Err(c.unexpected("add, drop, alter, validate, rename, enable or disable"))
    }
}

fn add(c: &mut Cursor) -> Result<AlterAction, Located> {
    if let Some(mut constraint) = column::table_constraint(c)? {
        not_valid(c, &mut constraint)?;
        return Ok(AlterAction::AddConstraint(constraint));
    }
    c.accept(&["column"]);
    let if_not_exists = c.accept(&["if", "not", "exists"]);
    Ok(AlterAction::AddColumn { column: Box::new(column::column(c)?), if_not_exists })
}

/// `not valid`, which only checks can be.
fn not_valid(c: &mut Cursor, constraint: &mut ConstraintDef) -> Result<(), Located> {
    if !c.sees(&["not", "valid"]) {
        return Ok(());
    }
    let ConstraintKind::Check(check) = &mut constraint.kind else {
        return Err(c.refuse(Code::Unsupported, "keys and references hold for all rows: only a check can be \"not valid\""));
    };
    check.not_valid = c.accept(&["not", "valid"]);
    Ok(())
}

fn alter_column(c: &mut Cursor, column: Ident) -> Result<AlterAction, Located> {
    if let Some(action) = generated::set_expression(c, column.clone())? {
        Ok(action)
    } else if c.accept(&["drop", "expression"]) {
        Ok(AlterAction::DropExpression { column, if_exists: c.accept(&["if", "exists"]) })
    } else if c.accept(&["set", "default"]) {
        Ok(AlterAction::SetDefault { column, default: Some(default::default(c)?) })
    } else if c.accept(&["drop", "default"]) {
        Ok(AlterAction::SetDefault { column, default: None })
    } else if c.accept(&["set", "not", "null"]) {
        Ok(AlterAction::SetNotNull { column, not_null: true })
    } else if c.accept(&["drop", "not", "null"]) {
        Ok(AlterAction::SetNotNull { column, not_null: false })
    } else if c.accept(&["set", "data", "type"]) || c.accept(&["type"]) {
        set_type(c, column)
    } else if c.accept(&["add", "generated"]) {
        Ok(AlterAction::AddIdentity { column, identity: column::identity(c)? })
    } else if c.accept(&["drop", "identity"]) {
        Ok(AlterAction::DropIdentity { column, if_exists: c.accept(&["if", "exists"]) })
    } else {
        Err(c.unexpected("type, set default, drop default, set not null, drop not null, add generated, drop identity, set expression or drop expression"))
    }
}

fn set_type(c: &mut Cursor, column: Ident) -> Result<AlterAction, Located> {
    let type_name = data_type(c)?;
    let explicit = c.accept(&["using"]);
    if explicit {
        let refused = |c: &Cursor| {
            c.refuse(Code::Unsupported, "this conversion is not understood").hint(format!("what is: using {column}::type"))
        };
        let parens = c.accept_token(&Token::LParen);
        if c.name("the column")? != column {
            return Err(refused(c));
        }
        if !c.accept_token(&Token::DoubleColon) || data_type(c)? != type_name {
            return Err(refused(c));
        }
        if parens {
            c.expect_token(&Token::RParen)?;
        }
    }
    Ok(AlterAction::SetType { column, type_name, explicit })
}

pub(super) fn alter_type(c: &mut Cursor) -> Result<Change, Located> {
    let name = c.qualified_name("a type")?;
    if c.accept(&["add", "value"]) {
        let if_not_exists = c.accept(&["if", "not", "exists"]);
        let value = c.text("a value in single quotes")?;
        let place = if c.accept(&["before"]) {
            Some(Place::Before(c.text("a value in single quotes")?))
        } else if c.accept(&["after"]) {
            Some(Place::After(c.text("a value in single quotes")?))
        } else {
            None
        };
        Ok(Change::AddEnumValue { name, value, if_not_exists, place })
    } else if c.accept(&["rename", "value"]) {
        let from = c.text("a value in single quotes")?;
        c.expect(&["to"])?;
        Ok(Change::RenameEnumValue { name, from, to: c.text("a value in single quotes")? })
    } else if c.accept(&["rename", "to"]) {
        Ok(Change::RenameEnum { name, to: c.name("the new name")? })
    } else {
        Err(c.unexpected("add value, rename value or rename to"))
    }
}
