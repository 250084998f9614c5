//! What the page shows of a table.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::column_fields::Offers;
use crate::{ddl::ColumnForm, errors::Result};

/// What the page shows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StructureData {
    pub(super) name: String,
    pub(super) comment: String,
    pub(super) columns: Vec<ColumnData>,
    pub(super) primary_key: Option<Constraint>,
    pub(super) uniques: Vec<Constraint>,
    pub(super) indexes: Vec<IndexData>,
    pub(super) relations: Vec<RelationData>,
    pub(super) referenced_by: Vec<RelationData>,
    /// Select, insert, update and delete, by the publishable key and by signed-in users.
    pub(super) access: [[bool; 4]; 2],
    pub(super) offers: Offers,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ColumnData {
    pub(super) form: ColumnForm,
    pub(super) type_text: String,
    pub(super) comment: String,
}

/// A key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Constraint {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IndexData {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) unique: bool,
}

/// A foreign key, from this table or to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RelationData {
    pub(super) name: String,
    pub(super) from: String,
    pub(super) columns: Vec<String>,
    pub(super) to: String,
    pub(super) to_columns: Vec<String>,
    pub(super) on_delete: String,
}

#[server]
pub(super) async fn load_structure(table: String) -> Result<StructureData> {
    let (engine, _) = crate::context::builder().await?;
    Ok(describe(&engine.schema(), &table)?)
}

#[cfg(feature = "ssr")]
fn describe(schema: &tenon_model::Schema, name: &str) -> tenon_model::Result<StructureData> {
    let table = schema.require_table(name)?;
    let column = |column: &tenon_model::Column| ColumnData {
        form: ColumnForm { key: table.key_columns().contains(&column.name), ..ColumnForm::of(column) },
        type_text: column.data_type.to_string().replace('"', ""),
        comment: column.comment.clone().unwrap_or_default(),
    };
    let unique = |unique: &tenon_model::Unique| Constraint { name: unique.name.to_string(), columns: texts(&unique.columns) };
    let index = |index: &tenon_model::Index| IndexData {
        name: index.name.to_string(),
        columns: index.columns.iter().map(|c| format!("{}{}", c.column, if c.descending { " ↓" } else { "" })).collect(),
        unique: index.unique,
    };
    let rights = |role| {
        let granted = table.access.granted(role).map(|grants| grants.table).unwrap_or_default();
        [granted.select, granted.insert, granted.update, granted.delete]
    };
    Ok(StructureData {
        name: table.name.to_string(),
        comment: table.comment.clone().unwrap_or_default(),
        columns: table.columns.iter().map(column).collect(),
        primary_key: table.primary_key.as_ref().map(unique),
        uniques: table.uniques.iter().map(unique).collect(),
        indexes: table.indexes.iter().map(index).collect(),
        relations: table.foreign_keys.iter().map(|key| relation(table, key)).collect(),
        referenced_by: schema.references_to(name).map(|(from, key)| relation(from, key)).collect(),
        access: [rights("anon"), rights("authenticated")],
        offers: Offers::of(schema),
    })
}

#[cfg(feature = "ssr")]
fn relation(from: &tenon_model::Table, key: &tenon_model::ForeignKey) -> RelationData {
    RelationData {
        name: key.name.to_string(),
        from: from.name.to_string(),
        columns: texts(&key.columns),
        to: key.references.to_string(),
        to_columns: texts(&key.referenced_columns),
        on_delete: key.on_delete.as_sql().to_owned(),
    }
}

#[cfg(feature = "ssr")]
fn texts(names: &[tenon_model::Ident]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
