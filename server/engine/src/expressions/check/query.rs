//! Subqueries.

use std::borrow::Cow;

use tenon_model::{
    Code, CompareOp, Expr, Nulls, OrderBy, SortDirection,
    expression::{Join, Selected, Source, SourceId, Subquery, SubqueryKind, functions::BOOLEAN},
};

use super::{Checked, Checker, Reading, Typed, condition::operator, refuse};
use crate::{
    expressions::syntax::{self, Kind, Node, Query},
    sql::Located,
    tables::change::Position,
};

/// How many tables an expression may read in all.
const MAX_SOURCES: u32 = 64;

impl Checker<'_> {
    pub(super) fn exists(&mut self, query: &Query) -> Checked<Expr> {
        let (from, filter, order) = self.opened(query)?;
        // What it selects says nothing, but must make sense. An aggregate there would make one row of none.
        let outer = self.aggregates.take();
        let selected = query.select.iter().try_for_each(|select| self.node(select).map(drop));
        self.aggregates = outer;
        self.scopes.pop();
        selected?;
        Ok(subquery(SubqueryKind::Exists, from, filter, order, query.limit))
    }

    /// `(select …)` as a value.
    pub(super) fn scalar(&mut self, query: &Query) -> Checked<Expr> {
        let [select] = query.select.as_slice() else {
            return refuse(Code::InvalidSyntax, "a subquery used as a value selects one column", query.at);
        };
        let (from, filter, order) = self.opened(query)?;
        let outer = self.aggregates.replace(false);
        let typed = self.node(select);
        let found = std::mem::replace(&mut self.aggregates, outer) == Some(true);
        let mine: Vec<SourceId> = from.iter().map(|source: &Source| source.id).collect();
        self.scopes.pop();
        let expr = self.settle(typed?, select.at)?;
        // Without tables there is one row: its value is the query's.
        if from.is_empty() && !found && filter.is_always() && query.limit.is_none() {
            return Ok(expr);
        }
        if !found && query.distinct {
            return refuse(Code::Unsupported, "distinct is not understood here: use limit 1, min or max", query.at);
        }
        if found && is_outside_aggregates(&expr, &mine) {
            let message = "a column beside an aggregate must be the argument of one: queries here have no group by";
            return refuse(Code::InvalidSyntax, message, select.at);
        }
        if found && (!order.is_empty() || query.limit == Some(0)) {
            return refuse(Code::Unsupported, "an aggregate makes one row: it goes without order by and limit", query.at);
        }
        let limit = query.limit.filter(|_| !found);
        let selected = if found { Selected::Rows(expr) } else { Selected::Row(expr) };
        Ok(subquery(SubqueryKind::Scalar(selected), from, filter, order, limit))
    }

    /// `expr op any (select …)`, `expr op all (select …)`, `expr in (select …)`.
    pub(super) fn any_row(&mut self, name: &str, expr: &Node, query: &Query, all: bool, at: Position) -> Checked<Expr> {
        let [select] = query.select.as_slice() else {
            return refuse(Code::InvalidSyntax, "the query selects one column here", query.at);
        };
        let op = operator(name, at)?;
        let is_in = op == CompareOp::Eq && !all;
        if query.limit.is_some() && (query.distinct || !is_in) {
            return refuse(
                Code::Unsupported,
                "limit is not understood behind distinct, nor in a query behind any or all",
                query.at,
            );
        }
        let left = self.node(expr)?;
        if let Some((select, called)) = self.many(query)? {
            let found = (Typed::Known(select), query.at);
            let (expr, select) = self.comparable((left, expr.at), found, name, at)?;
            return Ok(Expr::Subquery(Box::new(Subquery { kind: SubqueryKind::Any { op, expr, select, all }, ..called })));
        }
        let (from, filter, order) = self.opened(query)?;
        let outer = self.aggregates.take();
        let right = self.node(select);
        self.aggregates = outer;
        self.scopes.pop();
        let right: Typed = right?;
        let (expr, select) = self.comparable((left, expr.at), (right, select.at), name, at)?;
        Ok(subquery(SubqueryKind::Any { op, expr, select, all }, from, filter, order, query.limit))
    }

    /// Opens a query's scope and checks all but what it selects. Whoever calls closes the scope.
    fn opened(&mut self, query: &Query) -> Checked<(Vec<Source>, Expr, Vec<OrderBy>)> {
        self.may_query(query.at)?;
        let outer = self.aggregates.take();
        self.scopes.push(Vec::new());
        let opened = self.clauses(query);
        if opened.is_err() {
            self.scopes.pop();
        }
        self.aggregates = outer;
        opened
    }

    fn clauses(&mut self, query: &Query) -> Checked<(Vec<Source>, Expr, Vec<OrderBy>)> {
        let mut from = Vec::with_capacity(query.from.len());
        for table in &query.from {
            from.push(self.source(table)?);
        }
        let filter = match &query.filter {
            Some(filter) => self.of_type(filter, &BOOLEAN)?,
            None => Expr::always(),
        };
        let order = query.order.iter().map(|key| self.key(key)).collect::<Checked<_>>()?;
        Ok((from, filter, order))
    }

    fn source(&mut self, from: &syntax::From) -> Checked<Source> {
        if self.sources >= MAX_SOURCES {
            return refuse(Code::TooComplex, format!("an expression reads at most {MAX_SOURCES} tables"), from.at);
        }
        if from.table.is_system() {
            return refuse(Code::UnknownTable, format!("there is no table \"{}\"", from.table), from.at);
        }
        let table = self.schema.require_table(from.table.as_str()).map_err(|e| Located::new(e, from.at))?;
        let id = SourceId(self.sources);
        self.sources += 1;
        let name = from.alias.clone().unwrap_or_else(|| from.table.clone());
        let Some(scope) = self.scopes.last_mut() else { return refuse(Code::Internal, "a table outside a query", from.at) };
        if scope.iter().any(|reading| reading.name == name) {
            return refuse(Code::InvalidSyntax, format!("table name \"{name}\" specified more than once"), from.at);
        }
        scope.push(Reading { id, name, table: Cow::Borrowed(table) });
        let join = match &from.join {
            syntax::Join::Cross => Join::Cross,
            syntax::Join::Inner(on) => Join::Inner(self.of_type(on, &BOOLEAN)?),
            syntax::Join::Left(on) => Join::Left(self.of_type(on, &BOOLEAN)?),
        };
        Ok(Source { id, table: from.table.clone(), alias: from.alias.clone(), join, owner: self.environment.owner })
    }

    fn key(&mut self, key: &syntax::Order) -> Checked<OrderBy> {
        if matches!(key.expr.kind, Kind::Number(_)) {
            return refuse(Code::Unsupported, "order by takes what to sort by, not the number of a column", key.expr.at);
        }
        let typed = self.node(&key.expr)?;
        let expr = self.settle(typed, key.expr.at)?;
        self.ordered(&expr.data_type(), "order by", key.expr.at)?;
        let direction = if key.descending { SortDirection::Descending } else { SortDirection::Ascending };
        let nulls = key.nulls_first.map(|first| if first { Nulls::First } else { Nulls::Last });
        Ok(OrderBy { expr, direction, nulls })
    }
}

fn subquery(kind: SubqueryKind, from: Vec<Source>, filter: Expr, order: Vec<OrderBy>, limit: Option<u64>) -> Expr {
    Expr::Subquery(Box::new(Subquery { kind, from, filter, order, limit, called: None }))
}

/// Whether a column of these tables stands in the expression, not counting what aggregates take.
fn is_outside_aggregates(expr: &Expr, mine: &[SourceId]) -> bool {
    let mut found = false;
    let without = expr.clone().map(&mut |part| match part {
        Expr::Aggregate(_) => Expr::always(),
        other => other,
    });
    without.visit(&mut |part| {
        if let Expr::Of { source, .. } = part {
            found |= mine.contains(source);
        }
    });
    found
}
