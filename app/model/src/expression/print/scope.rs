//! Names of tables and columns, as they are seen from where something stands.

use std::fmt::Write as _;

use crate::{
    Expr, Ident,
    expression::{Source, SourceId, Subquery},
};

/// The tables in sight.
#[derive(Clone)]
pub(super) struct Scope {
    /// What the table whose row the expression is about is called.
    own: Ident,
    /// Whether a column of that row must say so.
    inside: bool,
    /// The tables of the queries around, outermost first, and what they are called.
    sources: Vec<(SourceId, Ident)>,
}

impl Scope {
    pub(super) fn new(own: &Ident) -> Self {
        Self { own: own.clone(), inside: false, sources: Vec::new() }
    }

    /// A column of the row.
    pub(super) fn own(&self, column: &Ident) -> String {
        if self.inside { format!("{}.{}", self.own.to_sql(), column.to_sql()) } else { column.to_sql() }
    }

    /// From here on, columns of the row say so.
    pub(super) fn qualify(&mut self) {
        self.inside = true;
    }

    /// A column of a query's table.
    pub(super) fn of(&self, source: SourceId, column: &Ident) -> String {
        let table = self.sources.iter().rev().find(|(id, _)| *id == source).map(|(_, name)| name.to_sql());
        format!("{}.{}", table.unwrap_or_default(), column.to_sql())
    }

    /// What things look like from inside a query, with what each of its tables is called.
    pub(super) fn enter(&self, query: &Subquery) -> (Self, Vec<Ident>) {
        let used = self.used(query);
        let mut inner = self.clone();
        inner.inside = true;
        let mut names = Vec::with_capacity(query.from.len());
        for source in &query.from {
            let wanted = source.alias.as_ref().unwrap_or(&source.table);
            let free = !used.contains(wanted) && !names.contains(wanted) && !is_wanted_later(query, source, wanted);
            let name = if free { wanted.clone() } else { self.fresh(wanted, &names, query) };
            inner.sources.push((source.id, name.clone()));
            names.push(name);
        }
        (inner, names)
    }

    /// What things look like from a row that a relation leads to, with what its table is called.
    pub(super) fn step(&self, target: &Ident, taken: &[Ident]) -> (Self, Ident) {
        let name = self.free(target, taken);
        (Self { own: name.clone(), inside: true, sources: self.sources.clone() }, name)
    }

    /// That name, or one like it that nothing in sight has.
    pub(super) fn free(&self, wanted: &Ident, taken: &[Ident]) -> Ident {
        let is_free = *wanted != self.own && !taken.contains(wanted) && !self.sources.iter().any(|(_, name)| name == wanted);
        if is_free { wanted.clone() } else { self.numbered(wanted, |name| taken.iter().any(|t| t == name)) }
    }

    /// What the queries and the row around are called, of those that a query uses.
    fn used(&self, query: &Subquery) -> Vec<Ident> {
        let mut used = Vec::new();
        for part in query.parts() {
            part.visit(&mut |part| match part {
                Expr::Column { .. } | Expr::Exists { .. } | Expr::Related { .. } => used.push(self.own.clone()),
                Expr::Of { source, .. } => {
                    used.extend(self.sources.iter().rev().find(|(id, _)| id == source).map(|(_, name)| name.clone()));
                }
                _ => {}
            });
        }
        used
    }

    fn fresh(&self, wanted: &Ident, siblings: &[Ident], query: &Subquery) -> Ident {
        let named = |name: &str| query.from.iter().any(|s| s.alias.as_ref().unwrap_or(&s.table).as_str() == name);
        self.numbered(wanted, |name| siblings.iter().any(|s| s == name) || named(name))
    }

    fn numbered(&self, wanted: &Ident, taken: impl Fn(&str) -> bool) -> Ident {
        let mut stem = wanted.as_str();
        while stem.len() > Ident::MAX_BYTES - 8 {
            stem = &stem[..stem.char_indices().next_back().map_or(0, |(at, _)| at)];
        }
        let mut name = String::new();
        for number in 1_u32.. {
            name.clear();
            let _ = write!(name, "{stem}_{number}");
            if *self.own.as_str() != *name && !taken(&name) && !self.sources.iter().any(|(_, other)| other.as_str() == name) {
                break;
            }
        }
        Ident::new(&name).unwrap_or_else(|_| wanted.clone())
    }
}

/// Whether another table of the query was given that name, which this one only has of its own.
fn is_wanted_later(query: &Subquery, source: &Source, name: &Ident) -> bool {
    source.alias.is_none() && query.from.iter().any(|other| other.alias.as_ref() == Some(name))
}
