//! `create role`, `alter role`, `drop role`.

use tenon_model::{Code, Ident};

use super::grant;
use crate::sql::{Cursor, Located};
use crate::tables::change::{Change, Drop, RoleDef};

/// What roles of a server can have beside these, and an application's have not: in PostgreSQL the default, and so no news.
const WITHOUT: [&str; 6] = ["nologin", "nosuperuser", "nocreatedb", "nocreaterole", "noreplication", "nobypassrls"];

/// `name [with] [inherit | noinherit] [in role a, b] [role c, d]`.
pub(super) fn create(c: &mut Cursor) -> Result<Change, Located> {
    let mut def = RoleDef { name: c.name("the role's name")?, inherit: true, member_of: Vec::new(), members: Vec::new() };
    c.accept(&["with"]);
    while !at_end(c) {
        if let Some(inherit) = inherits(c) {
            def.inherit = inherit;
        } else if c.accept(&["in", "role"]) || c.accept(&["in", "group"]) {
            def.member_of.extend(names(c)?);
        } else if c.accept(&["role"]) {
            def.members.extend(names(c)?);
        } else {
            option(c)?;
        }
    }
    Ok(Change::CreateRole(def))
}

/// `name [with] inherit | noinherit`.
pub(super) fn alter(c: &mut Cursor) -> Result<Change, Located> {
    let name = c.name("a role")?;
    c.accept(&["with"]);
    let mut inherit = None;
    while !at_end(c) {
        match inherits(c) {
            Some(found) => inherit = Some(found),
            None => option(c)?,
        }
    }
    Ok(Change::AlterRole { name, inherit })
}

pub(super) fn drop(c: &mut Cursor) -> Result<Change, Located> {
    let if_exists = c.accept(&["if", "exists"]);
    Ok(Change::DropRoles(Drop { names: names(c)?, if_exists, cascade: false }))
}

fn at_end(c: &Cursor) -> bool {
    c.at_end() || *c.peek() == sqlparser::tokenizer::Token::SemiColon
}

fn names(c: &mut Cursor) -> Result<Vec<Ident>, Located> {
    c.separated(grant::role)
}

fn inherits(c: &mut Cursor) -> Option<bool> {
    if c.accept(&["inherit"]) { Some(true) } else { c.accept(&["noinherit"]).then_some(false) }
}

fn option(c: &mut Cursor) -> Result<(), Located> {
    if WITHOUT.iter().any(|word| c.accept(&[word])) {
        return Ok(());
    }
    let refused = c.refuse(Code::Unsupported, "the options of a role are inherit, noinherit, in role and role");
    Err(refused.hint("roles are the application's: users get them, and nobody signs in to the database by them".to_owned()))
}
