//! The shape of the user's data: SQL in, schema changes out, on either engine.

mod apply;
mod calculated;
pub(crate) mod catalog;
pub mod change;
mod change_set;
mod checks;
pub(crate) mod computed;
#[cfg(test)]
mod computed_tests;
mod convert;
mod discard;
pub(crate) mod dump;
mod holders;
mod late;
mod migrate;
mod new_columns;
mod obstacles;
pub mod parse;
mod plan;
#[cfg(test)]
mod policy_tests;
pub(crate) mod postgres;
#[cfg(test)]
mod role_tests;
mod sql;
mod sqlite;
pub(crate) mod states;
mod step;
mod steps;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod transition_tests;

use std::{path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};
use tenon_model::{Caller, Check, Code, Command, Error, Expr, Ident, Policy, Result, Role, Schema, StateTransition, Table};

use self::{change_set::Source, migrate::Migration};
use crate::{
    Engine,
    audit::{Actor, Client},
    records::{run, sql::select},
};

/// What a change of the schema would do, before it is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaPlan {
    /// The statements as Tenon understood them, in the dialect that `migrate` takes; one line each or more.
    pub sql: String,
    /// What each would do and cost, in order.
    pub effects: Vec<Effect>,
    /// Why it would fail on the data that is there, if it would (e.g. nulls in a column that is to be not null).
    pub obstacles: Vec<Error>,
    /// Rows that a new check would refuse; each is among the obstacles, too.
    #[serde(default)]
    pub failing: Vec<FailingRows>,
}

/// Rows that do not pass a check that is to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingRows {
    /// The table.
    pub table: Ident,
    /// The check.
    pub check: Ident,
    /// How many rows there are.
    pub count: u64,
    /// The keys of the first hundred, each as the canonical texts of its columns; none for a table without a primary key.
    pub keys: Vec<Vec<String>>,
}

/// What one statement would do and cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// In a sentence for a person, e.g. `Adds the column "email" to "users".`
    pub summary: String,
    /// Rows that are written anew (a table rebuild on SQLite, a rewrite on PostgreSQL).
    pub rows_rewritten: u64,
    /// Rows of dropped tables, or values of dropped columns, that are lost for good.
    pub values_lost: u64,
    /// Whether `values_lost` counts whole rows.
    #[serde(default)]
    pub whole_rows: bool,
}

/// A recorded change of the schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaChange {
    /// The schema's version after it.
    pub version: i64,
    /// Who made it.
    pub who: String,
    /// When, in RFC 3339, UTC.
    pub at: String,
    /// The SQL as applied.
    pub sql: String,
    /// The migration file's name, if it came from one.
    pub file: Option<String>,
    /// How long it took, in microseconds.
    pub duration_us: i64,
}

/// A migration to apply once.
#[derive(Clone, Debug)]
pub struct MigrationFile {
    /// Its file name without folders: what it is known by.
    pub name: String,
    /// Where it was read, for messages.
    pub path: PathBuf,
    /// Its text.
    pub sql: String,
}

/// What became of a migration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MigrationOutcome {
    /// Applied now.
    Applied(SchemaChange),
    /// Applied before; nothing done.
    Skipped,
}

/// How large a table is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSize {
    /// The table.
    pub table: Ident,
    /// Its rows, counted.
    pub rows: u64,
}

/// The schema that a text of SQL makes from nothing. Needs no database.
///
/// # Errors
/// As [`parse::parse`], and whatever makes a statement impossible.
pub fn schema_from_sql(sql: &str) -> Result<Schema> {
    let mut schema = Arc::<Schema>::default();
    let statements = parse::parse(sql)?;
    for steps in steps::resolve(&schema, &statements).map_err(|(_, misfit)| Error::from(misfit))? {
        if let Some(last) = steps.into_iter().last() {
            schema = last.after;
        }
    }
    Ok(Arc::unwrap_or_clone(schema))
}

/// The schema that a text of SQL makes of another one. Needs no database.
///
/// # Errors
/// As [`schema_from_sql`].
pub(crate) fn schema_after(schema: &Arc<Schema>, sql: &str) -> Result<Arc<Schema>> {
    let mut after = Arc::clone(schema);
    for statement in parse::parse(sql)? {
        if let Some(last) = apply::apply(&after, &statement.change)?.pop() {
            after = last.after;
        }
    }
    Ok(after)
}

/// The SQL that makes a schema: what [`schema_from_sql`] and [`Engine::migrate`] take.
#[must_use]
pub fn schema_to_sql(schema: &Schema) -> String {
    dump::dump(schema)
}

/// `create policy …`, which makes that policy on that table; without a semicolon.
#[must_use]
pub fn policy_to_sql(table: &Table, policy: &Policy) -> String {
    dump::create_policy(table, policy)
}

/// `create transition …`, which makes that transition on that table; without a semicolon.
#[must_use]
pub fn transition_to_sql(table: &Table, transition: &StateTransition) -> String {
    dump::create_transition(table, transition)
}

/// The statements that add a check with its message to a table that is there.
#[must_use]
pub fn check_to_sql(table: &Table, check: &Check) -> String {
    dump::add_check_with_message(table, check)
}

