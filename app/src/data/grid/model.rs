//! What the server tells the browser of a page of the grid.

use serde::{Deserialize, Serialize};
use tenon_model::Error;

use super::{cell::Cell, sort::SortTerm};
use crate::data::{column::ColumnInfo, filter::Group};

/// A page of a table's grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridPage {
    /// The table.
    pub table: String,
    /// Its comment.
    pub comment: Option<String>,
    /// All its columns.
    pub columns: Vec<ColumnInfo>,
    /// The shown columns, as positions in `columns`.
    pub shown: Vec<usize>,
    /// The rows.
    pub rows: Vec<GridRow>,
    /// Whether rows follow.
    pub more: bool,
    /// How many rows the filter meets, if that was asked for.
    pub total: Option<u64>,
    /// The order, without the tie-break.
    pub order: Vec<SortTerm>,
    /// The filter as the builder shows it; `None` if it holds what the builder cannot show.
    pub filter: Option<Group>,
    /// Why the view that the address names cannot be shown; then there are no rows.
    pub problem: Option<Error>,
    /// Whether records have a key by which they can be opened and changed.
    pub keyed: bool,
    /// Whether the caller may change the table's structure.
    pub may_build: bool,
    /// The table's checks, as text; empty without any.
    pub checks: String,
    /// As whom it is seen; empty for oneself.
    pub seen_as: String,
    /// Whether nothing is written, because it is seen as somebody else.
    pub read_only: bool,
}

/// A row: its key (encoded; empty without one) and a cell for each shown column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridRow {
    /// The key as in the record's address.
    #[serde(rename = "k")]
    pub key: String,
    /// The cells.
    #[serde(rename = "c")]
    pub cells: Vec<Cell>,
}

impl GridPage {
    /// The shown columns.
    pub fn shown_columns(&self) -> impl Iterator<Item = &ColumnInfo> {
        self.shown.iter().filter_map(|position| self.columns.get(*position))
    }
}

/// A cell's new value, and what the person saw before. Travels as JSON: a form could not tell an empty text from null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellChange {
    /// The table.
    pub table: String,
    /// The row's key as in the record's address.
    pub key: String,
    /// The column.
    pub column: String,
    /// The new value; `None` is null.
    pub value: Option<String>,
    /// The value that the person saw.
    pub seen: Option<String>,
    /// The columns that the page shows, by name.
    pub shown: Vec<String>,
    /// As whom the page is seen; empty for oneself.
    #[serde(default)]
    pub seen_as: String,
}

/// What became of a cell's new value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellOutcome {
    /// It is saved.
    Saved {
        /// The row as it is now; `None` if it could not be read again.
        row: Option<GridRow>,
        /// Whether the table no longer is as the page shows it.
        reshaped: bool,
    },
    /// Somebody else changed the cell meanwhile; nothing is saved.
    Conflict {
        /// The value as it is now.
        theirs: Option<String>,
    },
    /// Somebody deleted the record meanwhile.
    Gone,
}
