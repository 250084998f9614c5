//! `grant` and `revoke`: which roles may do what with a table.

use tenon_model::{Code, Privileges, Role};

use crate::sql::{Cursor, Located};
use crate::tables::change::Change;

pub(super) fn grant(c: &mut Cursor, give: bool) -> Result<Change, Located> {
    let privileges = privileges(c)?;
    c.expect(&["on"])?;
    c.accept(&["table"]);
    let tables = c.separated(|c| c.qualified_name("a table"))?;
    c.expect(&[if give { "to" } else { "from" }])?;
    let roles = c.separated(role)?;
    Ok(Change::Grant { give, privileges, tables, roles })
}

fn privileges(c: &mut Cursor) -> Result<Privileges, Located> {
    if c.accept(&["all"]) {
        c.accept(&["privileges"]);
        return Ok(Privileges { select: true, insert: true, update: true, delete: true });
    }
    let mut all = Privileges::default();
    c.separated(|c| {
        let privilege = if c.accept(&["select"]) {
            &mut all.select
        } else if c.accept(&["insert"]) {
            &mut all.insert
        } else if c.accept(&["update"]) {
            &mut all.update
        } else if c.accept(&["delete"]) {
            &mut all.delete
        } else {
            return Err(c.refuse(Code::Unsupported, "the privileges are select, insert, update, delete and all"));
        };
        *privilege = true;
        Ok(())
    })?;
    Ok(all)
}

pub(super) fn role(c: &mut Cursor) -> Result<Role, Located> {
    let refused = c.refuse(Code::Unsupported, "the roles are anon and authenticated");
    match c.name("a role")?.as_str() {
        "anon" => Ok(Role::Anon),
        "authenticated" => Ok(Role::Authenticated),
        "service_role" => {
            let refused = Located::new(*refused.error, refused.at);
            Err(refused.hint("service_role is past every privilege already".to_owned()))
        }
        _ => Err(refused),
    }
}
