//! What of the schema an expression uses, and the expression after a part of the schema got another name.

use std::collections::{BTreeSet, HashMap};

use super::{Expr, SourceId};
use crate::{DataType, Ident, Relation, ScalarType};

/// What of the schema an expression uses: none of it may go while the expression stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Columns, each with its table.
    pub columns: BTreeSet<(Ident, Ident)>,
    /// Tables, except for the one that the expression is about, unless a query reads that too.
    pub tables: BTreeSet<Ident>,
    /// Enum types.
    pub enums: BTreeSet<Ident>,
}

/// What got another name.
enum Renamed<'a> {
    Column { table: &'a Ident, from: &'a Ident, to: &'a Ident },
    Table { from: &'a Ident, to: &'a Ident },
    Type { from: &'a Ident, to: &'a Ident },
}

impl Expr {
    /// What an expression over a row of that table uses.
    #[must_use]
    pub fn uses(&self, own: &Ident) -> Uses {
        let mut uses = Uses::default();
        self.collect(own, &self.tables_of_queries(), &mut uses);
        uses
    }

    /// What an expression in a select uses, whose sources are these tables; those of its own queries are added.
    #[must_use]
    pub fn uses_in(&self, tables: &mut HashMap<SourceId, Ident>) -> Uses {
        let mut uses = Uses::default();
        tables.extend(self.tables_of_queries());
        let Ok(nobody) = Ident::new("?") else { return uses };
        self.collect(&nobody, tables, &mut uses);
        uses
    }

    /// The expression over a row of the table `own`, after the column `from` of `table` was renamed.
    #[must_use]
    pub fn renamed_column(&self, own: &Ident, table: &Ident, from: &Ident, to: &Ident) -> Self {
        let tables = self.tables_of_queries();
        self.clone().renamed(own, &tables, &Renamed::Column { table, from, to })
    }

    /// The expression after a table was renamed, be it its own or one that it reads.
    #[must_use]
    pub fn renamed_table(&self, from: &Ident, to: &Ident) -> Self {
        self.clone().renamed(from, &HashMap::new(), &Renamed::Table { from, to })
    }

    /// The expression after an enum type was renamed.
    #[must_use]
    pub fn renamed_type(&self, from: &Ident, to: &Ident) -> Self {
        self.clone().renamed(from, &HashMap::new(), &Renamed::Type { from, to })
    }

    /// Which table each source of a query in it is.
    pub(super) fn tables_of_queries(&self) -> HashMap<SourceId, Ident> {
        let mut tables = HashMap::new();
        self.visit(&mut |part| {
            if let Self::Subquery(query) = part {
                tables.extend(query.from.iter().map(|source| (source.id, source.table.clone())));
            }
        });
        tables
    }

    fn collect(&self, own: &Ident, tables: &HashMap<SourceId, Ident>, uses: &mut Uses) {
        let mut inner = own;
        match self {
            Self::Column { name, .. } => {
                uses.columns.insert((own.clone(), name.clone()));
            }
            Self::Of { source, name, .. } => {
                uses.columns.extend(tables.get(source).map(|table| (table.clone(), name.clone())));
            }
            Self::Subquery(query) => uses.tables.extend(query.from.iter().map(|source| source.table.clone())),
            Self::Exists { relation, .. } | Self::Related { relation, .. } => {
                uses.relation(own, relation);
                inner = &relation.target;
            }
            _ => {}
        }
        self.clone().with_types(&mut |data_type| {
            if let ScalarType::Enum(name) = data_type.element() {
                uses.enums.insert(name.clone());
            }
            data_type
        });
        self.each_part(&mut |part| part.collect(inner, tables, uses));
    }

    fn renamed(self, own: &Ident, tables: &HashMap<SourceId, Ident>, what: &Renamed<'_>) -> Self {
        let target = match &self {
            Self::Exists { relation, .. } | Self::Related { relation, .. } => Some(relation.target.clone()),
            _ => None,
        };
        let whole = self.with_parts(&mut |part| part.renamed(target.as_ref().unwrap_or(own), tables, what));
        match what {
            Renamed::Column { table, from, to } => whole.column_renamed(own, tables, (table, from, to)),
            Renamed::Table { from, to } => whole.table_renamed(from, to),
            Renamed::Type { from, to } => whole.with_types(&mut |data_type| match data_type {
                DataType::Scalar(ScalarType::Enum(name)) if name == **from => ScalarType::Enum((*to).clone()).into(),
                DataType::Array(ScalarType::Enum(name)) if name == **from => DataType::Array(ScalarType::Enum((*to).clone())),
                other => other,
            }),
        }
    }

