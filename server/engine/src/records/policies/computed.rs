//! Computed columns: put into what a caller asks for, as what they are computed from, seen by the caller.

use tenon_model::{
    Command, Expr, Generated, Ident, Result, Schema,
    expression::{ColumnOf, ContextValue},
};

use super::Guard;
use crate::records::access::Rights;

/// Which computed columns are replaced by what they are computed from.
#[derive(Clone, Copy)]
enum Which {
    /// Those that no database knows.
    Virtual,
    /// These of any row, and of the row itself those that are kept from other rows: a write has not brought them up to date.
    FromOthers,
    /// These of any row, and all of the row itself: it is not written yet.
    Proposed,
    /// These of any row, and of the row itself those that rest on nothing but it.
    OverKept,
}

impl Which {
    fn takes(self, generated: &Generated, own: bool) -> bool {
        match self {
            _ if !generated.stored => true,
            Self::Virtual => false,
            Self::FromOthers => own && generated.reads_tables(),
            Self::Proposed => own,
            Self::OverKept => own && !generated.reads_tables(),
        }
    }

    fn expression(self, schema: &Schema, column: ColumnOf<'_>) -> Option<Expr> {
        let table = schema.table(column.table.as_str())?;
        let generated = table.column(column.name.as_str())?.generated.as_ref()?;
        if !self.takes(generated, column.own) {
            return None;
        }
        Some(
            generated
                .expr
                .clone()
                .with_columns(column.table, &|inner| self.expression(schema, ColumnOf { own: column.own && inner.own, ..inner })),
        )
    }
}

/// Whether some table has computed columns.
pub(super) fn any(schema: &Schema) -> bool {
    schema.tables.values().any(|table| table.columns.iter().any(|column| column.generated.is_some()))
}

/// An expression over a row of a table, with columns that are computed on read replaced by what they are computed from.
pub(crate) fn expanded(schema: &Schema, table: &Ident, expr: Expr) -> Expr {
    expr.with_columns(table, &|column| Which::Virtual.expression(schema, column))
}

/// An expression over a row of a table, over what the database keeps of the row and of others.
pub(crate) fn over_kept(schema: &Schema, table: &Ident, expr: Expr) -> Expr {
    expr.with_columns(table, &|column| Which::OverKept.expression(schema, column))
}

impl Guard<'_> {
    /// A policy's condition, its computed columns put in.
    pub(super) fn with_computed(&self, table: &Ident, expr: Expr) -> Expr {
        if self.computed { expanded(self.schema, table, expr) } else { expr }
    }

    /// An expression over a row of a table, with what it looks into seen by the caller.
    ///
    /// # Errors
    /// As [`Guard::using`]; [`tenon_model::Code::Forbidden`] if a computed column looks into a table that the caller may not
    /// read.
    pub(super) fn seen(&self, table: &Ident, expr: Expr) -> Result<Expr> {
        if !self.computed {
            return self.related(expr);
        }
        let expr = expanded(self.schema, table, expr);
        self.require_tables(table, &expr)?;
        let expr = if self.held.is_some() { self.related(self.protect(expr, &mut Vec::new())?)? } else { expr };
        Ok(self.filled(expr))
    }

    /// As [`Guard::seen`], of a row that was just written: what is kept from other rows is not yet up to date in it.
    ///
    /// # Errors
    /// As [`Guard::seen`].
    pub(super) fn seen_written(&self, table: &Ident, expr: Expr) -> Result<Expr> {
        let expr = self.seen(table, expr)?;
        if !self.computed {
            return Ok(expr);
        }
        Ok(expr.with_columns(table, &|column| Which::FromOthers.expression(self.schema, column)))
    }

    /// A condition on a row that is to be written, which has no computed columns yet.
    pub(crate) fn of_proposed(&self, table: &Ident, expr: Expr) -> Expr {
        if !self.computed {
            return expr;
        }
        self.filled(expr.with_columns(table, &|column| Which::Proposed.expression(self.schema, column)))
    }

    fn filled(&self, expr: Expr) -> Expr {
        let mut asks = false;
        expr.visit(&mut |part| asks |= matches!(part, Expr::Context(_)));
        if asks { self.context.fill(&expr) } else { expr }
    }

    /// Refuses to look into tables for whom may not read them.
    fn require_tables(&self, table: &Ident, expr: &Expr) -> Result<()> {
        if !expr.reads_tables() {
            return Ok(());
        }
        let rights = Rights::of(&self.caller, self.schema)?;
        let uses = expr.uses(table);
        let read = |name: &Ident| rights.require(name, Command::Select);
        let columns = uses.columns.iter().filter(|(of, _)| of != table);
        let all =
            uses.tables.iter().try_for_each(read).and_then(|()| {
                columns.into_iter().try_for_each(|(of, column)| rights.require_columns(of, Command::Select, [column]))
            });
        all.map_err(|error| error.with_hint("a computed column looks into that table: select the others by name"))
    }
}

/// What an expression asks that is not the same at every moment and for everybody.
pub(crate) fn moment_or_person(expr: &Expr) -> Option<ContextValue> {
    let mut found = None;
    expr.visit(&mut |part| {
        if let Expr::Context(value) = part {
            found.get_or_insert(*value);
        }
    });
    found
}
