//! Calls of SQL functions: the body stands in the expression, so that whoever evaluates the one evaluates the other.

use serde::{Deserialize, Serialize};

use super::{Called, Expr, Selected, Subquery, SubqueryKind};
use crate::{
    Code, DataType, Error, Ident, Origin, Plain, Result, ScalarType, Schema, Select, SelectBody,
    expression::{IsTest, Source},
    schema::{Function, Shape},
};

/// So many parts may a body have after the arguments were put in.
const MAX_PARTS: usize = 20_000;

/// A call of an SQL function of one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionCall {
    /// The function.
    pub name: Ident,
    /// What it is given, one for each of its arguments.
    pub arguments: Vec<Expr>,
    /// What it does with them.
    pub body: Expr,
}

impl FunctionCall {
    pub(super) fn with_parts(self, change: &mut dyn FnMut(Expr) -> Expr) -> Self {
        let arguments = self.arguments.into_iter().map(&mut *change).collect();
        Self { name: self.name, arguments, body: change(self.body) }
    }
}

/// The call of a function of one value as an expression. Sources in it get numbers from `next` on, which is moved on.
///
/// # Errors
/// [`Code::Unsupported`] for a body that no expression can be.
pub fn called(function: &Function, arguments: Vec<Expr>, next: &mut u32) -> Result<Expr> {
    if function.returns.many {
        let message = format!("{}(…) answers with many values: write it as in (select {}(…))", function.name, function.name);
        return Err(Error::new(Code::Unsupported, message));
    }
    let Shape::Value(data_type) = &function.returns.shape else {
        return Err(Error::new(Code::Unsupported, format!("{} does not answer with a value", function.signature())));
    };
    let mut query = subquery(function, &arguments, next)?;
    let Some(item) = query.take_item() else { return Err(too_complex(function)) };
    let value = if query.query.from.is_empty() && query.query.filter.is_always() && query.query.limit != Some(0) {
        item
    } else if query.query.from.is_empty() {
        Expr::Case { branches: vec![(query.query.filter, item)], otherwise: None, data_type: data_type.clone() }
    } else if query.aggregates {
        query.query.kind = SubqueryKind::Scalar(Selected::Rows(item));
        Expr::Subquery(Box::new(query.query))
    } else {
        // The first row is the function's value; more are no mistake.
        query.query.limit = Some(query.query.limit.map_or(1, |limit| limit.min(1)));
        query.query.kind = SubqueryKind::Scalar(Selected::Row(item));
        Expr::Subquery(Box::new(query.query))
    };
    let mut body =
        if value.data_type() == *data_type { value } else { Expr::Cast { expr: Box::new(value), to: data_type.clone() } };
    if function.strict && !arguments.is_empty() {
        let given = arguments.iter().map(|a| Expr::Not(Box::new(Expr::Is(Box::new(a.clone()), IsTest::Null))));
        let branches = vec![(Expr::And(given.collect()), body)];
        body = Expr::Case { branches, otherwise: None, data_type: data_type.clone() };
    }
    Ok(Expr::Function(Box::new(FunctionCall { name: function.name.clone(), arguments, body })))
}

/// What a function of many values answers with, as the query of `… in (select name(…))`: its select and the rest of it.
///
/// # Errors
/// As [`called`].
pub fn called_many(function: &Function, arguments: Vec<Expr>, next: &mut u32) -> Result<(Expr, Subquery)> {
    let Shape::Value(data_type) = &function.returns.shape else {
        return Err(Error::new(Code::Unsupported, format!("{} does not answer with values", function.signature())));
    };
    let mut query = subquery(function, &arguments, next)?;
    let Some(item) = query.take_item().filter(|_| !query.aggregates) else { return Err(too_complex(function)) };
    if !function.returns.many {
        query.query.limit = Some(query.query.limit.map_or(1, |limit| limit.min(1)));
    }
    let item = if item.data_type() == *data_type { item } else { Expr::Cast { expr: Box::new(item), to: data_type.clone() } };
    if function.strict {
        let given = arguments.iter().map(|a| Expr::Not(Box::new(Expr::Is(Box::new(a.clone()), IsTest::Null))));
        query.query.filter = query.query.filter.and(Expr::And(given.collect()));
    }
    query.query.called = Some(Box::new(Called { name: function.name.clone(), arguments }));
    Ok((item, query.query))
}

/// A body on its way into an expression.
struct Inlining {
    query: Subquery,
    item: Option<Expr>,
    aggregates: bool,
}

impl Inlining {
    fn take_item(&mut self) -> Option<Expr> {
        self.item.take()
    }
}

