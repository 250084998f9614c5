//! Check constraints on either engine: their SQL, and the rows that do not pass.
//!
//! The databases themselves enforce them, so that no way to a row leads past them. On SQLite they call functions of Tenon's
//! where SQL means something else there: programs without these can read the table, not write to it.

use tenon_model::{Check, Code, Error, Expr, Ident, Result, Schema, Table, expression::IsTest};

use super::{FailingRows, obstacles::count_of};
use crate::{
    database::{Conn, EngineKind},
    records::{
        cell::RawRow,
        output,
        run::{self, Sink},
        sql::{Alias, Builder, Root, Rows, Shown, select},
    },
};

/// How many of the rows that fail are named.
const NAMED: u64 = 100;
/// How many of them a message names.
const TOLD: usize = 5;

/// `constraint "name" check (…)`.
pub(super) fn sql(engine: EngineKind, schema: &Schema, table: &Table, check: &Check) -> Result<String> {
    let mut b = Builder::new(engine, schema);
    b.root = Root::Bare;
    b.expr(Alias::ROOT, &check.expr)?;
    let mut condition = b.finish()?.inlined(engine);
    if check.not_valid && engine == EngineKind::Sqlite {
        // SQLite asks a check only if a column in it is set. A row that fails must not be left so by any change, as in
        // PostgreSQL. (What is joined by "and" SQLite may leave out.)
        condition = format!("case when {} then ({condition}) end", every_column(table));
    }
    Ok(format!("constraint {} check ({condition})", check.name.quoted()))
}

/// What is true and speaks of every column.
fn every_column(table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().filter(|c| !c.is_virtual()).map(|c| c.name.quoted()).collect();
    // SQLite's functions take 127 arguments at most.
    let parts = columns.chunks(100).map(|part| format!("coalesce(1, {})", part.join(", ")));
    parts.collect::<Vec<_>>().join(" and ")
}

/// The rows that a check refuses, if there are any.
pub(super) fn failing(conn: &mut Conn, schema: &Schema, table: &Table, check: &Check) -> Result<Option<FailingRows>> {
    let filter = Expr::Is(Box::new(check.expr.clone()), IsTest::False);
    let engine = conn.kind();
    let count = select::count(engine, schema, &table.name, &filter, None)?;
    let count = u64::try_from(run::number(conn, &count).map_err(|e| cannot_ask(check, e))?).unwrap_or(0);
    if count == 0 {
        return Ok(None);
    }
    let rows = Rows { table: &table.name, filter: &filter, order: &[], limit: Some(NAMED), offset: 0 };
    let columns = table.key_columns().iter().filter_map(|name| table.column(name.as_str()));
    let columns: Vec<Shown<'_>> = columns.map(|column| Shown::column(&column.name, &column.data_type)).collect();
    let mut keys = Keys { engine, columns: &columns, found: Vec::new() };
    if !columns.is_empty() {
        run::load(conn, &select::select(engine, schema, &columns, &rows)?, &mut keys)?;
    }
    Ok(Some(FailingRows { table: table.name.clone(), check: check.name.clone(), count, keys: keys.found }))
}

/// The check itself fails on a row.
fn cannot_ask(check: &Check, error: Error) -> Error {
    if !matches!(error.code, Code::InvalidValue | Code::OutOfRange | Code::Unsupported | Code::TooLarge) {
        return error;
    }
    let message = format!("check \"{}\" cannot be asked of every row: {}", check.name, error.message);
    Error { message, ..error }
}

struct Keys<'k> {
    engine: EngineKind,
    columns: &'k [Shown<'k>],
    found: Vec<Vec<String>>,
}

impl Sink for Keys<'_> {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let text = |(index, shown): (usize, &Shown<'_>)| {
            row.cell(index, |cell| output::canonical(self.engine, &shown.data_type, cell)).unwrap_or_default()
        };
        self.found.push(self.columns.iter().enumerate().map(text).collect());
        Ok(())
    }
}

impl FailingRows {
    /// Why the check cannot be added.
    pub(super) fn obstacle(&self, table: &Table) -> Error {
        let (table_name, check) = (&self.table, &self.check);
        let verb = if self.count == 1 { "does" } else { "do" };
        let message = format!("{} of \"{table_name}\" {verb} not pass the check \"{check}\"", count_of(self.count));
        let error = Error::new(Code::CheckViolation, message).with_hint(
            "mend these rows first, or add the check \"not valid\": then it binds only rows that are written from now on",
        );
        let columns: Vec<&str> = table.key_columns().iter().map(Ident::as_str).collect();
        if self.keys.is_empty() {
            return error;
        }
        let one = |key: &Vec<String>| format!("({})=({})", columns.join(", "), key.join(", "));
        let mut told: Vec<String> = self.keys.iter().take(TOLD).map(one).collect();
        if self.count > told.len() as u64 {
            told.push("…".to_owned());
        }
        error.with_details(format!("rows that fail: {}", told.join(", ")))
    }
}
