//! A change of the schema from its text to the database: understood, applied, recorded, put in force.

use std::{sync::Arc, time::Instant};

use diesel::prelude::*;
use serde_json::json;
use tenon_model::{Error, Result, Schema};

use super::{
    SchemaChange, apply, catalog, change::Statement, computed, parse, plan, postgres, sqlite, states, step::Transition, steps,
};
use crate::{
    audit::{Actor, Client, Entry},
    database::{Conn, EngineKind, Translate},
    sql::Located,
    system::schema::_tenon_schema_changes as changes,
};

/// The text of a change and where it comes from.
#[derive(Clone)]
pub(super) struct Source {
    /// The SQL.
    pub(super) sql: String,
    /// The file's path, for messages.
    pub(super) path: Option<String>,
    /// The file's name, for the record.
    pub(super) file: Option<String>,
    /// Who asks for it.
    pub(super) who: String,
    /// Who asks for it from where, for the audit log; nobody, where it is not a change of the instance's own.
    pub(super) noted: Option<(Actor, Client)>,
}

impl Source {
    /// The statements; understanding them needs no database.
    pub(super) fn parse(&self) -> Result<Vec<Statement>> {
        parse::statements(&self.sql).map_err(|e| e.into_error(self.path.as_deref()))
    }

    /// The steps that each statement takes from a schema on.
    pub(super) fn resolve(&self, schema: &Arc<Schema>, statements: &[Statement]) -> Result<Vec<Vec<Transition>>> {
        steps::resolve(schema, statements).map_err(|(statement, misfit)| match misfit {
            apply::Misfit::Somewhere(error) => self.located(statement, error),
            apply::Misfit::At(located) => located.into_error(self.path.as_deref()),
        })
    }

    /// A failure with its place: the name that it speaks of, where the statement has that, else the statement's beginning.
    pub(super) fn located(&self, statement: &Statement, error: Error) -> Error {
        let named = [error.details.as_deref(), quoted(&error.message)].into_iter().flatten();
        let at = named.filter_map(|name| parse::place_of(&statement.sql, name)).next();
        let at = at.map_or(statement.at, |within| statement.at.plus(within));
        Located::new(error, at).into_error(self.path.as_deref())
    }
}

/// What stands in a message's first double quotes.
fn quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('"')?;
    rest.split_once('"').map(|(name, _)| name)
}

/// Changes the schema and records it; all inside the caller's transaction. Returns the schema that results.
pub(super) fn change(conn: &mut Conn, source: &Source, statements: &[Statement]) -> Result<(Schema, SchemaChange)> {
    let started = Instant::now();
    // First of all, so that no other change comes between.
    let version = catalog::bump_version(conn)?;
    let before = Arc::new(catalog::load(conn)?);
    let steps = source.resolve(&before, statements)?;
    // A step may have to know which follow it, so all are one list.
    let ends: Vec<usize> = steps
        .iter()
        .scan(0, |end, steps| {
            *end += steps.len();
            Some(*end)
        })
        .collect();
    let transitions: Vec<Transition> = steps.into_iter().flatten().collect();
    let last = transitions.last().map_or_else(|| before.clone(), |t| t.after.clone());
    computed::unhook(conn, &before, &last)?;
    run(conn, &transitions).map_err(|(at, error)| {
        let statement = ends.iter().position(|end| at < *end).and_then(|i| statements.get(i));
        statement.map_or(error.clone(), |statement| source.located(statement, error))
    })?;
    computed::hook(conn, &before, &last)?;
    let mut after = Arc::unwrap_or_clone(last);
    after.version = version;
    store(conn, &before, &after)?;
    let change = SchemaChange {
        version,
        who: source.who.clone(),
        at: now(),
        sql: source.sql.trim().to_owned(),
        file: source.file.clone(),
        duration_us: i64::try_from(started.elapsed().as_micros()).unwrap_or(i64::MAX),
    };
    record(conn, &change)?;
    if let Some((actor, client)) = &source.noted {
        note(conn, actor, client, &change, &transitions)?;
    }
    Ok((after, change))
}

