//! Finding a record to refer to.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;

/// A record that a reference may lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The value to store.
    pub value: String,
    /// What the record is called.
    pub label: String,
}

/// Records that the reference in a column may lead to, by a part of their name or their key.
#[server(endpoint = "related")]
pub(crate) async fn find_related(table: String, column: String, words: String) -> Result<Vec<Choice>, AppError> {
    let (engine, caller) = crate::context::caller().await?;
    Ok(server::choices(&engine, &caller, &table, &column, &words).await?)
}

#[cfg(feature = "ssr")]
pub(crate) use self::server::choices;

#[cfg(feature = "ssr")]
mod server {
    use tenon_engine::Engine;
    use tenon_model::{Caller, Expr, OrderBy, ReadQuery, Result, SortDirection};

    use super::Choice;
    use crate::data::{
        column::ColumnInfo,
        grid::query::{field, quick_search},
        rows,
    };

    /// As many as a person reads through.
    const MOST: u64 = 50;

    pub(crate) async fn choices(engine: &Engine, caller: &Caller, table: &str, column: &str, words: &str) -> Result<Vec<Choice>> {
        let schema = engine.schema();
        let table = schema.require_table(table)?;
        let Some(reference) = ColumnInfo::of(&schema, table, table.require_column(column)?).reference else {
            return Ok(Vec::new());
        };
        let target = schema.require_table(&reference.table)?;
        let value = target.require_column(&reference.column)?;
        let label = target.require_column(reference.label.as_deref().unwrap_or(&reference.column))?;
        let words = words.trim();
        let label_expr = Expr::Column { name: label.name.clone(), data_type: label.data_type.clone() };
        let read = ReadQuery {
            table: target.name.clone(),
            select: vec![field(&value.name, &value.data_type), rename(field(&label.name, &label.data_type))],
            filter: if words.is_empty() { Expr::always() } else { quick_search(&schema, target, words) },
            order: vec![OrderBy { expr: label_expr, direction: SortDirection::Ascending, nulls: None }],
            limit: Some(MOST),
            offset: 0,
        };
        let answer = engine.read(caller, read, Default::default()).await?;
        let choice = |row: rows::Values<'_>| {
            let value = row.0.first().and_then(|value| rows::text(value))?;
            let label = row.0.get(1).and_then(|label| rows::text(label)).unwrap_or_default();
            Some(Choice { value, label })
        };
        Ok(rows::rows(&answer.body)?.into_iter().filter_map(choice).collect())
    }

    /// Keys of a row must differ, even where a record is called by its key.
    fn rename(item: tenon_model::SelectItem) -> tenon_model::SelectItem {
        match item {
            tenon_model::SelectItem::Field(field) => {
                tenon_model::SelectItem::Field(tenon_model::Projection { key: "label".to_owned() + &field.key, ..field })
            }
            other => other,
        }
    }
}
