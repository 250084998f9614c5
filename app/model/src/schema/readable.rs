//! The schema with views as tables, which is how they are read.

use std::sync::Arc;

use super::{Column, ForeignKey, Function, Schema, Shape, Table, View};
use crate::{Expr, Ident, Origin, Plain, Select, SelectBody};

/// What stands where a table's name would.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Its rows.
    pub select: Select,
    /// `security_invoker`.
    pub invoker: bool,
    /// The table that its rows are rows of, and which of its columns each of that table's is, for those that are shown as they
    /// are. Foreign keys over these lead on.
    pub base: Option<(Ident, Vec<(Ident, Ident)>)>,
}

impl Schema {
    /// The schema with every view as a table without keys.
    #[must_use]
    pub fn readable(self: &Arc<Self>) -> Arc<Self> {
        if self.views.is_empty() {
            return self.clone();
        }
        let mut all = (**self).clone();
        for view in self.views.values() {
            let mut table = Table::showing(view.name.clone(), &view.select, view.invoker, self);
            table.comment.clone_from(&view.comment);
            table.access.clone_from(&view.access);
            all.tables.insert(view.name.clone(), Arc::new(table));
        }
        all.tables.sort_keys();
        Arc::new(all)
    }

    /// The view of that name, if there is one.
    #[must_use]
    pub fn view(&self, name: &str) -> Option<&Arc<View>> {
        self.views.get(name)
    }

    /// The SQL function of that name, if there is one.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Arc<Function>> {
        self.functions.get(name)
    }

    /// What a function's row shows: its columns with their types. `readable` schemas know views too.
    #[must_use]
    pub fn columns_of(&self, function: &Function) -> Vec<(Ident, crate::DataType)> {
        match &function.returns.shape {
            Shape::Row(name) => self.table(name.as_str()).map_or_else(Vec::new, |table| {
                table.columns.iter().map(|column| (column.name.clone(), column.data_type.clone())).collect()
            }),
            Shape::Void | Shape::Value(_) | Shape::Columns => function.body.columns.clone(),
        }
    }
}

impl Table {
    /// A table that shows what a select answers with.
    #[must_use]
    pub fn showing(name: Ident, select: &Select, invoker: bool, schema: &Schema) -> Self {
        let mut table = Self::new(name);
        table.columns = select.columns.iter().map(|(name, data_type)| Column::new(name.clone(), data_type.clone())).collect();
        let base = base(select);
        if let Some((of, shown)) = &base
            && let Some(of) = schema.table(of.as_str())
        {
            table.foreign_keys = of.foreign_keys.iter().filter_map(|key| carried(key, shown)).collect();
            for column in &mut table.columns {
                let from = shown.iter().find(|(_, own)| *own == column.name).and_then(|(from, _)| of.column(from.as_str()));
                column.comment = from.and_then(|from| from.comment.clone());
            }
        }
        table.shows = Some(Arc::new(Shown { select: select.clone(), invoker, base }));
        table
    }

    /// Whether it stands for a view or a function's answer: it is read, not written.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.shows.is_some()
    }
}

/// A foreign key of the table below, if all of its columns are shown.
fn carried(key: &ForeignKey, shown: &[(Ident, Ident)]) -> Option<ForeignKey> {
    let own = |name: &Ident| shown.iter().find(|(from, _)| from == name).map(|(_, own)| own.clone());
    let columns = key.columns.iter().map(own).collect::<Option<Vec<_>>>()?;
    Some(ForeignKey { columns, ..key.clone() })
}

/// The first table that a plain select reads, with its columns that are shown as they are.
fn base(select: &Select) -> Option<(Ident, Vec<(Ident, Ident)>)> {
    let SelectBody::Plain(plain) = &select.body else { return None };
    let Plain { items, from, group, .. } = &**plain;
    let first = from.first()?;
    let Origin::Table(table) = &first.of else { return None };
    if !group.is_empty() {
        return None;
    }
    let shown: Vec<(Ident, Ident)> = items
        .iter()
        .zip(&select.columns)
        .filter_map(|(item, (own, _))| match item {
            Expr::Of { source, name, .. } if *source == first.id => Some((name.clone(), own.clone())),
            _ => None,
        })
        .collect();
    Some((table.clone(), shown))
}
