//! Columns that a plan adds and that the database does not have yet: what its rows would have in them.

use tenon_model::{Column, Default, Ident, ScalarType, Schema};

use super::{
    postgres, sqlite,
    step::{Step, Transition},
};
use crate::database::EngineKind;

/// What earlier steps of a plan make, none of which is done. Empty when each step is taken before the next is looked at.
#[derive(Debug, Default)]
pub(super) struct NewColumns {
    columns: Vec<(Ident, Column)>,
    tables: Vec<Ident>,
}

impl NewColumns {
    /// Remembers what a step makes.
    pub(super) fn note(&mut self, t: &Transition) {
        match &t.step {
            Step::AddColumn { table, column } => self.columns.push((table.clone(), (**column).clone())),
            Step::CreateTable(table) => self.tables.push(table.name.clone()),
            Step::RenameTable { to, .. } => self.tables.push(to.clone()),
            _ => {}
        }
    }

    /// Whether it is known what the rows of the table as it is `now` have in these columns.
    pub(super) fn know(&self, now: &Schema, table: &Ident, columns: &[Ident]) -> bool {
        let Some(now) = now.table(table.as_str()).filter(|_| !self.tables.contains(table)) else { return false };
        columns.iter().all(|column| match self.get(table, column) {
            // A column without a value for the rows there are is an obstacle of its own.
            Some(new) => {
                let is_known = !matches!(new.default, Some(Default::Expression(_)));
                let is_filled = !new.not_null || new.default.is_some() || new.identity.is_some();
                is_known && is_filled && now.column(column.as_str()).is_none()
            }
            None => now.column(column.as_str()).is_some(),
        })
    }

    /// Whether one of the columns is new and of an enum type, which the database may not have yet: values of such compare
    /// with texts only.
    pub(super) fn has_enum(&self, table: &Ident, columns: &[Ident]) -> bool {
        columns.iter().filter_map(|column| self.get(table, column)).any(is_enum)
    }

    fn get(&self, table: &Ident, column: &Ident) -> Option<&Column> {
        self.columns.iter().rev().find(|(of, new)| of == table && new.name == *column).map(|(_, new)| new)
    }

    /// What to read the table from, with what each row would have in the new columns.
    pub(super) fn from(&self, kind: EngineKind, table: &Ident) -> String {
        let new = self.columns.iter().filter(|(of, _)| of == table);
        let values: String = new.map(|(_, new)| format!(", {} as {}", value(kind, new), new.name.quoted())).collect();
        if values.is_empty() {
            return table.quoted();
        }
        format!("(select t.*{values} from {} as t) as n", table.quoted())
    }
}

fn is_enum(column: &Column) -> bool {
    matches!(column.data_type.element(), ScalarType::Enum(_))
}

fn null() -> String {
    "null".to_owned()
}

/// What a row that is there gets in a new column.
fn value(kind: EngineKind, column: &Column) -> String {
    match (&column.default, kind) {
        // Numbers from an identity differ from row to row; which they are matters to no rule.
        _ if column.identity.is_some() => "row_number() over ()".to_owned(),
        (None, EngineKind::Postgres) if is_enum(column) => "null::text".to_owned(),
        (None, EngineKind::Postgres) => format!("null::{}", column.data_type),
        (None, EngineKind::Sqlite) => "null".to_owned(),
        (Some(default), EngineKind::Postgres) => postgres::default_value(column, default).unwrap_or_else(null),
        (Some(default), EngineKind::Sqlite) => sqlite::default_sql(column, default).unwrap_or_else(null),
    }
}
