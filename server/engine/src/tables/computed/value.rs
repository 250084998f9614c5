//! A computed column's value as SQL that stands in a definition: nothing is bound.

use tenon_model::{Column, Expr, Ident, Result, Schema};

use crate::{
    database::EngineKind,
    records::{
        policies::computed,
        sql::{Alias, Builder, Root},
    },
};

/// The expression over what the database keeps of a row: without columns that are computed on read, or from the row itself.
pub(crate) fn base(schema: &Schema, table: &Ident, expr: Expr) -> Expr {
    computed::over_kept(schema, table, expr)
}

/// A stored column's value in SQL, over a row that is called so.
pub(super) fn value(kind: EngineKind, schema: &Schema, table: &Ident, column: &Column, root: Root) -> Result<Option<String>> {
    let Some(generated) = column.generated.as_ref().filter(|generated| generated.stored) else { return Ok(None) };
    let expr = base(schema, table, generated.expr.clone());
    let mut b = Builder::new(kind, schema);
    b.root = root;
    b.expr(Alias::ROOT, &expr)?;
    Ok(Some(b.finish()?.inlined(kind)))
}

/// The value of a column that SQLite generates, for its definition.
pub(crate) fn own_value(schema: &Schema, table: &Ident, column: &Column) -> Option<String> {
    if !column.generated.as_ref().is_some_and(|generated| generated.stored && !generated.reads_tables()) {
        return None;
    }
    // It was checked when the column was made.
    value(EngineKind::Sqlite, schema, table, column, Root::Bare).ok().flatten()
}