    fn column_renamed(self, own: &Ident, tables: &HashMap<SourceId, Ident>, (table, from, to): (&Ident, &Ident, &Ident)) -> Self {
        match self {
            Self::Column { name, data_type } if own == table && name == *from => Self::Column { name: to.clone(), data_type },
            Self::Of { source, name, data_type } if name == *from && tables.get(&source) == Some(table) => {
                Self::Of { source, name: to.clone(), data_type }
            }
            Self::Exists { relation, filter } => Self::Exists { relation: column_of(relation, own, (table, from, to)), filter },
            Self::Related { relation, expr } => Self::Related { relation: column_of(relation, own, (table, from, to)), expr },
            other => other,
        }
    }

    fn table_renamed(self, from: &Ident, to: &Ident) -> Self {
        match self {
            Self::Subquery(mut query) => {
                query.from.iter_mut().filter(|source| source.table == *from).for_each(|source| source.table = to.clone());
                Self::Subquery(query)
            }
            Self::Exists { relation, filter } => Self::Exists { relation: table_of(relation, from, to), filter },
            Self::Related { relation, expr } => Self::Related { relation: table_of(relation, from, to), expr },
            other => other,
        }
    }

    /// The expression with the types that it says itself replaced.
    fn with_types(self, change: &mut dyn FnMut(DataType) -> DataType) -> Self {
        match self {
            Self::Literal { value, data_type } => Self::Literal { value, data_type: change(data_type) },
            Self::Column { name, data_type } => Self::Column { name, data_type: change(data_type) },
            Self::Of { source, name, data_type } => Self::Of { source, name, data_type: change(data_type) },
            Self::Cast { expr, to } => Self::Cast { expr, to: change(to) },
            Self::In { expr, values, data_type } => Self::In { expr, values, data_type: change(data_type) },
            Self::Case { branches, otherwise, data_type } => Self::Case { branches, otherwise, data_type: change(data_type) },
            Self::Coalesce { arguments, data_type } => Self::Coalesce { arguments, data_type: change(data_type) },
            Self::Extreme { greatest, arguments, data_type } => Self::Extreme { greatest, arguments, data_type: change(data_type) },
            Self::Array { elements, element } => match change(element.clone().into()) {
                DataType::Scalar(element) => Self::Array { elements, element },
                DataType::Array(_) => Self::Array { elements, element },
            },
            other => other,
        }
    }
}

impl Uses {
    fn relation(&mut self, own: &Ident, relation: &Relation) {
        let mut columns = |table: &Ident, names: &[Ident]| {
            self.columns.extend(names.iter().map(|name| (table.clone(), name.clone())));
        };
        columns(own, &relation.local);
        match &relation.through {
            None => columns(&relation.target, &relation.foreign),
            Some(through) => {
                columns(&through.table, &relation.foreign);
                columns(&through.table, &through.local);
                columns(&relation.target, &through.target);
                self.tables.insert(through.table.clone());
            }
        }
        self.tables.insert(relation.target.clone());
    }
}

fn column_of(mut relation: Relation, own: &Ident, (table, from, to): (&Ident, &Ident, &Ident)) -> Relation {
    let rename = |of: &Ident, names: &mut [Ident]| {
        if of == table {
            names.iter_mut().filter(|name| *name == from).for_each(|name| *name = to.clone());
        }
    };
    rename(own, &mut relation.local);
    let target = relation.target.clone();
    match &mut relation.through {
        None => rename(&target, &mut relation.foreign),
        Some(through) => {
            rename(&through.table, &mut relation.foreign);
            rename(&through.table, &mut through.local);
            rename(&target, &mut through.target);
        }
    }
    relation
}

fn table_of(mut relation: Relation, from: &Ident, to: &Ident) -> Relation {
    if relation.target == *from {
        relation.target = to.clone();
    }
    if let Some(through) = relation.through.as_mut().filter(|through| through.table == *from) {
        through.table = to.clone();
    }
    relation
}
