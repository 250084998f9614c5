//! What to read: the typed form of a select with embedded related rows.

use serde::{Deserialize, Serialize};

use crate::{DataType, Expr, Ident};

/// A read of one table, its columns and its related rows, already checked against the schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadQuery {
    /// The table.
    pub table: Ident,
    /// What each row shows, in order; keys are unique.
    pub select: Vec<SelectItem>,
    /// Which rows.
    pub filter: Expr,
    /// In which order; rows that tie are ordered by nothing, as in SQL.
    pub order: Vec<OrderBy>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// After skipping so many.
    pub offset: u64,
}

/// One thing that a row shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "a select has few items")]
pub enum SelectItem {
    /// A value under a key.
    Field(Projection),
    /// Related rows under a key (or spread into the row).
    Embed(Embed),
}

/// A value under a key. Conversions of the value are made by Tenon, not by the database, so both engines agree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Projection {
    /// The key in the result: the alias, or the column's name.
    pub key: String,
    /// The value: a column, a path into a json column, or a cast of either.
    pub expr: Expr,
}

/// Related rows under a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embed {
    /// The key in the result: the alias, or the name that was asked for.
    pub key: String,
    /// How the other table is reached.
    pub relation: Relation,
    /// Whether rows without a related row are left out (`!inner`).
    pub inner: bool,
    /// Whether a to-one relation's fields stand in the row itself (`...table(…)`).
    pub spread: bool,
    /// What to read there. If it selects nothing, the row shows no key: the embed only filters.
    pub query: ReadQuery,
}

/// How another table is reached from a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// The foreign key's name, for messages.
    pub name: Ident,
    /// The table reached.
    pub target: Ident,
    /// The columns of this row that join, in order.
    pub local: Vec<Ident>,
    /// The columns they equal: of `through.table` if there is one, else of the target; in the same order.
    pub foreign: Vec<Ident>,
    /// The table between, for many-to-many.
    pub through: Option<Through>,
    /// Whether at most one row is reached.
    pub to_one: bool,
}

/// The table between the two sides of a many-to-many relation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Through {
    /// The junction table.
    pub table: Ident,
    /// Its columns that join to the target, in order.
    pub local: Vec<Ident>,
    /// The target's columns they equal, in the same order.
    pub target: Vec<Ident>,
    /// Which of its rows join, if not all of them.
    #[serde(default)]
    pub filter: Option<Box<Expr>>,
}

/// One key of a sort order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderBy {
    /// What to sort by.
    pub expr: Expr,
    /// Which way.
    pub direction: SortDirection,
    /// Where nulls go; by default last ascending and first descending, as in PostgreSQL.
    pub nulls: Option<Nulls>,
}

/// Which way to sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortDirection {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Where nulls go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    /// Before all values.
    First,
    /// After all values.
    Last,
}

impl ReadQuery {
    /// All columns of a table, every row.
    #[must_use]
    pub fn all(table: &crate::Table) -> Self {
        let field = |c: &crate::Column| {
            SelectItem::Field(Projection {
                key: c.name.as_str().to_owned(),
                expr: Expr::Column { name: c.name.clone(), data_type: c.data_type.clone() },
            })
        };
        Self {
            table: table.name.clone(),
            select: table.columns.iter().map(field).collect(),
            filter: Expr::always(),
            order: Vec::new(),
            limit: None,
            offset: 0,
        }
    }
}

impl Projection {
    /// The type of the value shown.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        self.expr.data_type()
    }
}
