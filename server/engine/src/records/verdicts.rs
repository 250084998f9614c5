//! What a condition says of a table's rows, counted by the database.

use tenon_model::{Expr, Ident, Result, Schema, Value, expression::functions::BOOLEAN};

use super::{
    cell::RawRow,
    run::{self, Sink},
    sql::{Alias, Bind, Builder},
};
use crate::database::{Conn, EngineKind};

/// How many rows a condition holds for, fails for, and says nothing of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verdicts {
    /// It is true.
    pub holds: u64,
    /// It is false.
    pub fails: u64,
    /// It is null.
    pub unknown: u64,
}

impl Verdicts {
    /// How many rows were looked at.
    #[must_use]
    pub fn rows(self) -> u64 {
        self.holds + self.fails + self.unknown
    }
}

/// Counts what a condition says of the table's first rows, at most so many.
///
/// # Errors
/// What the condition's operators refuse, and whatever else the database answers.
pub(crate) fn verdicts(conn: &mut Conn, schema: &Schema, table: &Ident, expr: &Expr, most: u64) -> Result<Verdicts> {
    let mut b = Builder::new(conn.kind(), schema);
    b.uncached();
    let text = if b.is_sqlite() { "" } else { "::text" };
    for (index, test) in ["v", "not v", "v is null"].into_iter().enumerate() {
        b.push(if index > 0 { ", " } else { "select " });
        b.push("coalesce(sum(case when ").push(test).push(" then 1 else 0 end), 0)").push(text);
    }
    b.push(" from (select (");
    b.expr(Alias::ROOT, &decided(b.engine, expr.clone()))?;
    b.push(") as v from ").table(table, Alias::ROOT);
    b.push(" limit ").bind(Bind::Int(i64::try_from(most).unwrap_or(i64::MAX))).push(") as looked");
    let mut counted = Counted::default();
    run::load(conn, &b.finish()?, &mut counted)?;
    Ok(counted.0)
}

/// A condition as a value to select. SQLite computes both sides of a selected `and`, though in a filter the first one may decide:
/// what it decides there, it decides in a `case` too.
pub(crate) fn decided(engine: EngineKind, expr: Expr) -> Expr {
    if engine == EngineKind::Postgres || expr.data_type() != BOOLEAN || !matches!(expr, Expr::And(_) | Expr::Or(_) | Expr::Not(_)) {
        return expr;
    }
    let literal = |flag| Expr::Literal { value: Value::Bool(flag), data_type: BOOLEAN };
    let branches = vec![(expr.clone(), literal(true)), (Expr::Not(Box::new(expr)), literal(false))];
    Expr::Case { branches, otherwise: None, data_type: BOOLEAN }
}

#[derive(Default)]
struct Counted(Verdicts);

impl Sink for Counted {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let count = |index| u64::try_from(row.int(index)).unwrap_or(0);
        self.0 = Verdicts { holds: count(0), fails: count(1), unknown: count(2) };
        Ok(())
    }
}
