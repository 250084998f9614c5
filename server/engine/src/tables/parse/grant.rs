//! `grant` and `revoke`: which roles may do what with a table, and which are members of others.

use tenon_model::{Code, Command, Ident, Privileges};

use super::statement::cascade;
use crate::sql::{Cursor, Located};
use crate::tables::change::{Change, Granted};

pub(super) fn grant(c: &mut Cursor, give: bool) -> Result<Change, Located> {
    let named = names_privileges(c);
    let not_a_privilege = c.refuse(Code::Unsupported, "the privileges are select, insert, update, delete and all");
    if !named {
        let roles = c.separated(role)?;
        if c.sees(&["on"]) {
            return Err(not_a_privilege);
        }
        let members = grantees(c, give)?;
        return Ok(Change::GrantRoles { give, roles, members });
    }
    let granted = c.separated(granted)?;
    c.expect(&["on"])?;
    c.accept(&["table"]);
    let tables = c.separated(|c| c.qualified_name("a table"))?;
    let roles = grantees(c, give)?;
    Ok(Change::Grant { give, granted, tables, roles })
}

fn names_privileges(c: &Cursor) -> bool {
    c.sees(&["all"]) || Command::ALL.iter().any(|command| c.sees(&[command.as_str()]))
}

/// `to a, b`, `from a, b [cascade]`.
fn grantees(c: &mut Cursor, give: bool) -> Result<Vec<Ident>, Located> {
    c.expect(&[if give { "to" } else { "from" }])?;
    let all = c.separated(role)?;
    if !give {
        cascade(c);
    }
    Ok(all)
}

/// A privilege, on the whole table or on columns.
fn granted(c: &mut Cursor) -> Result<Granted, Located> {
    let at = c.refuse(Code::Unsupported, "rows are removed as a whole: delete is not for columns");
    let commands = privileges(c)?;
    if !c.sees_list() {
        return Ok(Granted { commands, columns: None });
    }
    let columns = Some(c.name_list("a column")?);
    match (commands == Privileges::ALL, commands.delete) {
        // `all (a)` is all that there is for a column.
        (true, _) => Ok(Granted { commands: Privileges { delete: false, ..commands }, columns }),
        (false, true) => Err(at),
        (false, false) => Ok(Granted { commands, columns }),
    }
}

fn privileges(c: &mut Cursor) -> Result<Privileges, Located> {
    if c.accept(&["all"]) {
        c.accept(&["privileges"]);
        return Ok(Privileges::ALL);
    }
    let found = Command::ALL.into_iter().find(|command| c.accept(&[command.as_str()]));
    let refused = || c.refuse(Code::Unsupported, "the privileges are select, insert, update, delete and all");
    let mut one = Privileges::default();
    one.set(found.ok_or_else(refused)?, true);
    Ok(one)
}

/// The name of a role, or `public`.
pub(super) fn role(c: &mut Cursor) -> Result<Ident, Located> {
    c.name("a role")
}
