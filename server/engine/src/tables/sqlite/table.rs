//! A table on SQLite.

use tenon_model::{Column, ForeignKey, Ident, Index, ReferentialAction, Result, ScalarType, Schema, Table, Unique};

use super::column;
use crate::{
    database::EngineKind,
    tables::{checks, sql::list},
};

/// The column that is the row's number: the identity column, which SQLite fills only there, else a primary key of one
/// integer column: looking a row up by it costs one search, not two.
pub(super) fn row_number(table: &Table) -> Option<&Column> {
    if let Some(identity) = table.columns.iter().find(|c| c.identity.is_some()) {
        return Some(identity);
    }
    match table.key_columns() {
        [only] => table.column(only.as_str()).filter(|c| c.data_type.scalar().is_some_and(ScalarType::is_integer)),
        _ => None,
    }
}

/// Whether the table's row numbers count up and are never used again, as PostgreSQL's identities.
pub(super) fn counts_up(table: &Table) -> bool {
    row_number(table).is_some_and(|c| c.identity.is_some())
}

/// `CREATE TABLE` under another name, which is that of its rebuild.
pub(super) fn create_as(schema: &Schema, table: &Table, name: &Ident) -> Result<String> {
    let number = row_number(table).map(|c| &c.name);
    let mut parts: Vec<String> = table
        .columns
        .iter()
        .filter(|c| !c.is_virtual())
        .map(|c| {
            let key = if c.identity.is_some() { " PRIMARY KEY AUTOINCREMENT" } else { " PRIMARY KEY" };
            column::definition(schema, &table.name, c, (number == Some(&c.name)).then_some(key))
        })
        .collect();
    match (number, table.key_columns()) {
        (_, []) => {}
        (Some(number), [only]) if only == number => {}
        // The columns are not null, so this is as good.
        (Some(_), key) => parts.push(format!("UNIQUE ({})", list(key))),
        (None, key) => parts.push(format!("PRIMARY KEY ({})", list(key))),
    }
    parts.extend(table.foreign_keys.iter().map(foreign_key));
    for check in &table.checks {
        parts.push(checks::sql(EngineKind::Sqlite, schema, table, check)?);
    }
    Ok(format!("CREATE TABLE {} (\n  {}\n) STRICT", name.quoted(), parts.join(",\n  ")))
}

/// The statements that make a table with its unique constraints and indexes.
pub(super) fn create(schema: &Schema, table: &Table) -> Result<Vec<String>> {
    let mut all = vec![create_as(schema, table, &table.name)?];
    all.extend(indexes(table));
    Ok(all)
}

/// The statements that make a table's unique constraints and indexes.
pub(super) fn indexes(table: &Table) -> Vec<String> {
    let uniques = table.uniques.iter().map(|u| unique(table, u));
    uniques.chain(table.indexes.iter().map(|i| index(&table.name, i))).collect()
}

/// A unique constraint is a named unique index, so that it can come and go without a rebuild.
pub(super) fn unique(table: &Table, unique: &Unique) -> String {
    let columns = list(&unique.columns);
    format!("CREATE UNIQUE INDEX {} ON {} ({columns})", unique.name.quoted(), table.name.quoted())
}

pub(super) fn index(table: &Ident, index: &Index) -> String {
    let columns = index.columns.iter().map(|c| format!("{}{}", c.column.quoted(), if c.descending { " DESC" } else { "" }));
    format!(
        "CREATE {}INDEX {} ON {} ({})",
        if index.unique { "UNIQUE " } else { "" },
        index.name.quoted(),
        table.quoted(),
        columns.collect::<Vec<_>>().join(", ")
    )
}

fn foreign_key(key: &ForeignKey) -> String {
    let mut out = format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
        key.name.quoted(),
        list(&key.columns),
        key.references.quoted(),
        list(&key.referenced_columns)
    );
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        if action != ReferentialAction::NoAction {
            out.push_str(&format!(" ON {event} {}", action.as_sql().to_uppercase()));
        }
    }
    out
}
