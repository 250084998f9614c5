//! Which statement it is.

use sqlparser::tokenizer::Token;
use tenon_model::Code;

use super::{alter, create, grant, grant_on, policy, role, settings, transition};
use crate::sql::{Cursor, Located};
use crate::tables::change::{Change, Commented, Drop};

pub(super) fn statement(c: &mut Cursor) -> Result<Change, Located> {
    if let Some(change) = settings::nothing(c)? {
        Ok(change)
    } else if c.accept(&["create"]) {
        create::create(c)
    } else if c.accept(&["alter", "table"]) {
        alter::alter_table(c)
    } else if c.accept(&["alter", "type"]) {
        alter::alter_type(c)
    } else if c.accept(&["alter", "policy"]) {
        policy::alter(c)
    } else if c.accept(&["drop", "policy"]) {
        policy::drop(c)
    } else if c.accept(&["alter", "transition"]) {
        transition::alter(c)
    } else if c.accept(&["drop", "transition"]) {
        transition::drop(c)
    } else if c.accept(&["alter", "role"]) {
        role::alter(c)
    } else if c.accept(&["drop", "role"]) {
        role::drop(c)
    } else if c.accept(&["drop"]) {
        drop(c)
    } else if c.accept(&["comment", "on"]) {
        comment(c)
    } else if c.accept(&["grant"]) {
        grant::grant(c, true)
    } else if c.accept(&["revoke"]) {
        grant::grant(c, false)
    } else {
        Err(not_understood(c))
    }
}

fn not_understood(c: &Cursor) -> Located {
    const TRANSACTION: [&str; 3] = ["rollback", "abort", "savepoint"];
    const DATA: [&str; 8] = ["select", "insert", "update", "delete", "with", "copy", "truncate", "merge"];
    let is_one_of = |words: &[&str]| words.iter().any(|w| c.sees(&[w]));
    if is_one_of(&TRANSACTION) {
        return c
            .refuse(Code::Unsupported, "transaction statements are not taken here")
            .hint("all statements together are one transaction already".to_owned());
    }
    if is_one_of(&DATA) {
        return c
            .refuse(Code::Unsupported, "only statements that change the schema are taken here")
            .hint("records are read and written through the API, the Studio and import".to_owned());
    }
    if !matches!(c.peek(), Token::Word(_)) {
        return c.unexpected("a statement");
    }
    c.refuse(Code::Unsupported, "this statement is not understood").hint(
        "create table, alter table, drop table, create index, drop index, create type … as enum, alter type, drop type, \
         create policy, alter policy, drop policy, create transition, alter transition, drop transition, create role, alter role, \
         drop role, create view, drop view, create function, drop function, comment on, grant and revoke are"
            .to_owned(),
    )
}

fn drop(c: &mut Cursor) -> Result<Change, Located> {
    let (what, make): (_, fn(Drop) -> Change) = if c.accept(&["table"]) {
        ("a table", Change::DropTables)
    } else if c.accept(&["index"]) {
        ("an index", Change::DropIndexes)
    } else if c.accept(&["type"]) {
        ("a type", Change::DropEnums)
    } else if c.accept(&["view"]) {
        ("a view", Change::DropViews)
    } else if c.accept(&["function"]) {
        return drop_functions(c);
    } else {
        let message = "only tables, indexes, types, policies, transitions, roles, views and functions can be dropped";
        return Err(c.refuse(Code::Unsupported, message));
    };
    // A change of the schema is one transaction, which others wait for.
    c.accept(&["concurrently"]);
    let if_exists = c.accept(&["if", "exists"]);
    let names = c.separated(|c| c.qualified_name(what))?;
    Ok(make(Drop { names, if_exists, cascade: cascade(c) }))
}

fn drop_functions(c: &mut Cursor) -> Result<Change, Located> {
    let if_exists = c.accept(&["if", "exists"]);
    let names = c.separated(grant_on::named)?;
    Ok(Change::DropFunctions(Drop { names, if_exists, cascade: cascade(c) }))
}

/// `[cascade | restrict]`.
pub(super) fn cascade(c: &mut Cursor) -> bool {
    let cascade = c.accept(&["cascade"]);
    if !cascade {
        c.accept(&["restrict"]);
    }
    cascade
}

fn comment(c: &mut Cursor) -> Result<Change, Located> {
    let on = if c.accept(&["table"]) {
        Commented::Table(c.qualified_name("a table")?)
    } else if c.accept(&["type"]) {
        Commented::Enum(c.qualified_name("a type")?)
    } else if c.accept(&["role"]) {
        Commented::Role(c.name("a role")?)
    } else if c.accept(&["view"]) {
        Commented::View(c.qualified_name("a view")?)
    } else if c.accept(&["function"]) {
        Commented::Function(grant_on::named(c)?)
    } else if c.accept(&["column"]) {
        commented_column(c)?
    } else if c.accept(&["transition"]) {
        transition::commented(c)?
    } else if c.accept(&["constraint"]) {
        let name = c.name("a constraint")?;
        c.expect(&["on"])?;
        Commented::Constraint { table: c.qualified_name("a table")?, name }
    } else if c.accept(&["policy"]) {
        let (name, table) = policy::name_on_table(c)?;
        Commented::Policy(name, table)
    } else {
        let message = "only tables, columns, types, policies, transitions, roles, views, functions and check constraints can have \
                       comments";
        return Err(c.refuse(Code::Unsupported, message));
    };
    c.expect(&["is"])?;
    let text = if c.accept(&["null"]) { None } else { Some(c.text("a comment in single quotes, or null")?) };
    Ok(Change::Comment { on, text: text.filter(|t| !t.is_empty()) })
}

/// `table.column` or `public.table.column`.
fn commented_column(c: &mut Cursor) -> Result<Commented, Located> {
    let first = c.name("a table")?;
    c.expect_token(&Token::Period)?;
    let second = c.name("a column")?;
    if !c.accept_token(&Token::Period) {
        return Ok(Commented::Column(first, second));
    }
    if first != "public" {
        return Err(c.refuse(Code::Unsupported, format!("there is no schema \"{first}\": everything is in \"public\"")));
    }
    Ok(Commented::Column(second, c.name("a column")?))
}
