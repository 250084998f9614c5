//! Taking back a table that nobody came to use.

use std::sync::Arc;

use tenon_model::{Caller, Result, Table};

use super::{
    catalog,
    change_set::{self, Source},
    require_builder, sql,
};
use crate::{
    Engine,
    database::{Conn, EngineKind},
};

impl Engine {
    /// Drops a table if it still is as it was made and has no row; whether it did.
    ///
    /// # Errors
    /// [`tenon_model::Code::Forbidden`] unless the caller may build; another table that refers to it.
    pub(crate) async fn discard_table(&self, caller: &Caller, made: Arc<Table>) -> Result<bool> {
        require_builder(caller)?;
        let text = format!("drop table {};", made.name.quoted());
        let source = Source { sql: text, path: None, file: None, who: caller.label().to_owned(), noted: self.noted(caller) };
        let statements = source.parse()?;
        let discard = move |conn: &mut Conn| {
            if is_unused(conn, &made)? { change_set::change(conn, &source, &statements).map(Some) } else { Ok(None) }
        };
        let Some((schema, _)) = self.database().write_unchecked(discard).await? else { return Ok(false) };
        self.publish_schema(schema);
        Ok(true)
    }
}

/// Whether the table is as it was made and empty; nobody can change that before the unit ends.
fn is_unused(conn: &mut Conn, made: &Table) -> Result<bool> {
    let name = made.name.quoted();
    if conn.kind() == EngineKind::Postgres {
        sql::run(conn, &format!("lock table {name} in access exclusive mode"))?;
    }
    if catalog::load(conn)?.table(made.name.as_str()).is_none_or(|table| **table != *made) {
        return Ok(false);
    }
    Ok(sql::count(conn, &format!("select count(*) as n from (select 1 from {name} limit 1) as one_row"))? == 0)
}
