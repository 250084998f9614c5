//! Schema changes on PostgreSQL.

mod column;
mod enums;
mod statement;

use tenon_model::{Error, Result};

pub(super) use self::column::default_value;
pub(crate) use self::statement::{foreign_key, referenced_columns};
use super::{new_columns::NewColumns, obstacles, sql, step::Transition};
use crate::database::Conn;

/// Takes the steps.
///
/// # Errors
/// Whatever stands in the way, with the number of the step that it stops.
pub(super) fn run(conn: &mut Conn, transitions: &[Transition]) -> Result<(), (usize, Error)> {
    for (i, transition) in transitions.iter().enumerate() {
        take(conn, transition, &transitions[i + 1..]).map_err(|e| (i, e))?;
    }
    Ok(())
}

fn take(conn: &mut Conn, transition: &Transition, later: &[Transition]) -> Result<()> {
    if let Some(obstacle) = obstacles::find(conn, transition, &NewColumns::default())?.into_iter().next() {
        return Err(obstacle);
    }
    statement::statements(transition, later)?.iter().try_for_each(|statement| sql::run(conn, statement))
}
