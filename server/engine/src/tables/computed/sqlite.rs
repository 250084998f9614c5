//! Triggers on SQLite. They note which rows are touched; the writer renews these before its unit of work ends.

use std::sync::Arc;

use tenon_model::{Column, Error, Ident, Result, Schema, Table};

use super::{
    link::{self, Link, links},
    together::{Group, groups},
};
use crate::{
    database::{Conn, EngineKind},
    records::sql::Root,
    tables::sql,
};

/// The keys of the rows that are to be renewed, by link.
const TOUCHED: &str = "CREATE TABLE IF NOT EXISTS _tenon_touched (target TEXT NOT NULL, k0 NOT NULL, k1 NOT NULL DEFAULT '', \
     k2 NOT NULL DEFAULT '', k3 NOT NULL DEFAULT '', PRIMARY KEY (target, k0, k1, k2, k3)) WITHOUT ROWID";

pub(super) fn unhook(conn: &mut Conn) -> Result<()> {
    let names = "select name as v from sqlite_master where type = 'trigger' and name glob '_tenon_computed_*'";
    for name in sql::texts(conn, names)?.into_iter().flatten() {
        sql::run(conn, &format!("DROP TRIGGER {}", Ident::new(name)?.quoted()))?;
    }
    Ok(())
}

pub(super) fn hook(schema: &Schema) -> Result<Vec<String>> {
    let mut all = vec![TOUCHED.to_owned()];
    for (number, link) in links(schema)?.iter().enumerate() {
        all.extend(noting(number, link));
    }
    for (number, table) in schema.tables.values().enumerate() {
        let kept: Vec<&Column> = table.columns.iter().filter(|c| c.is_stored_from_others()).collect();
        if !kept.is_empty() {
            all.extend(own(number, schema, table, &kept)?);
        }
    }
    Ok(all)
}

/// Notes the keys of rows that come, go and change.
fn noting(number: usize, link: &Link) -> Vec<String> {
    let keys = ["k0", "k1", "k2", "k3"][..link.pairs.len()].join(", ");
    let note = |row: &str| {
        let values = link.pairs.iter().map(|(child, _)| format!("{row}.{}", child.quoted())).collect::<Vec<_>>();
        let there = values.iter().map(|value| format!("{value} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
        let (target, values) = (link.target(), values.join(", "));
        format!("INSERT INTO _tenon_touched (target, {keys}) SELECT {target}, {values} WHERE {there} ON CONFLICT DO NOTHING;")
    };
    let trigger = |event: &str, when: &str, body: String| {
        let name = format!("_tenon_computed_{number}_{}", event.to_ascii_lowercase());
        format!("CREATE TRIGGER {name} AFTER {event} ON {}{when} BEGIN {body} END", link.child.quoted())
    };
    let when = format!(" WHEN {}", changed(&link.used));
    vec![
        trigger("INSERT", "", note("NEW")),
        trigger("DELETE", "", note("OLD")),
        trigger("UPDATE", &when, format!("{} {}", note("OLD"), note("NEW"))),
    ]
}

/// Whether one of the columns changed.
fn changed<'c>(columns: impl IntoIterator<Item = &'c Ident>) -> String {
    // By bytes, so that programs without our collations can write.
    columns.into_iter().map(|c| format!("OLD.{0} COLLATE BINARY IS NOT NEW.{0}", c.quoted())).collect::<Vec<_>>().join(" OR ")
}

/// Computes the columns of a row that comes, or that changes in what they rest on.
fn own(number: usize, schema: &Schema, table: &Table, kept: &[&Column]) -> Result<Vec<String>> {
    let name = table.name.quoted();
    let renew = format!("UPDATE {name} SET {} WHERE {name}._rowid_ = NEW._rowid_;", assignments(schema, table, kept)?);
    let when = changed(&link::own_columns(schema, table));
    Ok(vec![
        format!("CREATE TRIGGER _tenon_computed_own_{number}_insert AFTER INSERT ON {name} BEGIN {renew} END"),
        format!("CREATE TRIGGER _tenon_computed_own_{number}_update AFTER UPDATE ON {name} WHEN {when} BEGIN {renew} END"),
    ])
}

/// `"column" = (value), …`.
fn assignments(schema: &Schema, table: &Table, columns: &[&Column]) -> Result<String> {
    let root = Root::Table(table.name.clone());
    let groups = groups(EngineKind::Sqlite, schema, table, columns, &root)?;
    let assignment = |group: &Group<'_>| match group.columns.as_slice() {
        [only] => format!("{} = ({})", only.name.quoted(), group.sql),
        several => format!("({}) = ({})", sql::list(several.iter().map(|c| &c.name)), group.sql),
    };
    Ok(groups.iter().map(assignment).collect::<Vec<_>>().join(", "))
}

pub(super) fn fill(schema: &Schema, table: &Table, columns: &[&Column]) -> Result<String> {
    Ok(format!("UPDATE {} SET {}", table.name.quoted(), assignments(schema, table, columns)?))
}

/// How the rows that a unit of work touched are renewed before it ends. PostgreSQL does it by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settlement {
    steps: Arc<[Renewal]>,
}

#[derive(Debug)]
struct Renewal {
    is_due: String,
    renew: String,
    forget: String,
}

impl Settlement {
    /// For a schema.
    ///
    /// # Errors
    /// An internal one.
    pub(crate) fn new(kind: EngineKind, schema: &Schema) -> Result<Self> {
        if kind == EngineKind::Postgres {
            return Ok(Self::default());
        }
        let steps = links(schema)?.iter().map(|link| Renewal::new(schema, link)).collect::<Result<_>>()?;
        Ok(Self { steps })
    }

    /// Whether there is nothing to look after.
    pub(crate) fn is_idle(&self) -> bool {
        self.steps.is_empty()
    }

    /// Renews the rows that were touched, and those that are touched by that.
    ///
    /// # Errors
    /// What the expressions refuse; whatever the database answers.
    pub(crate) fn run(&self, conn: &mut Conn) -> Result<()> {
        // Columns rest on each other in no circle, so each round is the last for one link at least.
        for _ in 0..=self.steps.len() {
            if sql::count(conn, "select exists (select 1 from _tenon_touched) as n")? == 0 {
                return Ok(());
            }
            for step in self.steps.iter() {
                if sql::count(conn, &step.is_due)? > 0 {
                    sql::run(conn, &step.renew)?;
                    sql::run(conn, &step.forget)?;
                }
            }
        }
        Ok(())
    }
}

impl Renewal {
    fn new(schema: &Schema, link: &Link) -> Result<Self> {
        let (table, target) = (schema.require_table(link.parent.as_str())?, link.target());
        let kept: Vec<&Column> = table.columns.iter().filter(|c| link.columns.contains(&c.name)).collect();
        if kept.is_empty() {
            return Err(Error::internal("a link of no column"));
        }
        let name = table.name.quoted();
        let own = link.pairs.iter().map(|(_, parent)| format!("{name}.{}", parent.quoted())).collect::<Vec<_>>().join(", ");
        let keys = ["k0", "k1", "k2", "k3"][..link.pairs.len()].join(", ");
        Ok(Self {
            is_due: format!("select exists (select 1 from _tenon_touched where target = {target}) as n"),
            renew: format!(
                "UPDATE {name} SET {} WHERE ({own}) IN (SELECT {keys} FROM _tenon_touched WHERE target = {target})",
                assignments(schema, table, &kept)?
            ),
            forget: format!("DELETE FROM _tenon_touched WHERE target = {target}"),
        })
    }
}