/// The most steps that an entry of the audit log names; the statements stand in the history.
const NAMED: usize = 50;

fn note(conn: &mut Conn, actor: &Actor, client: &Client, change: &SchemaChange, transitions: &[Transition]) -> Result<()> {
    let changed: Vec<String> = transitions.iter().take(NAMED).map(|transition| plan::summary(&transition.step)).collect();
    let mut details = json!({ "version": change.version, "changed": changed });
    if transitions.len() > NAMED {
        details["more"] = (transitions.len() - NAMED).into();
    }
    let action = if change.file.is_some() { "schema.migrated" } else { "schema.changed" };
    let name = change.file.clone().unwrap_or_else(|| format!("version {}", change.version));
    let entry = Entry::new(actor, action, client).target("schema", change.version.to_string(), name);
    entry.details(details).append(conn, change.at.parse().map_err(Error::internal)?)
}

/// Takes the steps; a failure tells at which it was.
fn run(conn: &mut Conn, transitions: &[Transition]) -> Result<(), (usize, Error)> {
    let last = transitions.len().saturating_sub(1);
    states::release(conn, transitions).map_err(|e| (0, e))?;
    match conn.kind() {
        EngineKind::Sqlite => sqlite::run(conn, transitions),
        EngineKind::Postgres => postgres::run(conn, transitions),
    }?;
    states::carry(conn, transitions).and_then(|()| states::place(conn, transitions)).map_err(|e| (last, e))
}

/// Writes what differs to the catalog.
fn store(conn: &mut Conn, before: &Schema, after: &Schema) -> Result<()> {
    for name in before.tables.keys().filter(|name| !after.tables.contains_key(*name)) {
        catalog::remove_table(conn, name)?;
    }
    for (_, table) in after.tables.iter().filter(|(name, table)| before.tables.get(*name) != Some(*table)) {
        catalog::store_table(conn, table)?;
    }
    for name in before.enums.keys().filter(|name| !after.enums.contains_key(*name)) {
        catalog::remove_enum(conn, name)?;
    }
    for (_, found) in after.enums.iter().filter(|(name, found)| before.enums.get(*name) != Some(*found)) {
        catalog::store_enum(conn, found)?;
    }
    for name in before.roles.keys().filter(|name| !after.roles.contains_key(*name)) {
        catalog::remove_role(conn, name)?;
    }
    for (name, found) in after.roles.iter().filter(|(name, found)| before.roles.get(*name) != Some(*found)) {
        catalog::store_role(conn, name, found)?;
    }
    catalog::store_objects(conn, before, after)
}

fn record(conn: &mut Conn, change: &SchemaChange) -> Result<()> {
    diesel::insert_into(changes::table)
        .values((
            changes::version.eq(change.version),
            changes::who.eq(&change.who),
            changes::at.eq(&change.at),
            changes::sql.eq(&change.sql),
            changes::file.eq(&change.file),
            changes::duration_us.eq(change.duration_us),
        ))
        .execute(conn)
        .map(drop)
        .translate()
}

/// Now, in RFC 3339, UTC.
pub(super) fn now() -> String {
    jiff::Timestamp::now().round(jiff::Unit::Microsecond).unwrap_or_default().to_string()
}

/// The latest changes, newest first.
pub(super) fn latest(conn: &mut Conn, limit: u32) -> Result<Vec<SchemaChange>> {
    type Row = (i64, String, String, String, Option<String>, i64);
    let rows: Vec<Row> = changes::table.order(changes::version.desc()).limit(i64::from(limit)).load(conn).translate()?;
    let change = |(version, who, at, sql, file, duration_us): Row| SchemaChange { version, who, at, sql, file, duration_us };
    Ok(rows.into_iter().map(change).collect())
}
