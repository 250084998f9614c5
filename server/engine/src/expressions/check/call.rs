//! Calls: who asks and when, what is no ordinary function, aggregates, and the functions of the list.

use tenon_model::{
    Code, CompareOp, DataType, Error, Expr, Ident, ScalarType, Value,
    expression::{Aggregate, AggregateFunction, ContextValue, SourceId, functions::BOOLEAN},
};

use super::{Checked, Checker, MAX_ARGUMENTS, literal, plain, refuse};
use crate::{
    expressions::syntax::{Call, Kind, Node},
    sql::Located,
    tables::change::Position,
};

/// Names that are no ordinary functions, for suggestions.
pub(super) const SPECIAL: [&str; 12] =
    ["coalesce", "nullif", "greatest", "least", "now", "auth.uid", "auth.role", "auth.email", "auth.jwt", "count", "sum", "exists"];

impl Checker<'_> {
    pub(super) fn call(&mut self, call: &Call, at: Position) -> Checked<Expr> {
        let name = written(&call.name);
        if let Some(value) = context(&name) {
            self.may_ask(&value_name(&value), at)?;
            return no_arguments(call, at).map(|()| value);
        }
        let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
        if let Some(function) = aggregate(name) {
            return self.aggregate(function, call, at);
        }
        if call.star || call.distinct || call.filter.is_some() {
            return refuse(Code::InvalidSyntax, format!("{name} is no aggregate"), at);
        }
        match name {
            "coalesce" => {
                let (arguments, data_type) = self.alike(&call.arguments, "COALESCE", at)?;
                Ok(Expr::Coalesce { arguments, data_type })
            }
            "greatest" | "least" => {
                if call.arguments.len() > MAX_ARGUMENTS {
                    return refuse(Code::TooComplex, format!("{name} takes at most {MAX_ARGUMENTS} arguments"), at);
                }
                let (arguments, data_type) = self.alike(&call.arguments, &name.to_uppercase(), at)?;
                self.ordered(&data_type, name, at)?;
                Ok(Expr::Extreme { greatest: name == "greatest", arguments, data_type })
            }
            "nullif" => self.nullif(&call.arguments, at),
            _ if self.is_sql_function(&call.name) => self.sql_function(call, at),
            _ => self.function(name, &call.arguments, at),
        }
    }

    fn alike(&mut self, arguments: &[Node], what: &str, at: Position) -> Checked<(Vec<Expr>, DataType)> {
        if arguments.is_empty() {
            return refuse(Code::InvalidSyntax, format!("{} needs an argument", what.to_lowercase()), at);
        }
        let parts = arguments.iter().map(|node| Ok((self.node(node)?, node.at))).collect::<Checked<Vec<_>>>()?;
        self.unify(parts, what)
    }

    /// Refuses types without an order.
    pub(super) fn ordered(&self, data_type: &DataType, name: &str, at: Position) -> Checked<()> {
        match data_type {
            DataType::Scalar(ScalarType::Json) | DataType::Array(ScalarType::Json | ScalarType::Enum(_)) => {
                refuse(Code::Unsupported, format!("{name} needs values with an order, not {data_type}"), at)
            }
            _ => Ok(()),
        }
    }

    /// `nullif(a, b)`: null if they are equal, else the first.
    fn nullif(&mut self, arguments: &[Node], at: Position) -> Checked<Expr> {
        let [left, right] = arguments else {
            return refuse(Code::InvalidSyntax, "nullif takes two arguments", at);
        };
        let (l, r) = (self.node(left)?, self.node(right)?);
        let (l, r) = self.comparable((l, left.at), (r, right.at), "=", at)?;
        let data_type = plain(l.data_type());
        // Once more, so that each table of a query in it has a number of its own.
        let (again, other) = (self.node(left)?, self.node(right)?);
        let (value, _) = self.comparable((again, left.at), (other, right.at), "=", at)?;
        let equal = Expr::Compare { op: CompareOp::Eq, left: Box::new(l), right: Box::new(r) };
        let null = literal(Value::Null, data_type.clone());
        Ok(Expr::Case { branches: vec![(equal, null)], otherwise: Some(Box::new(value)), data_type })
    }

    fn aggregate(&mut self, function: AggregateFunction, call: &Call, at: Position) -> Checked<Expr> {
        match self.aggregates {
            None => return refuse(Code::InvalidSyntax, "aggregate functions are not allowed here: put them in (select …)", at),
            Some(_) => self.aggregates = None,
        }
        let mut separator = None;
        let argument = match call.arguments.as_slice() {
            [] if call.star && function == AggregateFunction::Count => None,
            [one] => {
                let typed = self.node(one)?;
                Some(self.settle(typed, one.at)?)
            }
            [text, between] if function == AggregateFunction::StringAgg => {
                let Kind::Text(between) = &between.kind else {
                    return refuse(Code::Unsupported, "what stands between the texts must be a text in quotes", between.at);
                };
                separator = Some(between.clone());
                let typed = self.node(text)?;
                Some(self.settle(typed, text.at)?)
            }
            _ => return refuse(Code::InvalidSyntax, format!("{} takes one argument", function.name()), at),
        };
        if function == AggregateFunction::StringAgg && separator.is_none() {
            return refuse(Code::InvalidSyntax, "string_agg takes a text and what stands between", at);
        }
        let filter = call.filter.as_ref().map(|filter| self.of_type(filter, &BOOLEAN)).transpose()?;
        self.aggregates = Some(true);
        if self.is_of_outer(argument.as_ref(), filter.as_ref()) {
            let message = format!("{} over columns of the query around would be an aggregate of that query", function.name());
            return refuse(Code::Unsupported, message, at);
        }
        let of = argument.as_ref().map(Expr::data_type);
        if function.result_type(of.as_ref()).is_none() {
            let of = of.map_or_else(|| "*".to_owned(), |t| t.to_string());
            let error = Error::new(Code::UnknownFunction, format!("function {}({of}) does not exist", function.name()));
            return Err(Located::new(error, at));
        }
        if call.distinct
            && let Some(of) = &of
        {
            self.ordered(of, "distinct", at)?;
            // Which of two ways to write a number is kept would be left to chance.
            if function == AggregateFunction::ArrayAgg && matches!(of.scalar(), Some(ScalarType::Numeric(_))) {
                return refuse(Code::Unsupported, "array_agg of numeric goes without distinct", at);
            }
        }
        Ok(Expr::Aggregate(Box::new(Aggregate { function, argument, distinct: call.distinct, filter, separator })))
    }
}

