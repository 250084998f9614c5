//! `grant` and `revoke`: which roles may do what with a table, and which are members of others.

use tenon_model::{Code, Command, Ident, Privileges};

use super::{grant_on, settings, statement::cascade};
use crate::sql::{Cursor, Located};
use crate::tables::change::{Change, Granted};

pub(super) fn grant(c: &mut Cursor, give: bool) -> Result<Change, Located> {
    if let Some(change) = grant_on::other(c, give)? {
        return Ok(change);
    }
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
    let tables = if c.accept(&["all", "tables", "in", "schema"]) {
        c.expect(&["public"])?;
        Vec::new()
    } else {
        c.accept(&["table"]);
        c.separated(|c| c.qualified_name("a table"))?
    };
    let roles = grantees(c, give)?;
    Ok(Change::Grant { give, granted, tables, roles })
}

/// Privileges of PostgreSQL that nobody has use for through the API.
const WITHOUT_USE: [&str; 4] = ["references", "trigger", "truncate", "maintain"];

fn names_privileges(c: &Cursor) -> bool {
    let known = Command::ALL.iter().map(|command| command.as_str());
    c.sees(&["all"]) || known.chain(WITHOUT_USE).any(|word| c.sees(&[word]))
}

/// `to a, b`, `from a, b [cascade]`; without the roles that are past every privilege.
pub(super) fn grantees(c: &mut Cursor, give: bool) -> Result<Vec<Ident>, Located> {
    c.expect(&[if give { "to" } else { "from" }])?;
    let mut all = c.separated(role)?;
    all.retain(|role| !settings::OWNERS.contains(&role.as_str()));
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

pub(super) fn privileges(c: &mut Cursor) -> Result<Privileges, Located> {
    if c.accept(&["all"]) {
        c.accept(&["privileges"]);
        return Ok(Privileges::ALL);
    }
    if WITHOUT_USE.iter().any(|word| c.accept(&[word])) {
        return Ok(Privileges::default());
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
