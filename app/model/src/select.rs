//! `select` as a statement: what views show and SQL functions answer with. It is run by the databases alone.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    Code, DataType, Error, Expr, Ident, OrderBy, Result, ScalarType, Schema,
    expression::{SourceId, Subquery, Uses},
};

/// A whole `select`: one, or several put together, in an order, cut to a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Select {
    /// The columns of its rows, in order; names are unique.
    pub columns: Vec<(Ident, DataType)>,
    /// Where its rows come from.
    pub body: SelectBody,
    /// In which order. Of [`SelectBody::Plain`] without `distinct` over its tables' columns, else over its own columns
    /// ([`Expr::Of`] of [`Select::OWN`]).
    pub order: Vec<OrderBy>,
    /// At most so many rows, a `bigint` without columns.
    pub limit: Option<Expr>,
    /// After skipping so many.
    pub offset: Option<Expr>,
    /// The SQL functions whose bodies it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub called: Vec<Ident>,
}

/// Where the rows of a [`Select`] come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectBody {
    /// `select … from …`.
    Plain(Box<Plain>),
    /// `left union [all] right`, `intersect`, `except`.
    Combined {
        /// How.
        how: Combine,
        /// Whether equal rows stay.
        all: bool,
        /// The first.
        left: Box<Select>,
        /// The second, with columns of the same types.
        right: Box<Select>,
    },
}

/// How the rows of two selects are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Those of both.
    Union,
    /// Those that are in both.
    Intersect,
    /// Those of the first that are not in the second.
    Except,
}

/// `select … from … where … group by … having …`. Columns of its tables are [`Expr::Of`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plain {
    /// Equal rows once.
    pub distinct: bool,
    /// What each row shows, one for each of the select's columns.
    pub items: Vec<Expr>,
    /// The tables, in order. May be empty: one row then.
    pub from: Vec<SelectSource>,
    /// Which rows.
    pub filter: Expr,
    /// By what rows are put into groups.
    pub group: Vec<Expr>,
    /// Which groups.
    pub having: Expr,
}

/// What a [`Plain`] reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelectSource {
    /// Its number.
    pub id: SourceId,
    /// What it is.
    pub of: Origin,
    /// How it joins those before it.
    pub join: crate::expression::Join,
    /// Read with the eyes of a function's owner: past policies.
    #[serde(default)]
    pub owner: bool,
}

/// A table or a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A table or a view.
    Table(Ident),
    /// `(select …)`, what `with` named, what a function answers with.
    Query(Box<Select>),
}

impl Combine {
    /// The word in SQL.
    #[must_use]
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::Union => "union",
            Self::Intersect => "intersect",
            Self::Except => "except",
        }
    }
}

impl Select {
    /// What stands for the select's own rows in its order.
    pub const OWN: SourceId = SourceId(u32::MAX - 2);

