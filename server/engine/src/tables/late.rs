//! Columns that can only be made when all tables are there.

use tenon_model::{Column, Table};

/// Whether a column looks into other tables, or is computed from one that does, or from one that stands behind it: such come
/// behind all others, so that tables can be made one after the other.
pub(super) fn is_late(table: &Table, column: &Column) -> bool {
    let Some(generated) = &column.generated else { return false };
    let place = table.columns.iter().position(|c| c.name == column.name).unwrap_or(table.columns.len());
    let used = generated.expr.uses(&table.name).columns;
    let mut own = table.columns.iter().enumerate().filter(|(_, c)| used.contains(&(table.name.clone(), c.name.clone())));
    generated.reads_tables() || own.any(|(at, c)| c.generated.is_some() && (at >= place || is_late(table, c)))
}
