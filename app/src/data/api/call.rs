//! A read as a program would make it.

use serde::{Deserialize, Serialize};

use crate::data::urls;

/// A read of a table through REST.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Where the instance is, e.g. `http://127.0.0.1:3000`.
    pub origin: String,
    /// The key to show.
    pub key: String,
    /// The table.
    pub table: String,
    /// The select list; empty for all columns.
    pub select: String,
    /// What must hold of a row; all of them.
    pub terms: Vec<Term>,
    /// The order.
    pub order: Vec<Sort>,
    /// The first row.
    pub offset: u64,
    /// At most so many rows.
    pub limit: Option<u64>,
}

/// One condition of a read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Term {
    /// A column against a value.
    Column {
        /// The column.
        column: String,
        /// `not.` before the operator.
        negated: bool,
        /// REST's operator.
        op: String,
        /// The operand in REST's grammar.
        operand: String,
        /// The operand as a literal that JSON and Python can hold without quotes, if it is a number or a truth value.
        bare: bool,
    },
    /// A group as the `or` parameter takes it, without the outer parentheses.
    Any(String),
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
    /// Where nulls go, if it is said.
    pub nulls_first: Option<bool>,
}

impl Call {
    /// The path and query at `/rest/v1`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut pairs: Vec<(String, String)> = Vec::new();
        if !self.select.is_empty() {
            pairs.push(("select".into(), self.select.clone()));
        }
        for term in &self.terms {
            pairs.push(match term {
                Term::Column { column, negated, op, operand, .. } => {
                    (column.clone(), format!("{}{op}.{operand}", if *negated { "not." } else { "" }))
                }
                Term::Any(inner) => ("or".into(), format!("({inner})")),
            });
        }
        if !self.order.is_empty() {
            pairs.push(("order".into(), self.order.iter().map(Sort::rest).collect::<Vec<_>>().join(",")));
        }
        if self.offset > 0 {
            pairs.push(("offset".into(), self.offset.to_string()));
        }
        if let Some(limit) = self.limit {
            pairs.push(("limit".into(), limit.to_string()));
        }
        let query = urls::query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let join = if query.is_empty() { "" } else { "?" };
        format!("/rest/v1/{}{join}{query}", urls::segment(&self.table))
    }

    /// The first and the last row asked for.
    pub(super) fn range(&self) -> Option<(u64, u64)> {
        self.limit.map(|limit| (self.offset, self.offset + limit.max(1) - 1))
    }
}

impl Sort {
    fn rest(&self) -> String {
        let direction = if self.descending { ".desc" } else { "" };
        let nulls = match self.nulls_first {
            Some(true) => ".nullsfirst",
            Some(false) => ".nullslast",
            None => "",
        };
        format!("{}{direction}{nulls}", self.column)
    }
}
