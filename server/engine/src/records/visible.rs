//! The schema as a caller may know it.

use std::sync::Arc;

use tenon_model::{Caller, Command, ForeignKey, Ident, Result, Schema, Table};

use super::access::Rights;
use crate::Engine;

impl Engine {
    /// The schema without the tables and columns that the caller may not read, and without what rests on these: what pages
    /// are made from for people who do not see everything.
    ///
    /// # Errors
    /// [`tenon_model::Code::UnknownRole`].
    pub fn schema_for(&self, caller: &Caller) -> Result<Arc<Schema>> {
        let schema = self.schema();
        let rights = Rights::of(caller, &schema)?;
        let visible = visible(&schema, &rights);
        Ok(visible.map_or_else(|| Arc::clone(&schema), Arc::new))
    }
}

/// What is left of a schema; none if that is all of it.
fn visible(schema: &Schema, rights: &Rights<'_>) -> Option<Schema> {
    if schema.tables.values().all(|table| rights.reads_all(table)) {
        return None;
    }
    let mut left = schema.clone();
    left.tables.retain(|_, table| rights.grants(table).may(Command::Select));
    for table in left.tables.values_mut().filter(|table| !rights.reads_all(table)) {
        let grants = rights.grants(table);
        keep_columns(Arc::make_mut(table), |name| grants.may_column(Command::Select, name.as_str()));
    }
    let known = left.clone();
    for table in left.tables.values_mut() {
        if table.foreign_keys.iter().any(|key| !leads_somewhere(&known, key)) {
            Arc::make_mut(table).foreign_keys.retain(|key| leads_somewhere(&known, key));
        }
    }
    Some(left)
}

/// A key or index of which a part cannot be seen is none.
fn keep_columns(table: &mut Table, is_kept: impl Fn(&Ident) -> bool) {
    table.columns.retain(|column| is_kept(&column.name));
    if table.primary_key.as_ref().is_some_and(|key| !key.columns.iter().all(&is_kept)) {
        table.primary_key = None;
    }
    table.uniques.retain(|unique| unique.columns.iter().all(&is_kept));
    table.foreign_keys.retain(|key| key.columns.iter().all(&is_kept));
    table.indexes.retain(|index| index.columns.iter().all(|column| is_kept(&column.column)));
}

fn leads_somewhere(schema: &Schema, key: &ForeignKey) -> bool {
    let target = schema.table(key.references.as_str());
    target.is_some_and(|target| key.referenced_columns.iter().all(|name| target.column(name.as_str()).is_some()))
}
