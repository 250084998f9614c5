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

/// What a person's words name among the records that a reference may lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Named {
    /// This one.
    One(Choice),
    /// Several, none of them by its very key or name.
    Several,
    /// None.
    None,
}

impl Named {
    /// Of records that are called or keyed so, in whatever case: the key before the name, the same case before another.
    #[must_use]
    pub fn best(choices: Vec<Choice>, words: &str) -> Self {
        let folded = words.to_lowercase();
        let rank = |choice: &Choice| match choice {
            Choice { value, .. } if value == words => 0,
            Choice { value, .. } if value.to_lowercase() == folded => 1,
            Choice { label, .. } if label == words => 2,
            Choice { label, .. } if label.to_lowercase() == folded => 3,
            _ => 4,
        };
        let Some(least) = choices.iter().map(rank).min() else { return Self::None };
        let mut best = choices.into_iter().filter(|choice| rank(choice) == least);
        match (best.next(), best.next()) {
            (Some(choice), None) => Self::One(choice),
            _ => Self::Several,
        }
    }
}

/// Records that the reference in a column may lead to, by a part of their name or their key.
#[server(endpoint = "related")]
pub(crate) async fn find_related(
    table: String,
    column: String,
    words: String,
    #[server(default)] seen_as: String,
) -> Result<Vec<Choice>, AppError> {
    let (engine, caller) = crate::context::viewer(&seen_as).await?;
    Ok(server::choices(&engine, &caller, &table, &column, &words).await?)
}

/// The record that the reference in a column leads to by these words: its key, its name, or a part of it that only one has.
#[server(endpoint = "related/one")]
pub(crate) async fn find_named(
    table: String,
    column: String,
    words: String,
    #[server(default)] seen_as: String,
) -> Result<Named, AppError> {
    let (engine, caller) = crate::context::viewer(&seen_as).await?;
    Ok(server::one(&engine, &caller, &table, &column, &words).await?)
}

#[cfg(feature = "ssr")]
pub(crate) use self::server::choices;

#[cfg(feature = "ssr")]
mod server {
    use tenon_engine::Engine;
    use tenon_model::{Caller, Column, Expr, OrderBy, ReadQuery, Result, Schema, SortDirection, Table};

    use super::{Choice, Named};
    use crate::data::{
        column::ColumnInfo,
        grid::query::{field, named, quick_search},
        rows,
    };

    /// As many as a person reads through.
    const MOST: u64 = 50;

    /// Where a reference leads.
    struct Target<'a> {
        table: &'a Table,
        value: &'a Column,
        label: &'a Column,
    }

    pub(crate) async fn choices(engine: &Engine, caller: &Caller, table: &str, column: &str, words: &str) -> Result<Vec<Choice>> {
        let schema = engine.schema_for(caller)?;
        let Some(target) = Target::of(&schema, table, column)? else { return Ok(Vec::new()) };
        let words = words.trim();
        let filter = if words.is_empty() { Expr::always() } else { quick_search(&schema, target.table, words) };
        target.read(engine, caller, filter).await
    }

    pub(super) async fn one(engine: &Engine, caller: &Caller, table: &str, column: &str, words: &str) -> Result<Named> {
        let schema = engine.schema_for(caller)?;
        let Some(target) = Target::of(&schema, table, column)? else { return Ok(Named::None) };
        let words = words.trim();
        // The list of those that contain the words may end before the one that is the words.
        let same = [target.value, target.label].into_iter().filter_map(|c| named(&schema, &c.name, &c.data_type, words)).collect();
        let same = target.read(engine, caller, Expr::Or(same)).await?;
        if !same.is_empty() {
            return Ok(Named::best(same, words));
        }
        let like = target.read(engine, caller, quick_search(&schema, target.table, words)).await?;
        Ok(Named::best(like, words))
    }

    impl<'a> Target<'a> {
        fn of(schema: &'a Schema, table: &str, column: &str) -> Result<Option<Self>> {
            let table = schema.require_table(table)?;
            let Some(reference) = ColumnInfo::of(schema, table, table.require_column(column)?).reference else { return Ok(None) };
            let table = schema.require_table(&reference.table)?;
            let value = table.require_column(&reference.column)?;
            let label = table.require_column(reference.label.as_deref().unwrap_or(&reference.column))?;
            Ok(Some(Self { table, value, label }))
        }

        async fn read(&self, engine: &Engine, caller: &Caller, filter: Expr) -> Result<Vec<Choice>> {
            let Self { table, value, label } = self;
            let label_expr = Expr::Column { name: label.name.clone(), data_type: label.data_type.clone() };
            let read = ReadQuery {
                table: table.name.clone(),
                select: vec![field(&value.name, &value.data_type), rename(field(&label.name, &label.data_type))],
                filter,
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

#[cfg(test)]
mod tests {
    use super::{Choice, Named};

    fn choice(value: &str, label: &str) -> Choice {
        Choice { value: value.to_owned(), label: label.to_owned() }
    }

    #[test]
    fn a_key_goes_before_a_name_and_the_same_case_before_another() {
        let all = || vec![choice("1", "Ada"), choice("2", "ada"), choice("Ada", "Grace"), choice("3", "Zoe")];
        assert_eq!(Named::best(all(), "Ada"), Named::One(choice("Ada", "Grace")));
        assert_eq!(Named::best(all(), "zoe"), Named::One(choice("3", "Zoe")));
        assert_eq!(Named::best(vec![choice("1", "Ada"), choice("2", "ada")], "ada"), Named::One(choice("2", "ada")));
        assert_eq!(Named::best(vec![choice("1", "Ada"), choice("2", "Ada")], "ada"), Named::Several);
    }

    #[test]
    fn the_only_match_is_meant() {
        assert_eq!(Named::best(vec![choice("DL", "Delta Air Lines")], "delta"), Named::One(choice("DL", "Delta Air Lines")));
        assert_eq!(Named::best(vec![choice("1", "Delta"), choice("2", "Deltaville")], "delt"), Named::Several);
        assert_eq!(Named::best(Vec::new(), "delt"), Named::None);
    }
}
