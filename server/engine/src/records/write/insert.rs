//! Inserts and upserts.

use std::{collections::HashSet, sync::Arc};

use tenon_model::{Caller, Code, Column, Command, Error, Ident, Result, Schema, Table, Value, expression::Context as Asks};

use super::{
    acted::noted,
    check_affected, references, require,
    returning::{Collector, Wanted},
    rows::{complete, conflict_target},
    undo::undone_if,
    unreadable,
};
use crate::{
    Engine,
    database::{Conn, EngineKind},
    records::{
        Insert, Resolution, Returning, Rows,
        access::{self, Rights},
        block::Context,
        keys::text_array,
        policies::Rules,
        run::{self, Failure},
        sql::{Bind, Builder, Statement, bind, postgres_type},
    },
};

/// From so many rows on, the statement of a row is prepared in any case.
const PREPARED_FROM: usize = 20;
/// So many rows go to PostgreSQL in one statement.
const CHUNK: usize = 1_000;

impl Engine {
    /// Inserts rows.
    ///
    /// # Errors
    /// [`Code::Forbidden`], the violations, [`Code::NotSingular`].
    pub async fn insert(&self, caller: &Caller, insert: Insert) -> Result<Rows> {
        let schema = self.schema();
        let rights = Rights::of(caller, &schema)?;
        let given = (Command::Insert, &mut insert.records.columns.iter() as &mut dyn Iterator<Item = _>);
        let table = require(&rights, &schema, &insert.table, given, &insert.returning)?;
        require_conflict(&rights, table, &insert)?;
        let guard = self.guard(&schema, caller);
        let reads = insert.on_conflict.is_some() || matches!(insert.returning, Returning::Rows(..));
        let rules = guard.rules(&insert.table, reads)?.without(unreadable(&rights, table));
        let returning = guard.returning(&insert.table, insert.returning)?;
        let attribution = self.attribution(&schema, &insert.table, caller);
        let acted = self.acted(caller, &insert.table, "insert");
        let seen = guard.seen_all(&schema);
        let inserting = Inserting::new(&seen, table, Insert { returning, ..insert }, rules, &self.context(caller))?;
        self.database()
            .write(move |conn| {
                inserting.rules.begin(conn)?;
                attribution.of(conn, |conn| {
                    undone_if(conn, inserting.insert.rollback, |conn| {
                        noted(conn, acted.as_ref(), |conn| inserting.run(conn), |r| r.rows)
                    })
                })
            })
            .await
    }
}

/// Passes callers who may find rows by the key that is taken, and change them if that is asked for.
fn require_conflict(rights: &Rights<'_>, table: &Table, insert: &Insert) -> Result<()> {
    let Some(conflict) = &insert.on_conflict else { return Ok(()) };
    if conflict.resolution == Resolution::Merge {
        rights.require_columns(&table.name, Command::Update, &insert.records.columns)?;
    }
    let target = if conflict.columns.is_empty() { table.key_columns() } else { &conflict.columns };
    rights.require_columns(&table.name, Command::Select, target)
}

/// An insert, checked and complete.
struct Inserting {
    schema: Arc<Schema>,
    insert: Insert,
    rows: Vec<Vec<Option<Value>>>,
    rules: Rules,
}

impl Inserting {
    fn new(schema: &Arc<Schema>, table: &Table, mut insert: Insert, rules: Rules, asks: &Asks) -> Result<Self> {
        let rows = complete(schema, table, &insert.records, insert.missing, asks)?;
        insert.records.rows = Vec::new();
        if let Some(conflict) = &insert.on_conflict {
            let target = conflict_target(table, &conflict.columns)?;
            if conflict.resolution == Resolution::Merge {
                refuse_twins(table, target, &rows)?;
            }
        }
        Ok(Self { schema: Arc::clone(schema), insert, rows, rules })
    }

    fn run(&self, conn: &mut Conn) -> Result<Rows> {
        let table = access::table(&self.schema, &self.insert.table)?;
        let context = Context { engine: conn.kind(), schema: &self.schema };
        let wanted = Wanted::new(context, table, &self.insert.returning)?;
        self.check_rules(conn, context, table)?;
        let mut collector = wanted.collector();
        let inserted = match context.engine {
            EngineKind::Sqlite => self.insert_each(conn, context, table, &wanted, &mut collector),
            EngineKind::Postgres => self
                .insert_chunks(conn, context, table, &wanted, &mut collector)
                .and_then(|()| self.advance_identities(conn, context, table)),
        };
        inserted.map_err(|error| self.rules.discreet(error))?;
        check_affected(collector.rows(), self.insert.max_affected)?;
        wanted.finish(conn, collector)
    }