    /// Calls `visit` for every expression of it and of the selects in it, whole expressions only.
    pub fn each_expr<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.body {
            SelectBody::Plain(plain) => plain.each_expr(visit),
            SelectBody::Combined { left, right, .. } => {
                left.each_expr(visit);
                right.each_expr(visit);
            }
        }
        self.order.iter().for_each(|key| visit(&key.expr));
        self.limit.iter().chain(&self.offset).for_each(visit);
    }

    /// Calls `visit` for everything that it and the selects in it read, and for the tables of subqueries.
    pub fn each_source<'a>(&'a self, visit: &mut dyn FnMut(&'a Ident)) {
        self.each_plain(&mut |plain| {
            for source in &plain.from {
                if let Origin::Table(name) = &source.of {
                    visit(name);
                }
            }
        });
        self.each_expr(&mut |expr| {
            expr.visit(&mut |part| {
                if let Expr::Subquery(query) = part {
                    query.from.iter().for_each(|source| visit(&source.table));
                }
            });
        });
    }

    /// Calls `visit` for the tables and views in it that are read with the eyes of who asks.
    pub fn each_seen<'a>(&'a self, visit: &mut dyn FnMut(&'a Ident)) {
        self.each_plain(&mut |plain| {
            for source in plain.from.iter().filter(|source| !source.owner) {
                if let Origin::Table(name) = &source.of {
                    visit(name);
                }
            }
        });
        self.each_expr(&mut |expr| {
            expr.visit(&mut |part| {
                if let Expr::Subquery(query) = part {
                    query.from.iter().filter(|source| !source.owner).for_each(|source| visit(&source.table));
                }
            });
        });
    }

    /// Calls `visit` for it and every select in it that has tables.
    pub fn each_plain<'a>(&'a self, visit: &mut dyn FnMut(&'a Plain)) {
        match &self.body {
            SelectBody::Plain(plain) => {
                visit(plain);
                for source in &plain.from {
                    if let Origin::Query(query) = &source.of {
                        query.each_plain(visit);
                    }
                }
            }
            SelectBody::Combined { left, right, .. } => {
                left.each_plain(visit);
                right.each_plain(visit);
            }
        }
    }

    /// What of the schema it uses.
    #[must_use]
    pub fn uses(&self) -> Uses {
        let mut tables: HashMap<SourceId, Ident> = HashMap::new();
        let mut uses = Uses::default();
        self.each_plain(&mut |plain| {
            for source in &plain.from {
                if let Origin::Table(name) = &source.of {
                    tables.insert(source.id, name.clone());
                }
            }
        });
        let nobody = Self::OWN;
        self.each_expr(&mut |expr| {
            let inner = expr.uses_in(&mut tables);
            uses.columns.extend(inner.columns);
            uses.tables.extend(inner.tables);
            uses.enums.extend(inner.enums);
        });
        tables.remove(&nobody);
        uses.tables.extend(tables.into_values());
        uses
    }

    /// Whether it calls an SQL function, itself or by way of another.
    #[must_use]
    pub fn calls(&self, name: &Ident) -> bool {
        let mut found = self.called.contains(name);
        self.each_plain(&mut |plain| {
            for source in &plain.from {
                if let Origin::Query(query) = &source.of {
                    found |= query.calls(name);
                }
            }
        });
        self.each_expr(&mut |expr| found |= expr.calls(name));
        found
    }

    /// The select with the bodies of SQL functions as the schema has them now.
    ///
    /// # Errors
    /// As [`crate::expression::called`]; for a function that it reads from.
    pub fn with_functions(self, schema: &Schema) -> Result<Self> {
        if let Some(name) = self.reads_function() {
            let message = format!("function \"{name}\" is read from by others: drop those first");
            return Err(Error::new(Code::Dependent, message));
        }
        let mut failure = None;
        let mut next = self.next_source();
        let renewed = self.map(&mut |part| part.renewed(schema, &mut next, &mut failure), &mut |_| {});
        failure.map_or(Ok(renewed), Err)
    }

    /// A function that stands in its `from`.
    fn reads_function(&self) -> Option<Ident> {
        let mut found = self.called.first().cloned();
        self.each_plain(&mut |plain| {
            for source in &plain.from {
                if let Origin::Query(query) = &source.of {
                    found = found.take().or_else(|| query.reads_function());
                }
            }
        });
        found
    }

    /// The select with every part of every expression replaced by what `change` makes of it, innermost first, and every source
    /// changed in place by `source`.
    #[must_use]
    pub fn map(self, change: &mut dyn FnMut(Expr) -> Expr, source: &mut dyn FnMut(&mut SelectSource)) -> Self {
        let body = match self.body {
            SelectBody::Plain(plain) => SelectBody::Plain(Box::new(plain.map(change, source))),
            SelectBody::Combined { how, all, left, right } => SelectBody::Combined {
                how,
                all,
                left: Box::new(left.map(change, source)),
                right: Box::new(right.map(change, source)),
            },
        };
        let order = self.order.into_iter().map(|key| OrderBy { expr: key.expr.map(change), ..key }).collect();
        let limit = self.limit.map(|expr| expr.map(change));
        let offset = self.offset.map(|expr| expr.map(change));
        Self { columns: self.columns, body, order, limit, offset, called: self.called }
    }

    /// The select with new numbers for all its sources, beginning at `next`, which is moved on.
    #[must_use]
    pub fn renumbered(self, next: &mut u32) -> Self {
        let by = *next;
        let mut top = by;
        let mut shift = |id: SourceId| {
            if id == Self::OWN {
                return id;
            }
            top = top.max(id.0 + by + 1);
            SourceId(id.0 + by)
        };
        let shifted = std::cell::RefCell::new(&mut shift);
        let renumbered = self.map(&mut |part| renumber(part, &mut |id| (shifted.borrow_mut())(id)), &mut |source| {
            source.id = (shifted.borrow_mut())(source.id);
        });
        *next = top;
        renumbered
    }

    /// One more than the largest number of a source in it.
    #[must_use]
    pub fn next_source(&self) -> u32 {
        let mut next = 0;
        self.each_plain(&mut |plain| plain.from.iter().for_each(|source| next = next.max(source.id.0 + 1)));
        self.each_expr(&mut |expr| next = next.max(expr.next_source()));
        next
    }

    /// Whether it surely has one row at most: that is so of aggregates without groups, and without tables.
    #[must_use]
    pub fn is_one_row(&self) -> bool {
        let SelectBody::Plain(plain) = &self.body else { return false };
        let mut aggregates = false;
        for item in &plain.items {
            item.visit(&mut |part| aggregates |= matches!(part, Expr::Aggregate(_)));
        }
        plain.from.is_empty() || (aggregates && plain.group.is_empty())
    }

    /// The only column's type.
    #[must_use]
    pub fn only_type(&self) -> DataType {
        self.columns.first().map_or_else(|| ScalarType::Text.into(), |(_, data_type)| data_type.clone())
    }
}

impl Plain {
    fn each_expr<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.items.iter().for_each(&mut *visit);
        for source in &self.from {
            if let Some(on) = source.join.condition() {
                visit(on);
            }
            if let Origin::Query(query) = &source.of {
                query.each_expr(visit);
            }
        }
        visit(&self.filter);
        self.group.iter().for_each(&mut *visit);
        visit(&self.having);
    }

    fn map(self, change: &mut dyn FnMut(Expr) -> Expr, source: &mut dyn FnMut(&mut SelectSource)) -> Self {
        let items = self.items.into_iter().map(|expr| expr.map(change)).collect();
        let mut from = Vec::with_capacity(self.from.len());
        for mut read in self.from {
            read.join = read.join.map(&mut |on| on.map(change));
            read.of = match read.of {
                Origin::Query(query) => Origin::Query(Box::new(query.map(change, source))),
                table @ Origin::Table(_) => table,
            };
            source(&mut read);
            from.push(read);
        }
        let filter = self.filter.map(change);
        let group = self.group.into_iter().map(|expr| expr.map(change)).collect();
        Self { distinct: self.distinct, items, from, filter, group, having: self.having.map(change) }
    }
}

/// A part of an expression with other numbers of sources.
pub(crate) fn renumber(part: Expr, shift: &mut dyn FnMut(SourceId) -> SourceId) -> Expr {
    match part {
        Expr::Of { source, name, data_type } => Expr::Of { source: shift(source), name, data_type },
        Expr::Subquery(mut query) => {
            let Subquery { from, .. } = &mut *query;
            from.iter_mut().for_each(|source| source.id = shift(source.id));
            Expr::Subquery(query)
        }
        other => other,
    }
}