/// The name that a check of a table gets if it is given none.
///
/// # Errors
/// None that is known: there are more names than checks.
pub fn check_name(schema: &Schema, table: &Table, expr: &Expr) -> Result<Ident> {
    apply::name_check(schema, table, expr)
}

fn require_builder(caller: &Caller) -> Result<()> {
    if caller.may_build() {
        return Ok(());
    }
    Err(Error::new(Code::Forbidden, "only builders and owners may work on the schema"))
}

impl Engine {
    /// What a change of the schema would do; nothing is applied.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build; [`Code::InvalidSyntax`] and [`Code::Unsupported`] with `details`
    /// `line L, column C`; whatever makes the change impossible whatever the data.
    pub async fn plan_schema(&self, caller: &Caller, sql: String) -> Result<SchemaPlan> {
        require_builder(caller)?;
        let source = Source { sql, path: None, file: None, who: caller.label().to_owned(), noted: None };
        let statements = source.parse()?;
        self.refresh_schema().await?;
        let schema = self.definition();
        self.database().read(move |conn| plan::plan(conn, &schema, &source, &statements)).await
    }

    /// Changes the schema: all statements or none, recorded, in force for every later request.
    ///
    /// # Errors
    /// As [`Engine::plan_schema`], and the obstacles.
    pub async fn change_schema(&self, caller: &Caller, sql: String) -> Result<SchemaChange> {
        self.change_schema_as(caller, sql, self.noted(caller)).await
    }

    /// As [`Engine::change_schema`], without an entry in the audit log: for the schema of a copy.
    pub(crate) async fn copy_schema(&self, sql: String) -> Result<SchemaChange> {
        self.change_schema_as(&Caller::Operator, sql, None).await
    }

    fn noted(&self, caller: &Caller) -> Option<(Actor, Client)> {
        Some((Actor::of(caller), self.client().clone()))
    }

    async fn change_schema_as(&self, caller: &Caller, sql: String, noted: Option<(Actor, Client)>) -> Result<SchemaChange> {
        require_builder(caller)?;
        let source = Source { sql, path: None, file: None, who: caller.label().to_owned(), noted };
        let statements = source.parse()?;
        let change = self.database().write_unchecked(move |conn| change_set::change(conn, &source, &statements));
        let (schema, change) = change.await?;
        self.publish_schema(schema);
        Ok(change)
    }

    /// Applies migration files in the given order, each once (known by its name) and each in one transaction; stops at the
    /// first that fails. A file of a known name and other text is refused.
    ///
    /// # Errors
    /// As [`Engine::change_schema`]; `details` names file, line and column.
    pub async fn migrate(&self, caller: &Caller, files: Vec<MigrationFile>) -> Result<Vec<(String, MigrationOutcome)>> {
        require_builder(caller)?;
        let mut outcomes = Vec::with_capacity(files.len());
        for file in files {
            let name = file.name.clone();
            let migration = Migration::parse(file, caller.label(), self.noted(caller))?;
            let (schema, outcome) = self.database().write_unchecked(move |conn| migration.apply(conn)).await?;
            if let Some(schema) = schema {
                self.publish_schema(schema);
            }
            outcomes.push((name, outcome));
        }
        Ok(outcomes)
    }

    /// The schema as SQL that [`Engine::migrate`] takes on either engine. The same schema gives the same text.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build.
    pub async fn dump_schema(&self, caller: &Caller) -> Result<String> {
        require_builder(caller)?;
        self.refresh_schema().await?;
        Ok(dump::dump(&self.definition()))
    }

    /// The latest recorded changes, newest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build.
    pub async fn schema_changes(&self, caller: &Caller, limit: u32) -> Result<Vec<SchemaChange>> {
        require_builder(caller)?;
        self.database().read(move |conn| change_set::latest(conn, limit)).await
    }

    /// Every table's row count: of the rows that the caller may see.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller is the operator, the secret key or a Studio account.
    pub async fn table_sizes(&self, caller: &Caller) -> Result<Vec<TableSize>> {
        let is_limited =
            matches!(caller, Caller::Api { role, .. } if *role != Role::ServiceRole) || matches!(caller, Caller::As(_));
        if is_limited {
            return Err(Error::new(Code::Forbidden, "this key may not see the sizes of tables"));
        }
        let schema = self.refresh_schema().await?;
        let guard = self.guard(&schema, caller);
        // Where policies can't be answered, no row can be read.
        let seen = |table: &Ident| guard.filter(table, Command::Select, Expr::always()).unwrap_or(Expr::Or(Vec::new()));
        let tables = schema.tables.values().filter(|table| !table.is_shown());
        let tables: Vec<(Ident, Expr)> = tables.map(|table| (table.name.clone(), seen(&table.name))).collect();
        let schema = guard.seen_all(&schema);
        let sizes = move |conn: &mut crate::database::Conn| {
            let size = |(table, filter): (Ident, Expr)| {
                let rows = run::number(conn, &select::count(conn.kind(), &schema, &table, &filter, None)?)?;
                Ok(TableSize { table, rows: u64::try_from(rows).unwrap_or(0) })
            };
            tables.into_iter().map(size).collect()
        };
        self.database().read(sizes).await
    }
}
