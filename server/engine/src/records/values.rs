//! What an expression is for each row of a table, computed by the database.

use tenon_model::{Caller, Command, Expr, Ident, Result, Schema, expression::Context};

use super::{
    access::Rights,
    cell::RawRow,
    output,
    policies::{Guard, computed},
    run::{self, Sink},
    sql::{Alias, Bind, Builder},
};
use crate::{Engine, database::EngineKind};

/// The most rows looked at.
const MAX_ROWS: u64 = 1_000;

struct Texts<'e> {
    engine: EngineKind,
    expr: &'e Expr,
    found: Vec<Option<String>>,
}

impl Sink for Texts<'_> {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let data_type = self.expr.data_type();
        self.found.push(row.cell(0, |cell| output::canonical(self.engine, &data_type, cell)));
        Ok(())
    }
}

impl Engine {
    /// The value of an expression for each of the first rows of a table (at most 1,000, in the order of its key), as
    /// canonical text; null is `None`.
    ///
    /// # Errors
    /// What the expression's operators refuse; [`tenon_model::Code::Forbidden`] for callers who may not build.
    pub async fn expression_values(&self, caller: &Caller, table: &Ident, expr: Expr) -> Result<Vec<Option<String>>> {
        let schema = self.schema();
        Rights::of(caller, &schema)?.require(table, Command::Select)?;
        if !caller.may_build() {
            return Err(tenon_model::Error::new(tenon_model::Code::Forbidden, "only builders look into expressions"));
        }
        let expr = self.context(caller).fill(&computed::expanded(&schema, table, expr));
        let schema = self.guard(&schema, caller).seen_all(&schema);
        let table = table.clone();
        self.database()
            .read_with(move |reader| {
                let engine = reader.conn.kind();
                let mut b = Builder::new(engine, &schema);
                b.uncached();
                b.push("select (");
                b.expr(Alias::ROOT, &expr)?;
                let end = if b.is_sqlite() { ")" } else { ")::text" };
                b.push(end).push(" from ").table(&table, Alias::ROOT);
                b.push(" order by ");
                if !b.order(&table, Alias::ROOT, &[], true)? {
                    b.push("1");
                }
                b.push(" limit ").bind(Bind::Int(i64::try_from(MAX_ROWS).unwrap_or(i64::MAX)));
                let mut texts = Texts { engine, expr: &expr, found: Vec::new() };
                run::load(&mut reader.conn, &b.finish()?, &mut texts)?;
                Ok(texts.found)
            })
            .await
    }

    /// The database with the eyes of a caller.
    pub(crate) fn guard<'s>(&self, schema: &'s Schema, caller: &Caller) -> Guard<'s> {
        Guard::new(schema, caller, self.context(caller))
    }

    /// Who asks and when, as expressions see it.
    pub(crate) fn context(&self, caller: &Caller) -> Context {
        let now = self.now();
        let micros = now.as_microsecond();
        let whole = jiff::Timestamp::from_microsecond(micros).unwrap_or(now);
        Context::of(caller, jiff::tz::TimeZone::UTC.to_datetime(whole))
    }
}
