//! Columns replaced by what they are computed from.

use std::collections::HashMap;

use super::{Expr, SourceId};
use crate::Ident;

/// Where a column of an expression stands.
#[derive(Clone, Copy, Debug)]
pub struct ColumnOf<'e> {
    /// Its table.
    pub table: &'e Ident,
    /// Its name.
    pub name: &'e Ident,
    /// Whether it is a column of the very row that the whole expression is about.
    pub own: bool,
}

/// What a column is replaced by, over a row of its own table; none leaves it.
type Make<'m> = &'m dyn Fn(ColumnOf<'_>) -> Option<Expr>;

impl Expr {
    /// Whether a query stands in it.
    #[must_use]
    pub fn reads_tables(&self) -> bool {
        let mut found = false;
        self.visit(&mut |part| found |= matches!(part, Self::Subquery(_)));
        found
    }

    /// One more than the largest number of a table in it.
    #[must_use]
    pub fn next_source(&self) -> u32 {
        let mut next = 0;
        self.visit(&mut |part| match part {
            Self::Of { source, .. } if *source != crate::Select::OWN => next = next.max(source.0 + 1),
            Self::Subquery(query) => query.from.iter().for_each(|from| next = next.max(from.id.0 + 1)),
            _ => {}
        });
        next
    }

    /// The expression, with numbers from `next` on for its own tables; `next` counts on.
    fn renumbered(self, next: &mut u32) -> Self {
        let by = *next;
        *next += self.next_source();
        let shift = |id: SourceId| SourceId(id.0 + by);
        self.map(&mut |part| match part {
            Self::Of { source, name, data_type } => Self::Of { source: shift(source), name, data_type },
            Self::Subquery(mut query) => {
                query.from.iter_mut().for_each(|from| from.id = shift(from.id));
                Self::Subquery(query)
            }
            other => other,
        })
    }

    /// An expression over a table's own row, said of the row that a query reads. Its own tables get numbers from `next` on.
    #[must_use]
    pub fn rebased(self, source: SourceId, next: &mut u32) -> Self {
        self.renumbered(next).map(&mut |part| match part {
            Self::Column { name, data_type } => Self::Of { source, name, data_type },
            other => other,
        })
    }

    /// The expression over a row of the table `own`, with columns replaced by what `make` says.
    #[must_use]
    pub fn with_columns(self, own: &Ident, make: Make<'_>) -> Self {
        let mut next = self.next_source();
        let tables = self.tables_of_queries();
        Replacing { tables, make }.expr(self, own, true, &mut next)
    }
}

struct Replacing<'m> {
    tables: HashMap<SourceId, Ident>,
    make: Make<'m>,
}

impl Replacing<'_> {
    fn expr(&self, expr: Expr, own: &Ident, is_own: bool, next: &mut u32) -> Expr {
        match expr {
            Expr::Column { name, data_type } => {
                let made = (self.make)(ColumnOf { table: own, name: &name, own: is_own });
                made.map_or(Expr::Column { name, data_type }, |made| made.renumbered(next))
            }
            Expr::Of { source, name, data_type } => {
                let made = self.tables.get(&source).and_then(|table| (self.make)(ColumnOf { table, name: &name, own: false }));
                made.map_or(Expr::Of { source, name, data_type }, |made| made.rebased(source, next))
            }
            Expr::Exists { relation, filter } => {
                let filter = Box::new(self.expr(*filter, &relation.target.clone(), false, next));
                Expr::Exists { relation, filter }
            }
            Expr::Related { relation, expr } => {
                let expr = Box::new(self.expr(*expr, &relation.target.clone(), false, next));
                Expr::Related { relation, expr }
            }
            other => other.with_parts(&mut |part| self.expr(part, own, is_own, next)),
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{
        DataType, ScalarType,
        expression::{Join, Selected, Source, Subquery, SubqueryKind},
    };

    fn ident(name: &str) -> Ident {
        Ident::new(name).unwrap()
    }

    fn column(name: &str) -> Expr {
        Expr::Column { name: ident(name), data_type: DataType::Scalar(ScalarType::Integer) }
    }

    /// `(select x.value from others as x where x.id = …)`.
    fn lookup(value: &str, key: Expr) -> Expr {
        let of = |name: &str| Expr::Of { source: SourceId(0), name: ident(name), data_type: ScalarType::Integer.into() };
        let filter = Expr::Compare { op: crate::CompareOp::Eq, left: Box::new(of("id")), right: Box::new(key) };
        let from = vec![Source { id: SourceId(0), table: ident("others"), alias: None, join: Join::Cross, owner: false }];
        let kind = SubqueryKind::Scalar(Selected::Row(of(value)));
        Expr::Subquery(Box::new(Subquery { kind, from, filter, order: Vec::new(), limit: None, called: None }))
    }

    #[test]
    fn columns_are_replaced_where_they_stand() {
        let made = |column: ColumnOf<'_>| match (column.table.as_str(), column.name.as_str()) {
            ("mine", "v") => Some(lookup("w", self::column("a"))),
            ("others", "w") => Some(self::column("real")),
            _ => None,
        };
        let once = column("v").with_columns(&ident("mine"), &made);
        assert_eq!(once.to_sql(&ident("mine")), "(select others.w from others where others.id = mine.a)");
        let twice = once.with_columns(&ident("mine"), &made);
        assert_eq!(twice.to_sql(&ident("mine")), "(select others.real from others where others.id = mine.a)");
        let both = Expr::And(vec![column("v"), column("v")]).with_columns(&ident("mine"), &made);
        assert_eq!(both.next_source(), 2);
    }
}