    fn check_rules(&self, conn: &mut Conn, context: Context<'_>, table: &Table) -> Result<()> {
        self.rules.inserted(conn, context, table, &self.rows)?;
        let Some(conflict) = &self.insert.on_conflict else {
            return self.rules.moves.inserted(conn, context, table, &self.rows, None);
        };
        let target = conflict_target(table, &conflict.columns)?;
        let merging = (target, self.insert.records.columns.as_slice());
        if conflict.resolution == Resolution::Merge {
            self.rules.merged(conn, context, table, &self.rows, merging)?;
        }
        self.rules.moves.inserted(conn, context, table, &self.rows, Some(target))?;
        if conflict.resolution == Resolution::Merge {
            self.rules.moves.merged(conn, context, table, &self.rows, merging)?;
        }
        Ok(())
    }

    /// One prepared statement, run for each row.
    fn insert_each<'q>(
        &self,
        conn: &mut Conn,
        context: Context<'q>,
        table: &'q Table,
        wanted: &Wanted<'q>,
        collector: &mut Collector<'_, 'q>,
    ) -> Result<()> {
        let mut shape: Option<(Vec<bool>, Statement)> = None;
        for row in &self.rows {
            let given: Vec<bool> = row.iter().map(Option::is_some).collect();
            let mut statement = match shape.take() {
                Some((known, statement)) if known == given => statement,
                _ => self.single(context, table, &given, wanted)?,
            };
            statement.binds.clear();
            for (column, value) in table.columns.iter().zip(row) {
                if let Some(value) = value {
                    statement.binds.push(bind(context.engine, value, &column.data_type));
                }
            }
            collector.run(conn, &statement).map_err(|failure| explain(conn, context, table, row, failure))?;
            shape = Some((given, statement));
        }
        Ok(())
    }

    fn insert_chunks<'q>(
        &self,
        conn: &mut Conn,
        context: Context<'q>,
        table: &'q Table,
        wanted: &Wanted<'q>,
        collector: &mut Collector<'_, 'q>,
    ) -> Result<()> {
        if self.rows.len() == 1 {
            return self.insert_each(conn, context, table, wanted, collector);
        }
        // Rows that give the same columns go together, in their order.
        for group in self.rows.chunk_by(|a, b| a.iter().map(Option::is_some).eq(b.iter().map(Option::is_some))) {
            for chunk in group.chunks(CHUNK) {
                let statement = self.many(context, table, chunk, wanted)?;
                collector.run(conn, &statement)?;
            }
        }
        Ok(())
    }

    /// Moves PostgreSQL's sequences past the identities that rows gave themselves, so that the next one is free; SQLite
    /// does that by itself.
    fn advance_identities(&self, conn: &mut Conn, context: Context<'_>, table: &Table) -> Result<()> {
        for (at, column) in table.columns.iter().enumerate().filter(|(_, column)| column.identity.is_some()) {
            let given = self.rows.iter().filter_map(|row| if let Some(Value::Int(id)) = &row[at] { Some(*id) } else { None });
            let Some(largest) = given.max().filter(|largest| *largest > 0) else { continue };
            move_past(conn, context, table, column, largest)?;
        }
        Ok(())
    }

    /// `insert … values (…)` of one row.
    fn single(&self, context: Context<'_>, table: &Table, given: &[bool], wanted: &Wanted<'_>) -> Result<Statement> {
        let mut b = Builder::new(context.engine, context.schema);
        let columns: Vec<&Column> = given_columns(table, given);
        if columns.is_empty() {
            b.push("insert into ").ident(&table.name).push(" default values");
        } else {
            insert_into(&mut b, table, &columns);
            b.push(" values (");
            for (index, column) in columns.iter().enumerate() {
                b.push(if index > 0 { ", " } else { "" });
                b.value(&Value::Null, &column.data_type);
            }
            b.push(")");
        }
        self.conflict_and_returning(&mut b, table, wanted)?;
        let mut statement = b.finish()?;
        // Worth it for this insert alone.
        statement.cacheable |= self.rows.len() >= PREPARED_FROM;
        Ok(statement)
    }

    /// `insert … select … from unnest(…)`: one statement whatever the number of rows.
    fn many(&self, context: Context<'_>, table: &Table, rows: &[Vec<Option<Value>>], wanted: &Wanted<'_>) -> Result<Statement> {
        let given: Vec<bool> = rows[0].iter().map(Option::is_some).collect();
        let columns = given_columns(table, &given);
        let mut b = Builder::new(context.engine, context.schema);
        insert_into(&mut b, table, &columns);
        b.push(" select ");
        for (index, column) in columns.iter().enumerate() {
            b.push(if index > 0 { ", " } else { "" });
            b.push("u.c").number(index as u64).push("::").push(&postgres_type(&column.data_type));
        }
        b.push(" from unnest(");
        for (index, column) in columns.iter().enumerate() {
            let at = table.columns.iter().position(|c| c.name == column.name).unwrap_or(0);
            b.push(if index > 0 { ", " } else { "" });
            b.bind(Bind::Text(text_array(rows.iter().map(|row| row[at].as_ref()), &column.data_type))).push("::text[]");
        }
        b.push(") with ordinality as u(");
        for index in 0..columns.len() {
            b.push("c").number(index as u64).push(", ");
        }
        b.push("n) order by u.n");
        self.conflict_and_returning(&mut b, table, wanted)?;
        b.finish()
    }

    fn conflict_and_returning(&self, b: &mut Builder<'_>, table: &Table, wanted: &Wanted<'_>) -> Result<()> {
        if let Some(conflict) = &self.insert.on_conflict {
            b.push(" on conflict (");
            for (index, name) in conflict_target(table, &conflict.columns)?.iter().enumerate() {
                b.push(if index > 0 { ", " } else { "" });
                b.ident(name);
            }
            b.push(")");
            if conflict.resolution == Resolution::Ignore || self.insert.records.columns.is_empty() {
                b.push(" do nothing");
            } else {
                b.push(" do update set ");
                for (index, name) in self.insert.records.columns.iter().enumerate() {
                    b.push(if index > 0 { ", " } else { "" });
                    b.ident(name).push(" = excluded.").ident(name);
                }
            }
        }
        b.returning(&table.name, false, wanted.columns())
    }
}

