//! The advisor: what in schema and data is probably not as it was meant.
//!
//! What the schema alone tells is found by pure functions, a file each; what takes a look at rows is asked of the database, with
//! a limit on rows and time. Every check has one function `check` over a table, or is a method of [`Look`].

mod cache;
mod constant;
mod dismissed;
mod finding;
mod indexes;
mod open;
mod reach;
mod secrets;
mod stranger;
mod truth;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tenon_model::{
    Caller, Code, Column, Error, Expr, Ident, Result, Schema, Table,
    advice::{Advice, AdviceKind, Advised, Severity},
};

pub(crate) use self::cache::AdviceCache;
use crate::{
    Engine,
    records::{Verdicts, sample, verdicts::verdicts},
};

/// So many rows of a table are looked at.
const MOST_ROWS: u64 = 1_000;

/// So many values of a column are looked at.
const MOST_VALUES: u64 = 20;

/// A table with fewer rows is read as fast as an index.
const LARGE: u64 = 1_000;

/// How long one question to the database may take, and all of them.
const ONE: Duration = Duration::from_secs(1);
const ALL: Duration = Duration::from_secs(5);

/// How long all of them may take where only their number is wanted, beside a page.
const GLANCE: Duration = Duration::from_millis(300);

fn require_builder(caller: &Caller) -> Result<()> {
    if caller.may_build() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only builders and owners are advised")) }
}

impl Engine {
    /// Looks for what is probably not as it was meant, in schema and data.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not build; whatever the database answers.
    pub async fn advise(&self, caller: &Caller) -> Result<Advised> {
        self.advise_within(caller, ALL).await
    }

    async fn advise_within(&self, caller: &Caller, time: Duration) -> Result<Advised> {
        require_builder(caller)?;
        let schema = self.schema();
        let look = Look { engine: self, schema: &schema, shared: Arc::clone(&schema), until: Instant::now() + time };
        let mut advised = look.all().await;
        let dismissed = self.database().read(dismissed::load).await?;
        for advice in &mut advised.findings {
            advice.dismissed = dismissed.get(&advice.key).cloned();
        }
        advised.findings.sort_by(|a, b| (a.severity, &a.table, &a.key).cmp(&(b.severity, &b.table, &b.key)));
        self.advice_cache().put(schema.version, self.now(), &advised);
        Ok(advised)
    }
}

/// What the schema alone tells of a table.
fn from_schema(schema: &Schema, table: &Table) -> Vec<Advice> {
    let mut found = Vec::new();
    open::check(schema, table, &mut found);
    constant::check(schema, table, &mut found);
    indexes::check(schema, table, &mut found);
    found
}

/// A look at everything.
struct Look<'e> {
    engine: &'e Engine,
    schema: &'e Schema,
    shared: Arc<Schema>,
    /// When there is no more time for rows.
    until: Instant,
}

impl Look<'_> {
    async fn all(&self) -> Advised {
        let mut advised = Advised::default();
        for table in self.schema.tables.values().filter(|table| !table.is_shown()) {
            let mut found = from_schema(self.schema, table);
            if Instant::now() < self.until {
                self.strangers(table, &mut found).await;
                self.secrets(table, &mut found).await;
                self.weigh(&mut found).await;
            } else {
                advised.unread.push(table.name.clone());
            }
            advised.findings.extend(found);
        }
        let mut seen = std::collections::HashSet::new();
        advised.findings.retain(|advice| seen.insert(advice.key.clone()));
        advised
    }

    /// An index that is missing matters where there are many rows.
    async fn weigh(&self, found: &mut [Advice]) {
        use AdviceKind as K;
        for advice in found.iter_mut().filter(|a| matches!(a.kind, K::PolicyIndex | K::Unindexable)) {
            let rows = self.verdicts_of(&advice.table.clone(), Expr::always(), LARGE).await;
            if rows.is_some_and(|rows| rows.rows() >= LARGE) {
                advice.severity = Severity::Warning;
            }
        }
    }

    /// What a policy's clause says of the table's first rows to somebody; nothing if it fails or takes too long.
    async fn verdicts(&self, caller: &Caller, table: &Table, clause: &Expr) -> Option<Verdicts> {
        let guard = self.engine.guard(self.schema, caller);
        let expr = guard.foresee(&table.name, clause.clone()).ok()?;
        self.verdicts_in(guard.seen_all(&self.shared), &table.name, expr, MOST_ROWS).await
    }

    async fn verdicts_of(&self, table: &Ident, expr: Expr, most: u64) -> Option<Verdicts> {
        self.verdicts_in(Arc::clone(&self.shared), table, expr, most).await
    }

    async fn verdicts_in(&self, schema: Arc<Schema>, table: &Ident, expr: Expr, most: u64) -> Option<Verdicts> {
        let table = table.clone();
        let read = self.engine.database().with_timeout(ONE);
        read.read_with(move |reader| verdicts(&mut reader.conn, &schema, &table, &expr, most)).await.ok()
    }

    /// Some values of a column, cut short.
    async fn sample(&self, table: &Table, column: &Column) -> Option<Vec<String>> {
        let (schema, table, column) = (Arc::clone(&self.shared), table.name.clone(), column.name.clone());
        let read = self.engine.database().with_timeout(ONE);
        read.read_with(move |reader| sample(&mut reader.conn, &schema, &table, &column, MOST_VALUES)).await.ok()
    }
}
