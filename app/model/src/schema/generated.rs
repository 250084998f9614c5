//! Computed columns: `generated always as (…)`.

use serde::{Deserialize, Serialize};

use super::Column;
use crate::Expr;

/// What a computed column is computed from, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    /// The value, over a row of the column's table; of the column's type.
    pub expr: Expr,
    /// Kept in the row and renewed by every write it rests on, or else computed by every read that asks for it.
    pub stored: bool,
}

impl Generated {
    /// Whether it looks into other rows than its own: a lookup or a rollup.
    #[must_use]
    pub fn reads_tables(&self) -> bool {
        self.expr.reads_tables()
    }
}

impl Column {
    /// Whether it is computed on read: no database knows of it.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        self.generated.as_ref().is_some_and(|generated| !generated.stored)
    }

    /// Whether it is kept in the row and computed from other rows.
    #[must_use]
    pub fn is_stored_from_others(&self) -> bool {
        self.generated.as_ref().is_some_and(|generated| generated.stored && generated.reads_tables())
    }
}
