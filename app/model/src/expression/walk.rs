//! Going through all parts of an expression.

use super::{Aggregate, Expr, Join, Selected, Subquery, SubqueryKind};

impl Expr {
    /// Calls `visit` for the expression and every part of it, outermost first.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::Literal { .. } | Self::Column { .. } | Self::Of { .. } | Self::Context(_) => {}
            Self::JsonPath { base: expr, .. }
            | Self::Cast { expr, .. }
            | Self::Like { expr, .. }
            | Self::In { expr, .. }
            | Self::Is(expr, _)
            | Self::Not(expr)
            | Self::Exists { filter: expr, .. }
            | Self::Related { expr, .. } => expr.visit(visit),
            Self::Compare { left, right, .. } | Self::Contains { left, right, .. } | Self::IsDistinct(left, right) => {
                left.visit(visit);
                right.visit(visit);
            }
            Self::Quantified { expr, array, .. } => {
                expr.visit(visit);
                array.visit(visit);
            }
            Self::And(terms)
            | Self::Or(terms)
            | Self::Call { arguments: terms, .. }
            | Self::Coalesce { arguments: terms, .. }
            | Self::Extreme { arguments: terms, .. }
            | Self::Array { elements: terms, .. } => terms.iter().for_each(|term| term.visit(visit)),
            Self::Case { branches, otherwise, .. } => {
                for (condition, result) in branches {
                    condition.visit(visit);
                    result.visit(visit);
                }
                otherwise.iter().for_each(|expr| expr.visit(visit));
            }
            Self::Subquery(query) => query.parts().into_iter().for_each(|part| part.visit(visit)),
            Self::Aggregate(aggregate) => {
                aggregate.argument.iter().chain(&aggregate.filter).for_each(|part| part.visit(visit));
            }
        }
    }

    /// The expression with every part replaced by what `change` makes of it, innermost first.
    #[must_use]
    pub fn map(self, change: &mut dyn FnMut(Self) -> Self) -> Self {
        let whole = match self {
            Self::Literal { .. } | Self::Column { .. } | Self::Of { .. } | Self::Context(_) => self,
            Self::JsonPath { base, steps, as_text } => Self::JsonPath { base: boxed(base, change), steps, as_text },
            Self::Cast { expr, to } => Self::Cast { expr: boxed(expr, change), to },
            Self::Compare { op, left, right } => Self::Compare { op, left: boxed(left, change), right: boxed(right, change) },
            Self::IsDistinct(left, right) => Self::IsDistinct(boxed(left, change), boxed(right, change)),
            Self::Like { expr, pattern } => Self::Like { expr: boxed(expr, change), pattern },
            Self::In { expr, values, data_type } => Self::In { expr: boxed(expr, change), values, data_type },
            Self::Contains { op, left, right } => Self::Contains { op, left: boxed(left, change), right: boxed(right, change) },
            Self::Quantified { op, expr, array, all } => {
                Self::Quantified { op, expr: boxed(expr, change), array: boxed(array, change), all }
            }
            Self::Is(expr, test) => Self::Is(boxed(expr, change), test),
            Self::Not(expr) => Self::Not(boxed(expr, change)),
            Self::And(terms) => Self::And(all(terms, change)),
            Self::Or(terms) => Self::Or(all(terms, change)),
            Self::Call { function, arguments } => Self::Call { function, arguments: all(arguments, change) },
            Self::Coalesce { arguments, data_type } => Self::Coalesce { arguments: all(arguments, change), data_type },
            Self::Extreme { greatest, arguments, data_type } => {
                Self::Extreme { greatest, arguments: all(arguments, change), data_type }
            }
            Self::Array { elements, element } => Self::Array { elements: all(elements, change), element },
            Self::Case { branches, otherwise, data_type } => Self::Case {
                branches: branches.into_iter().map(|(c, r)| (c.map(change), r.map(change))).collect(),
                otherwise: otherwise.map(|expr| boxed(expr, change)),
                data_type,
            },
            Self::Exists { relation, filter } => Self::Exists { relation, filter: boxed(filter, change) },
            Self::Related { relation, expr } => Self::Related { relation, expr: boxed(expr, change) },
            Self::Subquery(query) => Self::Subquery(Box::new(query.map(change))),
            Self::Aggregate(aggregate) => {
                let Aggregate { function, argument, distinct, filter } = *aggregate;
                let (argument, filter) = (argument.map(|e| e.map(change)), filter.map(|e| e.map(change)));
                Self::Aggregate(Box::new(Aggregate { function, argument, distinct, filter }))
            }
        };
        change(whole)
    }
}

fn boxed(expr: Box<Expr>, change: &mut dyn FnMut(Expr) -> Expr) -> Box<Expr> {
    Box::new(expr.map(change))
}

fn all(terms: Vec<Expr>, change: &mut dyn FnMut(Expr) -> Expr) -> Vec<Expr> {
    terms.into_iter().map(|term| term.map(change)).collect()
}

impl Subquery {
    /// The expressions in it, in no particular order.
    #[must_use]
    pub fn parts(&self) -> Vec<&Expr> {
        let mut parts = vec![&self.filter];
        match &self.kind {
            SubqueryKind::Exists => {}
            SubqueryKind::Scalar(Selected::Row(expr) | Selected::Rows(expr)) => parts.push(expr),
            SubqueryKind::Any { expr, select, .. } => parts.extend([expr, select]),
        }
        parts.extend(self.order.iter().map(|key| &key.expr));
        parts.extend(self.from.iter().filter_map(|source| match &source.join {
            Join::Cross => None,
            Join::Inner(on) | Join::Left(on) => Some(on),
        }));
        parts
    }

    fn map(self, change: &mut dyn FnMut(Expr) -> Expr) -> Self {
        let kind = match self.kind {
            SubqueryKind::Exists => SubqueryKind::Exists,
            SubqueryKind::Scalar(Selected::Row(expr)) => SubqueryKind::Scalar(Selected::Row(expr.map(change))),
            SubqueryKind::Scalar(Selected::Rows(expr)) => SubqueryKind::Scalar(Selected::Rows(expr.map(change))),
            SubqueryKind::Any { op, expr, select, all } => {
                SubqueryKind::Any { op, expr: expr.map(change), select: select.map(change), all }
            }
        };
        let mut from = self.from;
        for source in &mut from {
            source.join = match std::mem::replace(&mut source.join, Join::Cross) {
                Join::Cross => Join::Cross,
                Join::Inner(on) => Join::Inner(on.map(change)),
                Join::Left(on) => Join::Left(on.map(change)),
            };
        }
        let mut order = self.order;
        for key in &mut order {
            let expr = std::mem::replace(&mut key.expr, Expr::always());
            key.expr = expr.map(change);
        }
        Self { kind, from, filter: self.filter.map(change), order, limit: self.limit }
    }
}
