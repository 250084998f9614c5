//! Schema changes on SQLite.

mod column;
mod operation;
mod rebuild;
mod schedule;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use tenon_model::{Code, Error, Ident, Result};

pub(super) use self::{
    column::{default_sql, literal},
    operation::Operation,
    rebuild::shown,
    schedule::schedule,
};
use super::{new_columns::NewColumns, obstacles, sql, step::Transition};
use crate::database::Conn;

/// Takes the steps. Foreign keys must not be enforced meanwhile; that all hold in the end is checked here.
///
/// # Errors
/// Whatever stands in the way, with the number of the step that it stops.
pub(super) fn run(conn: &mut Conn, transitions: &[Transition]) -> Result<(), (usize, Error)> {
    let mut rebuilt = BTreeSet::new();
    for (i, (transition, operations)) in transitions.iter().zip(schedule(transitions)).enumerate() {
        take(conn, transition, operations, &mut rebuilt).map_err(|e| (i, e))?;
    }
    let Some(last) = transitions.last() else { return Ok(()) };
    check_references(conn, last, &rebuilt).map_err(|e| (transitions.len() - 1, e))
}

fn take(conn: &mut Conn, transition: &Transition, operations: Vec<Operation>, rebuilt: &mut BTreeSet<Ident>) -> Result<()> {
    if let Some(obstacle) = obstacles::find(conn, transition, &NewColumns::default())?.into_iter().next() {
        return Err(obstacle);
    }
    for operation in operations {
        match operation {
            Operation::Sql(statement) => sql::run(conn, &statement)?,
            Operation::Create(schema, made) => {
                table::create(&schema, &made)?.iter().try_for_each(|statement| sql::run(conn, statement))?;
            }
            Operation::Rebuild(rebuild) => {
                rebuild.run(conn)?;
                rebuilt.insert(rebuild.name().clone());
            }
        }
    }
    Ok(())
}

/// Checks the references of the tables that were written anew, and those to them.
fn check_references(conn: &mut Conn, last: &Transition, rebuilt: &BTreeSet<Ident>) -> Result<()> {
    for table in last.after.tables.values() {
        let touched = rebuilt.contains(&table.name) || table.foreign_keys.iter().any(|k| rebuilt.contains(&k.references));
        if table.foreign_keys.is_empty() || !touched {
            continue;
        }
        let check = format!("select count(*) as n from pragma_foreign_key_check({})", super::dump::text(table.name.as_str()));
        if sql::count(conn, &check)? > 0 {
            let message = format!("the change would leave references of \"{}\" that point nowhere", table.name);
            return Err(Error::new(Code::ForeignKeyViolation, message));
        }
    }
    Ok(())
}
