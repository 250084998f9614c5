//! Writes that are made only to see what would come of them.

use diesel::connection::SimpleConnection;
use tenon_model::Result;

use crate::database::{Conn, Translate};

/// Does the work; with `rollback`, undoes it and keeps its answer.
pub(super) fn undone_if<T>(conn: &mut Conn, rollback: bool, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    if !rollback {
        return work(conn);
    }
    conn.batch_execute("savepoint tenon_undo").translate()?;
    let answer = work(conn)?;
    conn.batch_execute("rollback to savepoint tenon_undo; release savepoint tenon_undo").translate()?;
    Ok(answer)
}
