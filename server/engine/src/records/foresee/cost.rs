//! What a page of rows costs, and whether an index serves the rule.

use std::time::Instant;

use diesel::connection::SimpleConnection;
use serde::{Deserialize, Serialize};
use tenon_model::{Expr, Ident, Result, Schema};

use super::counts::Rule;
use crate::{
    database::{Conn, Reader, Translate},
    records::{
        cell::{Cell, RawRow},
        run::{self, Sink},
        sql::{Alias, Builder, select},
    },
};

/// Rows of a page.
const PAGE: u64 = 100;
/// The best of so many counts: others use the machine, too.
const TIMES: u32 = 3;

/// What reading the first page of somebody's rows costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// The table.
    pub table: Ident,
    /// Who reads.
    pub who: String,
    /// Without any rule. Microseconds.
    pub plain: u64,
    /// By the rule as it is. Microseconds.
    pub before: u64,
    /// By the rule as it would be. Microseconds.
    pub after: u64,
    /// The indexes by which the database can find the rows; none if it looks at every row.
    pub indexes: Vec<String>,
}

impl Cost {
    /// The cost by the rule as it would be, over that without any, in hundredths.
    #[must_use]
    pub fn ratio(&self) -> u64 {
        self.after.saturating_mul(100) / self.plain.max(1)
    }
}

/// Measures.
pub(super) fn cost(reader: &mut Reader, schema: &Schema, table: &Ident, who: String, rule: &Rule) -> Result<Cost> {
    let mut time = |filter: &Expr| {
        let statement = select::count(reader.conn.kind(), schema, table, filter, Some(PAGE))?;
        let mut best = u64::MAX;
        for _ in 0..TIMES {
            let started = Instant::now();
            run::number(&mut reader.conn, &statement)?;
            best = best.min(u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
        Ok::<_, tenon_model::Error>(best)
    };
    let (plain, before, after) = (time(&Expr::always())?, time(&rule.before)?, time(&rule.after)?);
    let indexes = indexes(reader, schema, table, &rule.after)?;
    Ok(Cost { table: table.clone(), who, plain, before, after, indexes })
}

/// The indexes by which the database can find the table's rows for a filter.
fn indexes(reader: &mut Reader, schema: &Schema, table: &Ident, filter: &Expr) -> Result<Vec<String>> {
    let engine = reader.conn.kind();
    let mut b = Builder::new(engine, schema);
    b.uncached();
    b.push(if b.is_sqlite() { "explain query plan " } else { "explain (format json) " });
    b.push("select 1 from ").table(table, Alias::ROOT);
    b.where_filter(Alias::ROOT, filter)?;
    let statement = b.finish()?;
    if let Conn::Postgres(conn) = &mut reader.conn {
        // A small table is read whole in any case; the question is whether a large one would be.
        conn.batch_execute("BEGIN READ ONLY; SET LOCAL enable_seqscan = off").translate()?;
    }
    let mut plan = Lines(if engine == crate::database::EngineKind::Sqlite { 3 } else { 0 }, Vec::new());
    let explained = run::load(&mut reader.conn, &statement, &mut plan);
    if let Conn::Postgres(conn) = &mut reader.conn {
        conn.batch_execute("ROLLBACK").translate()?;
    }
    explained?;
    let mut found: Vec<String> = match &reader.conn {
        Conn::Sqlite(_) => plan.1.iter().filter_map(|line| sqlite_index(line)).collect(),
        Conn::Postgres(_) => {
            let mut found = Vec::new();
            let plan: serde_json::Value = serde_json::from_str(&plan.1.join("\n")).unwrap_or_default();
            postgres_indexes(&plan[0]["Plan"], &mut found);
            found
        }
    };
    found.sort();
    found.dedup();
    Ok(found)
}

/// `SEARCH t0 USING INDEX name (…)`.
fn sqlite_index(line: &str) -> Option<String> {
    let how = line.strip_prefix("SEARCH t0 USING ")?;
    let name = how.split_once("INDEX ").map_or("the key", |(_, rest)| rest.split(' ').next().unwrap_or(rest));
    Some(if name.starts_with("sqlite_autoindex") || name.starts_with("PRIMARY") { "the key" } else { name }.to_owned())
}

/// The index scans of the table itself that look for something.
fn postgres_indexes(plan: &serde_json::Value, found: &mut Vec<String>) {
    if let (Some(name), true) = (plan["Index Name"].as_str(), plan.get("Index Cond").is_some()) {
        let own = plan["Alias"].as_str().is_none_or(|alias| alias == "t0");
        if own {
            found.push(name.to_owned());
        }
    }
    let is_own = |part: &&serde_json::Value| !matches!(part["Parent Relationship"].as_str(), Some("SubPlan" | "InitPlan"));
    for part in plan["Plans"].as_array().into_iter().flatten().filter(is_own) {
        postgres_indexes(part, found);
    }
}

/// The texts in one column of all rows.
struct Lines(usize, Vec<String>);

impl Sink for Lines {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let text = row.cell(self.0, |cell| if let Cell::Text(text) = cell { text.to_owned() } else { String::new() });
        self.1.push(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::sqlite_index;

    #[test]
    fn an_index_is_named_as_sqlite_tells_it() {
        let found = |line| sqlite_index(line);
        assert_eq!(found("SEARCH t0 USING INDEX notes_owner (owner=?)").as_deref(), Some("notes_owner"));
        assert_eq!(found("SEARCH t0 USING COVERING INDEX notes_owner (owner=?)").as_deref(), Some("notes_owner"));
        assert_eq!(found("SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)").as_deref(), Some("the key"));
        assert_eq!(found("SCAN t0"), None);
        assert_eq!(found("SEARCH t1 USING INDEX other (id=?)"), None);
    }
}