fn given_columns<'t>(table: &'t Table, given: &[bool]) -> Vec<&'t Column> {
    table.columns.iter().zip(given).filter(|(_, given)| **given).map(|(column, _)| column).collect()
}

fn insert_into(b: &mut Builder<'_>, table: &Table, columns: &[&Column]) {
    b.push("insert into ").ident(&table.name).push(" (");
    for (index, column) in columns.iter().enumerate() {
        b.push(if index > 0 { ", " } else { "" });
        b.ident(&column.name);
    }
    b.push(")");
}

/// PostgreSQL does not merge two rows of one request into the same one; neither do we on SQLite.
fn refuse_twins(table: &Table, target: &[Ident], rows: &[Vec<Option<Value>>]) -> Result<()> {
    if rows.len() < 2 {
        return Ok(());
    }
    let places: Vec<(usize, &Column)> =
        table.columns.iter().enumerate().filter(|(_, column)| target.contains(&column.name)).collect();
    let mut seen = HashSet::with_capacity(rows.len());
    for row in rows {
        let texts = places.iter().map(|(at, column)| row[*at].as_ref().and_then(|value| value.to_text(&column.data_type)));
        let Some(key) = texts.collect::<Option<Vec<_>>>() else { continue };
        if !seen.insert(key) {
            return Err(Error::new(Code::InvalidRecord, "ON CONFLICT DO UPDATE command cannot affect row a second time")
                .with_hint(
                    "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.",
                ));
        }
    }
    Ok(())
}

/// The failure of inserting a row, in PostgreSQL's words.
fn explain(conn: &mut Conn, context: Context<'_>, table: &Table, row: &[Option<Value>], failure: Failure) -> Error {
    let value = |name: &Ident| {
        let at = table.columns.iter().position(|column| column.name == *name)?;
        row[at].as_ref()?.to_pg_text(&table.columns[at].data_type)
    };
    references::explain(conn, context, table, failure, &value, |conn| {
        let value = |name: &Ident| {
            let at = table.columns.iter().position(|column| column.name == *name)?;
            row[at].clone()
        };
        references::broken_by_row(conn, context, table, &value)
    })
}

/// Moves the sequence behind a PostgreSQL identity column past a value that a row gave itself.
pub(crate) fn move_past(conn: &mut Conn, context: Context<'_>, table: &Table, column: &Column, largest: i64) -> Result<()> {
    let mut b = Builder::new(context.engine, context.schema);
    b.push("select setval(s.id, ").bind(Bind::Int(largest)).push(")::text from (select pg_get_serial_sequence(");
    b.bind(Bind::Text(table.name.quoted())).push(", ").bind(Bind::Text(column.name.to_string()));
    b.push(")::regclass as id) as s where coalesce(pg_sequence_last_value(s.id), 0) < ").bind(Bind::Int(largest));
    run::number(conn, &b.finish()?).map(drop)
}
