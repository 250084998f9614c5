//! Updates.

use tenon_model::{Caller, Code, Command, Error, Expr, Ident, OrderBy, Result, Schema, Table};

use super::{
    acted::noted, check, check_affected, reads, references, refuse_unfiltered, require, require_found, returning::Wanted,
    undo::undone_if, unreadable,
};
use crate::{
    Engine,
    database::Conn,
    records::{
        Rows, Update,
        access::{self, Rights},
        block::Context,
        policies::{Guard, Rules},
        run::{self, Failure},
        sql::{Alias, Builder, Root, Shown, Statement, select},
    },
};

impl Engine {
    /// Updates rows.
    ///
    /// # Errors
    /// As [`Engine::insert`], and [`Code::UnfilteredWrite`].
    pub async fn update(&self, caller: &Caller, update: Update) -> Result<Rows> {
        let schema = self.schema();
        let rights = Rights::of(caller, &schema)?;
        let changed = (Command::Update, &mut update.set.keys() as &mut dyn Iterator<Item = _>);
        let table = require(&rights, &schema, &update.table, changed, &update.returning)?;
        require_found(&rights, table, &update.filter, update.limit, &update.order)?;
        refuse_unfiltered("UPDATE", &update.filter, update.all)?;
        check_update(&schema, table, &update)?;
        let guard = self.guard(&schema, caller);
        let rules = guard.rules(&update.table, reads(&update.filter, update.limit, &update.returning))?;
        let rules = rules.without(unreadable(&rights, table));
        let attribution = self.attribution(&schema, &update.table, caller);
        let acted = self.acted(caller, &update.table, "update");
        let update = guarded(&guard, update)?;
        let seen = guard.seen_all(&schema);
        self.database()
            .write(move |conn| {
                rules.begin(conn)?;
                attribution.of(conn, |conn| {
                    undone_if(conn, update.rollback, |conn| {
                        noted(conn, acted.as_ref(), |conn| run_update(conn, &seen, &update, &rules), |done| done.rows)
                    })
                })
            })
            .await
    }
}

/// The update of what the caller may update.
fn guarded(guard: &Guard<'_>, mut update: Update) -> Result<Update> {
    let reads = reads(&update.filter, update.limit, &update.returning);
    update.filter = guard.written(&update.table, Command::Update, update.filter, reads)?;
    update.order = guard.order(&update.table, update.order)?;
    update.returning = guard.returning(&update.table, update.returning)?;
    Ok(update)
}

/// Checks the new values.
///
/// # Errors
/// All that is wrong with them at once.
pub(crate) fn check_update(schema: &Schema, table: &Table, update: &Update) -> Result<()> {
    let mut faults = Vec::new();
    for (name, value) in &update.set {
        let column = table.require_column(name.as_str())?;
        faults.extend(check::changed_identity(column).or_else(|| check::value(schema, table, column, value)));
    }
    check::refuse(faults)
}

/// Runs a checked update.
///
/// # Errors
/// The violations.
pub(crate) fn run_update(conn: &mut Conn, schema: &Schema, update: &Update, rules: &Rules) -> Result<Rows> {
    Updating { schema, update, rules }.run(conn)
}

/// An update, checked.
struct Updating<'u> {
    schema: &'u Schema,
    update: &'u Update,
    rules: &'u Rules,
}

