//! Deletes.

use std::sync::Arc;

use tenon_model::{Caller, Command, Error, Result, Schema, Table};

use super::{
    acted::noted, check_affected, reads, references, refuse_unfiltered, require, require_found, returning::Wanted, undo::undone_if,
    unreadable,
};
use crate::{
    Engine,
    database::Conn,
    records::{
        Delete, Rows,
        access::{self, Rights},
        block::Context,
        policies::{Guard, Rules},
        run::Failure,
        sql::{Alias, Builder, Statement, select},
    },
};

impl Engine {
    /// Deletes rows.
    ///
    /// # Errors
    /// As [`Engine::update`].
    pub async fn delete(&self, caller: &Caller, delete: Delete) -> Result<Rows> {
        let schema = self.schema();
        let rights = Rights::of(caller, &schema)?;
        let all_of_it = (Command::Delete, &mut std::iter::empty() as &mut dyn Iterator<Item = _>);
        let table = require(&rights, &schema, &delete.table, all_of_it, &delete.returning)?;
        require_found(&rights, table, &delete.filter, delete.limit, &delete.order)?;
        refuse_unfiltered("DELETE", &delete.filter, delete.all)?;
        let guard = self.guard(&schema, caller);
        let rules = guard.rules(&delete.table, true)?.without(unreadable(&rights, table));
        let attribution = self.attribution(&schema, &delete.table, caller);
        let acted = self.acted(caller, &delete.table, "delete");
        let delete = guarded(&guard, delete)?;
        let deleting = Deleting { schema: guard.seen_all(&schema), delete, rules };
        self.database()
            .write(move |conn| {
                attribution.of(conn, |conn| {
                    undone_if(conn, deleting.delete.rollback, |conn| {
                        noted(conn, acted.as_ref(), |conn| deleting.run(conn), |r| r.rows)
                    })
                })
            })
            .await
    }
}

/// The delete of what the caller may delete.
fn guarded(guard: &Guard<'_>, mut delete: Delete) -> Result<Delete> {
    let reads = reads(&delete.filter, delete.limit, &delete.returning);
    delete.filter = guard.written(&delete.table, Command::Delete, delete.filter, reads)?;
    delete.order = guard.order(&delete.table, delete.order)?;
    delete.returning = guard.returning(&delete.table, delete.returning)?;
    Ok(delete)
}

/// A delete, checked.
struct Deleting {
    schema: Arc<Schema>,
    delete: Delete,
    rules: Rules,
}

impl Deleting {
    fn run(&self, conn: &mut Conn) -> Result<Rows> {
        let delete = &self.delete;
        let table = access::table(&self.schema, &delete.table)?;
        let context = Context { engine: conn.kind(), schema: &self.schema };
        let mut wanted = Wanted::new(context, table, &delete.returning)?;
        if !select::is_point(&delete.filter, table) {
            wanted = wanted.sorted();
        }
        let mut collector = wanted.collector();
        let statement = self.statement(context, table, &wanted)?;
        if let Err(failure) = collector.run(conn, &statement) {
            return Err(self.rules.discreet(self.explain(conn, context, table, failure)));
        }
        check_affected(collector.rows(), delete.max_affected)?;
        wanted.finish(conn, collector)
    }

    fn statement(&self, context: Context<'_>, table: &Table, wanted: &Wanted<'_>) -> Result<Statement> {
        let delete = &self.delete;
        let mut b = Builder::new(context.engine, context.schema);
        b.push("delete from ").table(&table.name, Alias::ROOT);
        b.where_rows(table, &delete.filter, &delete.order, delete.limit)?;
        b.returning(&table.name, true, wanted.columns())?;
        b.finish()
    }

    fn explain(&self, conn: &mut Conn, context: Context<'_>, table: &Table, failure: Failure) -> Error {
        references::explain(conn, context, table, failure, &|_| None, |conn| {
            references::still_referenced(conn, context, table, &self.delete.filter, &|key| Some(key.on_delete))
        })
    }
}
