//! What every row of a table must fulfil.

use serde::{Deserialize, Serialize};

use super::{Schema, Table};
use crate::{
    Expr, Ident, Result, Role, Value,
    expression::{
        Context,
        evaluate::{Environment, Row},
    },
};

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

    /// What a person at a form is told.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.message.clone().unwrap_or_else(|| format!("This does not pass the check “{}”.", self.name))
    }

    /// Whether it refuses a row; enum types are looked up in the schema.
    ///
    /// # Errors
    /// What the expression's operators refuse.
    pub fn refuses(&self, schema: &Schema, row: &Row) -> Result<bool> {
        // A check does not ask who asks, nor when.
        let context = Context { user: None, role: Role::Anon, email: None, jwt: None, now: jiff::civil::DateTime::default() };
        let value = Environment { schema, context: &context, data: None }.evaluate(&self.expr, row)?;
        Ok(value == Value::Bool(false))
    }

    /// What a program is told: the builder's message, else PostgreSQL's words.
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