impl Updating<'_> {
    fn run(&self, conn: &mut Conn) -> Result<Rows> {
        let update = self.update;
        let table = access::table(self.schema, &update.table)?;
        let context = Context { engine: conn.kind(), schema: self.schema };
        let mut wanted = Wanted::new(context, table, &update.returning)?;
        if !select::is_point(&update.filter, table) {
            wanted = wanted.sorted();
        }
        let mut collector = wanted.collector();
        if !update.set.is_empty() {
            self.rules.updated(conn, context, table, update)?;
            self.rules.moves.updated(conn, context, table, update)?;
            let statement = self.statement(context, table, &wanted)?;
            if let Err(failure) = collector.run(conn, &statement) {
                return Err(self.rules.discreet(self.explain(conn, context, table, failure)));
            }
        }
        check_affected(collector.rows(), update.max_affected)?;
        wanted.finish(conn, collector)
    }

    fn statement(&self, context: Context<'_>, table: &Table, wanted: &Wanted<'_>) -> Result<Statement> {
        let update = self.update;
        let mut b = Builder::new(context.engine, context.schema);
        b.push("update ").table(&table.name, Alias::ROOT).push(" set ");
        for (index, (name, value)) in update.set.iter().enumerate() {
            b.push(if index > 0 { ", " } else { "" });
            let column = table.require_column(name.as_str())?;
            b.ident(name).push(" = ").value(value, &column.data_type);
        }
        b.where_rows(table, &update.filter, &update.order, update.limit)?;
        b.returning(&table.name, true, wanted.columns())?;
        b.finish()
    }

    fn explain(&self, conn: &mut Conn, context: Context<'_>, table: &Table, failure: Failure) -> Error {
        let set = |name: &Ident| self.update.set.get(name).cloned();
        let known = |name: &Ident| table.column(name.as_str()).and_then(|c| set(name)?.to_pg_text(&c.data_type));
        let unchanged = match &failure {
            Failure::Database(error) if context.is_sqlite() && is_taken(error) => self.unchanged(conn, context, table),
            _ => Vec::new(),
        };
        let value = |name: &Ident| known(name).or_else(|| unchanged.iter().find(|(n, _)| n == name).map(|(_, text)| text.clone()));
        references::explain(conn, context, table, failure, &value, |conn| {
            if let Some(error) = references::broken_by_change(conn, context, table, &self.update.filter, &set)? {
                return Ok(Some(error));
            }
            references::still_referenced(conn, context, table, &self.update.filter, &|key| {
                key.referenced_columns.iter().any(|name| self.update.set.contains_key(name)).then_some(key.on_update)
            })
        })
    }

    /// The first row's values in the columns of keys that the update leaves alone, for the details of a taken key.
    fn unchanged(&self, conn: &mut Conn, context: Context<'_>, table: &Table) -> Vec<(Ident, String)> {
        let keys = table.primary_key.iter().chain(&table.uniques).flat_map(|key| &key.columns);
        let indexed = table.indexes.iter().filter(|index| index.unique).flat_map(|index| index.columns.iter().map(|c| &c.column));
        let columns: Vec<_> = keys
            .chain(indexed)
            .filter(|name| !self.update.set.contains_key(*name))
            .filter_map(|name| table.column(name.as_str()))
            .collect();
        let shown: Vec<_> = columns.iter().map(|column| Shown::column(&column.name, &column.data_type)).collect();
        let rows = crate::records::sql::Rows {
            table: &table.name,
            filter: &self.update.filter,
            order: &self.update.order,
            limit: Some(1),
            offset: 0,
        };
        let texts = select::select(context.engine, context.schema, &shown, &rows)
            .and_then(|statement| run::texts(conn, &statement, columns.len()));
        let Ok(Some(texts)) = texts else { return Vec::new() };
        columns.iter().zip(texts).filter_map(|(column, text)| Some((column.name.clone(), text?))).collect()
    }
}

fn is_taken(error: &diesel::result::Error) -> bool {
    crate::database::errors::violation(error).is_some_and(|violation| violation.code == Code::UniqueViolation)
}

impl Builder<'_> {
    /// ` where …` of an update or delete of the root: the rows that the filter meets, or the first of them.
    pub(crate) fn where_rows(&mut self, table: &Table, filter: &Expr, order: &[OrderBy], limit: Option<u64>) -> Result<()> {
        let Some(limit) = limit else { return self.where_filter(Alias::ROOT, filter) };
        let inner = self.fresh_alias();
        let key = table.key_columns();
        let row_id = if self.is_sqlite() { "_rowid_" } else { "ctid" };
        self.push(" where (");
        self.key_list(Alias::ROOT, key, row_id);
        self.push(") in (select ");
        self.key_list(inner, key, row_id);
        self.push(" from ").table(&table.name, inner);
        self.where_filter(inner, filter)?;
        if !order.is_empty() || !key.is_empty() {
            self.push(" order by ");
            self.order(&table.name, inner, order, true)?;
        }
        self.limit(Some(limit), 0).push(")");
        Ok(())
    }

    fn key_list(&mut self, alias: Alias, key: &[Ident], row_id: &str) {
        if key.is_empty() {
            self.alias(alias).push(".").push(row_id);
        }
        for (index, name) in key.iter().enumerate() {
            self.push(if index > 0 { ", " } else { "" });
            self.column(alias, name);
        }
    }

    /// ` returning …` of a write to that table, unless nothing is wanted. `aliased` says whether the statement calls it the
    /// root; SQLite does not know it by that here.
    pub(super) fn returning(&mut self, table: &Ident, aliased: bool, columns: Option<&[Shown<'_>]>) -> Result<()> {
        let Some(columns) = columns else { return Ok(()) };
        if self.is_sqlite() || !aliased {
            self.root = Root::Table(table.clone());
        }
        self.push(" returning ");
        self.select_list(None, columns)
    }
}