impl Checker<'_> {
    /// Whether what an aggregate takes names columns, and none of the query that it stands in.
    fn is_of_outer(&self, argument: Option<&Expr>, filter: Option<&Expr>) -> bool {
        let mine: Vec<SourceId> = self.scopes.last().into_iter().flatten().map(|reading| reading.id).collect();
        let (mut own, mut outer) = (false, false);
        for part in argument.into_iter().chain(filter) {
            part.visit(&mut |part| match part {
                Expr::Of { source, .. } if mine.contains(source) => own = true,
                Expr::Of { source, .. } => outer |= self.scopes.iter().flatten().any(|reading| reading.id == *source),
                Expr::Column { .. } => outer = true,
                _ => {}
            });
        }
        outer && !own
    }
}

/// The name with its schema, folded as it was.
fn written(parts: &[Ident]) -> String {
    parts.iter().map(Ident::as_str).collect::<Vec<_>>().join(".")
}

fn context(name: &str) -> Option<Expr> {
    let value = match name {
        "auth.uid" => ContextValue::Uid,
        "auth.role" => ContextValue::Role,
        "auth.email" => ContextValue::Email,
        "auth.jwt" => ContextValue::Jwt,
        "now" | "current_timestamp" | "transaction_timestamp" | "pg_catalog.now" => ContextValue::Now,
        "current_date" => ContextValue::CurrentDate,
        "localtimestamp" => {
            let to = ScalarType::Timestamp.into();
            return Some(Expr::Cast { expr: Box::new(Expr::Context(ContextValue::Now)), to });
        }
        "current_role" | "current_user" => ContextValue::Role,
        _ => return None,
    };
    Some(Expr::Context(value))
}

/// How it is asked.
fn value_name(value: &Expr) -> String {
    match value {
        Expr::Context(value) => value.as_sql().to_owned(),
        _ => "the time".to_owned(),
    }
}

fn no_arguments(call: &Call, at: Position) -> Checked<()> {
    if call.arguments.is_empty() && !call.star {
        return Ok(());
    }
    refuse(Code::InvalidSyntax, format!("{} takes no arguments", written(&call.name)), at)
}

fn aggregate(name: &str) -> Option<AggregateFunction> {
    if name == "every" {
        return Some(AggregateFunction::BoolAnd);
    }
    AggregateFunction::ALL.into_iter().find(|function| function.name() == name)
}
