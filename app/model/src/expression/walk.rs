//! Going through all parts of an expression.

use super::{Aggregate, Called, Expr, Join, Selected, Subquery, SubqueryKind};

impl Expr {
    /// Calls `visit` for the expression and every part of it, outermost first.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.each_part(&mut |part| part.visit(visit));
    }

    /// Calls `visit` for the expressions that this one is directly made of.
    pub fn each_part<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::Literal { .. } | Self::Column { .. } | Self::Of { .. } | Self::Parameter { .. } | Self::Context(_) => {}
            Self::Function(call) => {
                call.arguments.iter().for_each(&mut *visit);
                visit(&call.body);
            }
            Self::JsonPath { base: expr, .. }
            | Self::Cast { expr, .. }
            | Self::Like { expr, .. }
            | Self::In { expr, .. }
            | Self::Is(expr, _)
            | Self::Not(expr)
            | Self::Exists { filter: expr, .. }
            | Self::Related { expr, .. } => visit(expr),
            Self::Compare { left, right, .. } | Self::Contains { left, right, .. } | Self::IsDistinct(left, right) => {
                visit(left);
                visit(right);
            }
            Self::Quantified { expr, array, .. } => {
                visit(expr);
                visit(array);
            }
            Self::And(terms)
            | Self::Or(terms)
            | Self::Call { arguments: terms, .. }
            | Self::Coalesce { arguments: terms, .. }
            | Self::Extreme { arguments: terms, .. }
            | Self::Array { elements: terms, .. } => terms.iter().for_each(visit),
            Self::Case { branches, otherwise, .. } => {
                for (condition, result) in branches {
                    visit(condition);
                    visit(result);
                }
                otherwise.iter().for_each(|expr| visit(expr));
            }
            Self::Subquery(query) => query.parts().into_iter().for_each(visit),
            Self::Aggregate(aggregate) => {
                aggregate.argument.iter().chain(&aggregate.filter).for_each(visit);
            }
        }
    }

    /// The expression with every part replaced by what `change` makes of it, innermost first.
    #[must_use]
    pub fn map(self, change: &mut dyn FnMut(Self) -> Self) -> Self {
        let whole = self.with_parts(&mut |part| part.map(change));
        change(whole)
    }

    /// The expression with what it is directly made of replaced by what `change` makes of it.
    #[must_use]
    pub fn with_parts(self, change: &mut dyn FnMut(Self) -> Self) -> Self {
        match self {
            Self::Literal { .. } | Self::Column { .. } | Self::Of { .. } | Self::Parameter { .. } | Self::Context(_) => self,
            Self::Function(call) => Self::Function(Box::new(call.with_parts(change))),
            Self::JsonPath { base, steps, as_text } => Self::JsonPath { base: Box::new(change(*base)), steps, as_text },
            Self::Cast { expr, to } => Self::Cast { expr: Box::new(change(*expr)), to },
            Self::Compare { op, left, right } => {
                Self::Compare { op, left: Box::new(change(*left)), right: Box::new(change(*right)) }
            }
            Self::IsDistinct(left, right) => Self::IsDistinct(Box::new(change(*left)), Box::new(change(*right))),
            Self::Like { expr, pattern } => Self::Like { expr: Box::new(change(*expr)), pattern },
            Self::In { expr, values, data_type } => Self::In { expr: Box::new(change(*expr)), values, data_type },
            Self::Contains { op, left, right } => {
                Self::Contains { op, left: Box::new(change(*left)), right: Box::new(change(*right)) }
            }
            Self::Quantified { op, expr, array, all } => {
                Self::Quantified { op, expr: Box::new(change(*expr)), array: Box::new(change(*array)), all }
            }
            Self::Is(expr, test) => Self::Is(Box::new(change(*expr)), test),
            Self::Not(expr) => Self::Not(Box::new(change(*expr))),
            Self::And(terms) => Self::And(all(terms, change)),
            Self::Or(terms) => Self::Or(all(terms, change)),
            Self::Call { function, arguments } => Self::Call { function, arguments: all(arguments, change) },
            Self::Coalesce { arguments, data_type } => Self::Coalesce { arguments: all(arguments, change), data_type },
            Self::Extreme { greatest, arguments, data_type } => {
                Self::Extreme { greatest, arguments: all(arguments, change), data_type }
            }
            Self::Array { elements, element } => Self::Array { elements: all(elements, change), element },
            Self::Case { branches, otherwise, data_type } => Self::Case {
                branches: branches.into_iter().map(|(c, r)| (change(c), change(r))).collect(),
                otherwise: otherwise.map(|expr| Box::new(change(*expr))),
                data_type,
            },
            Self::Exists { relation, filter } => Self::Exists { relation, filter: Box::new(change(*filter)) },
            Self::Related { relation, expr } => Self::Related { relation, expr: Box::new(change(*expr)) },
            Self::Subquery(query) => Self::Subquery(Box::new(query.with_parts(change))),
            Self::Aggregate(aggregate) => {
                let Aggregate { function, argument, distinct, filter, separator } = *aggregate;
                let (argument, filter) = (argument.map(&mut *change), filter.map(&mut *change));
                Self::Aggregate(Box::new(Aggregate { function, argument, distinct, filter, separator }))
            }
        }
    }
}

fn all(terms: Vec<Expr>, change: &mut dyn FnMut(Expr) -> Expr) -> Vec<Expr> {
    terms.into_iter().map(change).collect()
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
        parts.extend(self.called.iter().flat_map(|called| &called.arguments));
        parts.extend(self.order.iter().map(|key| &key.expr));
        parts.extend(self.from.iter().filter_map(|source| match &source.join {
            Join::Cross => None,
            Join::Inner(on) | Join::Left(on) => Some(on),
        }));
        parts
    }

    fn with_parts(self, change: &mut dyn FnMut(Expr) -> Expr) -> Self {
        let kind = match self.kind {
            SubqueryKind::Exists => SubqueryKind::Exists,
            SubqueryKind::Scalar(Selected::Row(expr)) => SubqueryKind::Scalar(Selected::Row(change(expr))),
            SubqueryKind::Scalar(Selected::Rows(expr)) => SubqueryKind::Scalar(Selected::Rows(change(expr))),
            SubqueryKind::Any { op, expr, select, all } => {
                SubqueryKind::Any { op, expr: change(expr), select: change(select), all }
            }
        };
        let mut from = self.from;
        for source in &mut from {
            source.join = match std::mem::replace(&mut source.join, Join::Cross) {
                Join::Cross => Join::Cross,
                Join::Inner(on) => Join::Inner(change(on)),
                Join::Left(on) => Join::Left(change(on)),
            };
        }
        let mut order = self.order;
        for key in &mut order {
            let expr = std::mem::replace(&mut key.expr, Expr::always());
            key.expr = change(expr);
        }
        let called = self.called.map(|called| {
            let Called { name, arguments } = *called;
            Box::new(Called { name, arguments: all(arguments, change) })
        });
        Self { kind, from, filter: change(self.filter), order, limit: self.limit, called }
    }
}
