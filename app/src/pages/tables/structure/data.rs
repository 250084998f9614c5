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
    pub(super) checks: Vec<CheckData>,
    pub(super) relations: Vec<RelationData>,
    pub(super) referenced_by: Vec<RelationData>,
    /// What was granted to each role.
    pub(super) access: Vec<RoleAccess>,
    pub(super) offers: Offers,
    /// What lookups can show: `constraint|column`, and how a person calls it.
    pub(super) lookups: Vec<(String, String)>,
    /// What rollups can compute from: `table|constraint`, and how a person calls it.
    pub(super) rollups: Vec<(String, String)>,
    /// What of: `table|column`, and how a person calls it.
    pub(super) rollup_columns: Vec<(String, String)>,
}

/// What was granted to a role itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RoleAccess {
    pub(super) role: String,
    /// Select, insert, update and delete.
    pub(super) table: [bool; 4],
    /// Select, insert and update, on each column in the table's order.
    pub(super) columns: Vec<[bool; 3]>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ColumnData {
    pub(super) form: ColumnForm,
    pub(super) type_text: String,
    pub(super) comment: String,
    /// What it is computed from, in SQL; empty for others.
    pub(super) computed: String,
    /// Whether the computed value is kept.
    pub(super) stored: bool,
}

/// A key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Constraint {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// A check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CheckData {
    pub(super) name: String,
    pub(super) sql: String,
    pub(super) message: String,
    pub(super) not_valid: bool,
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
        computed: column.generated.as_ref().map(|generated| generated.expr.to_sql(&table.name)).unwrap_or_default(),
        stored: column.generated.as_ref().is_some_and(|generated| generated.stored),
    };
    let unique = |unique: &tenon_model::Unique| Constraint { name: unique.name.to_string(), columns: texts(&unique.columns) };
    let index = |index: &tenon_model::Index| IndexData {
        name: index.name.to_string(),
        columns: index.columns.iter().map(|c| format!("{}{}", c.column, if c.descending { " ↓" } else { "" })).collect(),
        unique: index.unique,
    };
    let check = |check: &tenon_model::Check| CheckData {
        name: check.name.to_string(),
        sql: check.expr.to_sql(&table.name),
        message: check.message.clone().unwrap_or_default(),
        not_valid: check.not_valid,
    };
    let rights = |role: &tenon_model::Role| {
        let granted = table.access.granted(role.as_str()).cloned().unwrap_or_default();
        let on = |column: &tenon_model::Column| granted.columns.get(&column.name).copied().unwrap_or_default();
        RoleAccess {
            role: role.to_string(),
            table: [granted.table.select, granted.table.insert, granted.table.update, granted.table.delete],
            columns: table.columns.iter().map(on).map(|on| [on.select, on.insert, on.update]).collect(),
        }
    };
    let roles = schema.all_roles().filter(|role| **role != tenon_model::Role::ServiceRole);
    Ok(StructureData {
        name: table.name.to_string(),
        comment: table.comment.clone().unwrap_or_default(),
        columns: table.columns.iter().map(column).collect(),
        primary_key: table.primary_key.as_ref().map(unique),
        uniques: table.uniques.iter().map(unique).collect(),
        indexes: table.indexes.iter().map(index).collect(),
        checks: table.checks.iter().map(check).collect(),
        relations: table.foreign_keys.iter().map(|key| relation(table, key)).collect(),
        referenced_by: schema.references_to(name).map(|(from, key)| relation(from, key)).collect(),
        access: roles.map(rights).collect(),
        offers: Offers::of(schema),
        lookups: lookups(schema, table),
        rollups: rollups(schema, table),
        rollup_columns: rollup_columns(schema, table),
    })
}

#[cfg(feature = "ssr")]
fn lookups(schema: &tenon_model::Schema, table: &tenon_model::Table) -> Vec<(String, String)> {
    let of = |key: &tenon_model::ForeignKey| {
        let target = schema.table(key.references.as_str())?.clone();
        let via = texts(&key.columns).join(", ");
        let choice = |column: &tenon_model::Column| {
            (format!("{}|{}", key.name, column.name), format!("{} of {} ({via})", column.name, target.name))
        };
        Some(target.columns.iter().map(choice).collect::<Vec<_>>())
    };
    table.foreign_keys.iter().filter_map(of).flatten().collect()
}

#[cfg(feature = "ssr")]
fn rollups(schema: &tenon_model::Schema, table: &tenon_model::Table) -> Vec<(String, String)> {
    let from = schema.references_to(table.name.as_str());
    from.map(|(from, key)| (format!("{}|{}", from.name, key.name), format!("{} ({})", from.name, texts(&key.columns).join(", "))))
        .collect()
}

#[cfg(feature = "ssr")]
fn rollup_columns(schema: &tenon_model::Schema, table: &tenon_model::Table) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for (from, _) in schema.references_to(table.name.as_str()) {
        for column in &from.columns {
            let choice = (format!("{}|{}", from.name, column.name), format!("{}.{}", from.name, column.name));
            if !all.contains(&choice) {
                all.push(choice);
            }
        }
    }
    all
}

#[cfg(feature = "ssr")]
fn relation(from: &tenon_model::Table, key: &tenon_model::ForeignKey) -> RelationData {
    RelationData {
        name: key.name.to_string(),
        from: from.name.to_string(),
        columns: texts(&key.columns),
        to: key.target_sql(),
        to_columns: texts(&key.referenced_columns),
        on_delete: key.on_delete.as_sql().to_owned(),
    }
}

#[cfg(feature = "ssr")]
fn texts(names: &[tenon_model::Ident]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
