//! `create table`, `create index`, `create type … as enum`; and where the others are.

use sqlparser::tokenizer::Token;
use tenon_model::{Code, Ident, IndexColumn};

use super::{column, policy, role, transition};
use crate::sql::{Cursor, Located};
use crate::tables::change::{Change, ColumnDef, ConstraintDef};

pub(super) fn create(c: &mut Cursor) -> Result<Change, Located> {
    if c.accept(&["table"]) {
        create_table(c)
    } else if c.accept(&["unique", "index"]) {
        create_index(c, true)
    } else if c.accept(&["index"]) {
        create_index(c, false)
    } else if c.accept(&["type"]) {
        create_enum(c)
    } else if c.accept(&["policy"]) {
        policy::create(c)
    } else if c.accept(&["role"]) {
        role::create(c)
    } else if c.accept(&["transition"]) {
        transition::create(c)
    } else {
        Err(c.refuse(Code::Unsupported, "only tables, indexes, enum types, policies, transitions and roles can be created"))
    }
}

enum Element {
    Column(Box<ColumnDef>),
    Constraint(ConstraintDef),
}

fn create_table(c: &mut Cursor) -> Result<Change, Located> {
    let if_not_exists = c.accept(&["if", "not", "exists"]);
    let name = c.qualified_name("the table's name")?;
    c.expect_token(&Token::LParen)?;
    let elements = c.separated(|c| match column::table_constraint(c)? {
        Some(constraint) => Ok(Element::Constraint(constraint)),
        None => Ok(Element::Column(Box::new(column::column(c)?))),
    })?;
    c.expect_token(&Token::RParen)?;
    let (mut columns, mut constraints) = (Vec::new(), Vec::new());
    for element in elements {
        match element {
            Element::Column(column) => columns.push(*column),
            Element::Constraint(constraint) => constraints.push(constraint),
        }
    }
    Ok(Change::CreateTable { name, if_not_exists, columns, constraints })
}

fn create_index(c: &mut Cursor, unique: bool) -> Result<Change, Located> {
    if c.sees(&["concurrently"]) {
        return Err(c.refuse(Code::Unsupported, "\"concurrently\" is not understood"));
    }
    let if_not_exists = c.accept(&["if", "not", "exists"]);
    let name: Option<Ident> = if c.sees(&["on"]) { None } else { Some(c.name("the index's name")?) };
    c.expect(&["on"])?;
    let table = c.qualified_name("a table")?;
    if c.accept(&["using"]) && !c.accept(&["btree"]) {
        return Err(c.refuse(Code::Unsupported, "btree is the only kind of index"));
    }
    c.expect_token(&Token::LParen)?;
    let columns = c.separated(index_column)?;
    c.expect_token(&Token::RParen)?;
    if c.sees(&["where"]) {
        return Err(c.refuse(Code::Unsupported, "an index over a part of the rows is not understood"));
    }
    Ok(Change::CreateIndex { name, if_not_exists, table, columns, unique })
}

fn index_column(c: &mut Cursor) -> Result<IndexColumn, Located> {
    if *c.peek() == Token::LParen {
        return Err(c.refuse(Code::Unsupported, "an index over an expression is not understood"));
    }
    let column = c.name("a column")?;
    let descending = c.accept(&["desc"]);
    if !descending {
        c.accept(&["asc"]);
    }
    if c.sees(&["nulls"]) {
        return Err(c.refuse(Code::Unsupported, "the place of nulls in an index cannot be chosen"));
    }
    Ok(IndexColumn { column, descending })
}

fn create_enum(c: &mut Cursor) -> Result<Change, Located> {
    let name = c.qualified_name("the type's name")?;
    if !c.accept(&["as", "enum"]) {
        return Err(c.refuse(Code::Unsupported, "only enum types can be created: create type … as enum (…)"));
    }
    c.expect_token(&Token::LParen)?;
    let values = c.separated(|c| c.text("a value in single quotes"))?;
    c.expect_token(&Token::RParen)?;
    Ok(Change::CreateEnum { name, values })
}
