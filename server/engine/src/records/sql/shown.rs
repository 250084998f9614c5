//! What a select shows of a row: columns, and what is computed from them.

use std::borrow::Cow;

use tenon_model::{DataType, Expr, Ident, Result, ScalarType};

use super::{Alias, Builder};

/// A value to read of each row.
#[derive(Clone, Debug)]
pub(crate) struct Shown<'q> {
    what: What<'q>,
    /// Its type.
    pub(crate) data_type: Cow<'q, DataType>,
}

#[derive(Clone, Copy, Debug)]
enum What<'q> {
    Column(&'q Ident),
    Computed(&'q Expr),
}

impl<'q> Shown<'q> {
    /// A column.
    pub(crate) fn column(name: &'q Ident, data_type: &'q DataType) -> Self {
        Self { what: What::Column(name), data_type: Cow::Borrowed(data_type) }
    }

    /// What an expression makes of the row.
    pub(crate) fn computed(expr: &'q Expr) -> Self {
        Self { what: What::Computed(expr), data_type: Cow::Owned(expr.data_type()) }
    }

    /// Whether it is that column.
    pub(crate) fn is_column(&self, name: &Ident) -> bool {
        matches!(self.what, What::Column(own) if own == name)
    }

    /// Whether both are the same column.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        matches!(other.what, What::Column(name) if self.is_column(name))
    }
}

impl Builder<'_> {
    /// `a, b, c`, or `1` if there is none.
    pub(crate) fn select_list(&mut self, alias: Option<Alias>, columns: &[Shown<'_>]) -> Result<()> {
        if columns.is_empty() {
            self.push("1");
        }
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.select_column(alias, column)?;
        }
        Ok(())
    }

    /// A value to read: on PostgreSQL as text. Without an alias, a column's bare name.
    pub(crate) fn select_column(&mut self, alias: Option<Alias>, shown: &Shown<'_>) -> Result<()> {
        match (shown.what, alias) {
            (What::Column(name), Some(alias)) => drop(self.column(alias, name)),
            (What::Column(name), None) => drop(self.ident(name)),
            (What::Computed(expr), alias) => {
                self.push("(");
                self.expr(alias.unwrap_or(Alias::ROOT), expr)?;
                self.push(")");
            }
        }
        let is_text = shown.data_type.scalar().is_some_and(ScalarType::is_text);
        if !self.is_sqlite() && !is_text {
            self.push("::text");
        }
        Ok(())
    }
}