fn subquery(function: &Function, arguments: &[Expr], next: &mut u32) -> Result<Inlining> {
    let select = instance(function, arguments, next)?;
    let limit = match (&select.limit, &select.offset) {
        (None, None) => None,
        (Some(Expr::Literal { value: crate::Value::Int(limit), .. }), None) => u64::try_from(*limit).ok(),
        _ => return Err(too_complex(function)),
    };
    let Select { body: SelectBody::Plain(plain), order, .. } = select else { return Err(too_complex(function)) };
    let Plain { distinct, mut items, from, filter, group, having } = *plain;
    if !group.is_empty() || !having.is_always() || items.len() != 1 || (distinct && limit.is_some()) {
        return Err(too_complex(function));
    }
    let mut sources = Vec::with_capacity(from.len());
    for source in from {
        let Origin::Table(table) = source.of else { return Err(too_complex(function)) };
        sources.push(Source { id: source.id, table, alias: None, join: source.join, owner: source.owner });
    }
    let item = items.pop();
    let mut aggregates = false;
    item.iter().for_each(|item| item.visit(&mut |part| aggregates |= matches!(part, Expr::Aggregate(_))));
    let query = Subquery { kind: SubqueryKind::Exists, from: sources, filter, order, limit, called: None };
    Ok(Inlining { query, item, aggregates })
}

/// The body with its arguments filled in and numbers of its own.
///
/// # Errors
/// [`Code::TooComplex`].
pub fn instance(function: &Function, arguments: &[Expr], next: &mut u32) -> Result<Select> {
    let select = function.body.clone().renumbered(next);
    let mut parts = 0;
    let mut filled = select.map(
        &mut |part| {
            parts += 1;
            match part {
                Expr::Parameter { name, data_type } => {
                    let given = function.arguments.iter().position(|a| a.name == name).and_then(|i| arguments.get(i));
                    match given {
                        Some(given) if parts <= MAX_PARTS => {
                            given.visit(&mut |_| parts += 1);
                            given.clone()
                        }
                        _ => Expr::Parameter { name, data_type },
                    }
                }
                other => other,
            }
        },
        &mut |_| {},
    );
    if parts > MAX_PARTS {
        return Err(Error::new(Code::TooComplex, format!("{} becomes too large with these arguments", function.name)));
    }
    filled.called.push(function.name.clone());
    Ok(filled)
}

fn too_complex(function: &Function) -> Error {
    Error::new(Code::Unsupported, format!("{} cannot be used inside an expression", function.signature())).with_hint(
        "inside expressions a function's body is one select of one column from tables, without group by, union, with or offset; \
         it can be called at /rest/v1/rpc",
    )
}

impl Expr {
    /// Whether it calls an SQL function, itself or by way of another.
    #[must_use]
    pub fn calls(&self, name: &Ident) -> bool {
        let mut found = false;
        self.visit(&mut |part| match part {
            Self::Function(call) => found |= call.name == *name,
            Self::Subquery(query) => found |= query.called.as_ref().is_some_and(|called| called.name == *name),
            _ => {}
        });
        found
    }

    /// The expression with the bodies of SQL functions as the schema has them now.
    ///
    /// # Errors
    /// As [`called`].
    pub fn with_functions(self, schema: &Schema) -> Result<Self> {
        let mut failure = None;
        let mut next = self.next_source();
        let changed = self.map(&mut |part| part.renewed(schema, &mut next, &mut failure));
        failure.map_or(Ok(changed), Err)
    }

    /// A call with the body as the schema has it now; anything else, and what no longer can be, as it is.
    pub(crate) fn renewed(self, schema: &Schema, next: &mut u32, failure: &mut Option<Error>) -> Self {
        let renewed = match &self {
            Self::Function(call) => schema.functions.get(&call.name).map(|function| called(function, call.arguments.clone(), next)),
            Self::Subquery(query) => query.renewed(schema, next),
            _ => None,
        };
        match renewed {
            Some(Ok(renewed)) => renewed,
            Some(Err(error)) => {
                failure.get_or_insert(error);
                self
            }
            None => self,
        }
    }

    /// Null of that type.
    #[must_use]
    pub fn null(data_type: DataType) -> Self {
        Self::Literal { value: crate::Value::Null, data_type }
    }

    /// Whether it is boolean.
    #[must_use]
    pub fn is_condition(&self) -> bool {
        self.data_type() == DataType::Scalar(ScalarType::Boolean)
    }
}

impl Subquery {
    fn renewed(&self, schema: &Schema, next: &mut u32) -> Option<Result<Expr>> {
        let named = self.called.as_ref()?;
        let function = schema.functions.get(&named.name)?;
        Some(called_many(function, named.arguments.clone(), next).map(|(item, mut query)| {
            query.kind = match &self.kind {
                SubqueryKind::Any { op, expr, all, .. } => {
                    SubqueryKind::Any { op: *op, expr: expr.clone(), select: item, all: *all }
                }
                SubqueryKind::Exists => SubqueryKind::Exists,
                SubqueryKind::Scalar(_) => SubqueryKind::Scalar(Selected::Row(item)),
            };
            Expr::Subquery(Box::new(query))
        }))
    }
}
