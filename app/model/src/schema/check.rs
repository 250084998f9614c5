//! What every row of a table must fulfil.

use serde::{Deserialize, Serialize};

use super::Table;
use crate::{Expr, Ident};

/// A check constraint. A row passes where the expression is true or null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The constraint's name, unique in the table, e.g. `orders_quantity_check`.
    pub name: Ident,
    /// What must not be false; over the row's own columns, the same for all who ask and at any time.
    pub expr: Expr,
    /// What a person is told whose row does not pass (`comment on constraint`).
    #[serde(default)]
    pub message: Option<String>,
    /// `not valid`: rows that were there before it may fail.
    #[serde(default)]
    pub not_valid: bool,
}

impl Check {
    /// The columns it looks at, in the table's order.
    #[must_use]
    pub fn columns<'t>(&self, table: &'t Table) -> Vec<&'t Ident> {
        let used = self.expr.uses(&table.name).columns;
        table.columns.iter().map(|c| &c.name).filter(|name| used.iter().any(|(_, column)| column == *name)).collect()
    }

    /// What a person is told: the builder's message, else which check it is.
    #[must_use]
    pub fn told(&self, table: &Ident) -> String {
        self.message.clone().unwrap_or_else(|| violated(table, &self.name))
    }
}

/// PostgreSQL's words for a row that does not pass.
#[must_use]
pub fn violated(table: &Ident, check: &Ident) -> String {
    format!("new row for relation \"{table}\" violates check constraint \"{check}\"")
}
