//! Expressions evaluated in memory: on the server for explanations, in the browser for forms.

mod subquery;

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

pub use self::subquery::{Data, list};
use super::{CompareOp, Context, Expr, IsTest, JsonStep, SourceId, compare};
use crate::{
    Code, DataType, Error, Ident, LikePattern, Result, ScalarType, Schema, Value,
    expression::ContainOp,
    value::{
        json_containment,
        json_path::{json_get, json_get_text},
        like,
    },
};

/// A row: its columns' values by name. What is not there is null.
pub type Row = HashMap<Ident, Value>;

/// What an expression is evaluated in.
pub struct Environment<'a> {
    /// Enums are looked up here.
    pub schema: &'a Schema,
    /// Who asks, and when.
    pub context: &'a Context,
    /// The rows of other tables; without them, an expression that asks for some is refused.
    pub data: Option<&'a dyn Data>,
}

/// Where columns come from.
#[derive(Clone)]
struct Scope<'r> {
    row: &'r Row,
    sources: Vec<(SourceId, Option<Arc<Row>>)>,
}

impl Environment<'_> {
    /// The value of an expression over a row.
    ///
    /// # Errors
    /// What the expression's operators refuse; [`Code::Unsupported`] if it needs rows that are not at hand.
    pub fn evaluate(&self, expr: &Expr, row: &Row) -> Result<Value> {
        self.value(expr, &Scope { row, sources: Vec::new() })
    }

    fn value(&self, expr: &Expr, scope: &Scope<'_>) -> Result<Value> {
        Ok(match expr {
            Expr::Literal { value, .. } => value.clone(),
            Expr::Column { name, .. } => scope.row.get(name).cloned().unwrap_or(Value::Null),
            Expr::Of { source, name, .. } => {
                let row = scope.sources.iter().rev().find(|(id, _)| id == source).and_then(|(_, row)| row.as_ref());
                row.and_then(|row| row.get(name)).cloned().unwrap_or(Value::Null)
            }
            Expr::Context(value) => self.context.value(*value),
            Expr::JsonPath { base, steps, as_text } => {
                json_path(&self.value(base, scope)?, steps, *as_text, base.data_type() == ScalarType::Jsonb.into())?
            }
            Expr::Parameter { name, .. } => return Err(Error::internal(format!("the argument {name} was not filled in"))),
            Expr::Function(call) => self.value(&call.body, scope)?,
            Expr::Cast { expr, to } => self.value(expr, scope)?.cast(&expr.data_type(), to, self.schema)?,
            Expr::Call { function, arguments } => {
                let values = arguments.iter().map(|a| self.value(a, scope)).collect::<Result<Vec<_>>>()?;
                let types: Vec<DataType> = arguments.iter().map(Expr::data_type).collect();
                function.call(&values, &types)?
            }
            Expr::Case { branches, otherwise, .. } => self.case(branches, otherwise.as_deref(), scope)?,
            Expr::Coalesce { arguments, .. } => self.first(arguments, scope)?,
            Expr::Extreme { greatest, arguments, data_type } => self.extreme(*greatest, arguments, data_type, scope)?,
            Expr::Array { elements, .. } => Value::Array(elements.iter().map(|e| self.value(e, scope)).collect::<Result<_>>()?),
            Expr::Subquery(query) => self.subquery(query, scope)?,
            Expr::Aggregate(_) => return Err(Error::internal("an aggregate outside of a query")),
            Expr::Related { .. } | Expr::Exists { .. } => return Err(no_data()),
            condition => self.condition(condition, scope)?.map_or(Value::Null, Value::Bool),
        })
    }

    /// What is true, false or null.
    fn condition(&self, expr: &Expr, scope: &Scope<'_>) -> Result<Option<bool>> {
        Ok(match expr {
            Expr::Compare { op, left, right } => self.compare(*op, left, right, scope)?,
            Expr::IsDistinct(left, right) => Some(self.distinct(left, right, scope)?),
            Expr::Like { expr, pattern } => self.text(expr, scope)?.map(|text| fits(&text, pattern)),
            Expr::In { expr, values, data_type } => {
                let value = self.value(expr, scope)?;
                let own = expr.data_type();
                any(values.iter().map(|other| Ok(compare(&value, &own, other, data_type, self.schema).map(Ordering::is_eq))))?
            }
            Expr::Contains { op, left, right } => self.contains(*op, left, right, scope)?,
            Expr::Quantified { op, expr, array, all } => self.quantified(*op, expr, array, *all, scope)?,
            Expr::Is(expr, test) => Some(is(&self.value(expr, scope)?, *test)),
            Expr::Not(expr) => self.condition(expr, scope)?.map(|flag| !flag),
            Expr::And(terms) => all(terms.iter().map(|term| self.condition(term, scope)))?,
            Expr::Or(terms) => any(terms.iter().map(|term| self.condition(term, scope)))?,
            other => match self.value(other, scope)? {
                Value::Bool(flag) => Some(flag),
                _ => None,
            },
        })
    }

    fn compare(&self, op: CompareOp, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Result<Option<bool>> {
        let (l, r) = (self.value(left, scope)?, self.value(right, scope)?);
        Ok(compare(&l, &left.data_type(), &r, &right.data_type(), self.schema).map(|order| op.holds(order)))
    }

    fn distinct(&self, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Result<bool> {
        let (l, r) = (self.value(left, scope)?, self.value(right, scope)?);
        if l.is_null() || r.is_null() {
            return Ok(l.is_null() != r.is_null());
        }
        Ok(compare(&l, &left.data_type(), &r, &right.data_type(), self.schema).is_none_or(Ordering::is_ne))
    }

    fn text(&self, expr: &Expr, scope: &Scope<'_>) -> Result<Option<String>> {
        Ok(match self.value(expr, scope)? {
            Value::Text(text) => Some(text),
            _ => None,
        })
    }

    fn contains(&self, op: ContainOp, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Result<Option<bool>> {
        let json = left.data_type().is_json();
        let text = |expr: &Expr| self.value(expr, scope).map(|value| value.to_text(&expr.data_type()));
        let (Some(l), Some(r)) = (text(left)?, text(right)?) else { return Ok(None) };
        Ok(json_containment(op.function(json), &l, &r))
    }

    fn quantified(&self, op: CompareOp, expr: &Expr, array: &Expr, every: bool, scope: &Scope<'_>) -> Result<Option<bool>> {
        let (value, elements) = (self.value(expr, scope)?, self.value(array, scope)?);
        Ok(quantified(op, every, (&value, &expr.data_type()), (&elements, &array.data_type()), self.schema))
    }

    fn case(&self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>, scope: &Scope<'_>) -> Result<Value> {
        for (condition, result) in branches {
            if self.condition(condition, scope)? == Some(true) {
                return self.value(result, scope);
            }
        }
        otherwise.map_or(Ok(Value::Null), |expr| self.value(expr, scope))
    }

    fn first(&self, arguments: &[Expr], scope: &Scope<'_>) -> Result<Value> {
        for argument in arguments {
            let value = self.value(argument, scope)?;
            if !value.is_null() {
                return Ok(value);
            }
        }
        Ok(Value::Null)
    }

    fn extreme(&self, greatest: bool, arguments: &[Expr], data_type: &DataType, scope: &Scope<'_>) -> Result<Value> {
        let values = arguments.iter().map(|a| self.value(a, scope)).collect::<Result<_>>()?;
        Ok(extreme(greatest, values, data_type, self.schema))
    }
}

/// The greatest or the least of values of one type; nulls do not count.
#[must_use]
pub fn extreme(greatest: bool, values: Vec<Value>, data_type: &DataType, schema: &Schema) -> Value {
    let wanted = if greatest { Ordering::Greater } else { Ordering::Less };
    let mut best = Value::Null;
    for value in values {
        let better = best.is_null() || compare(&value, data_type, &best, data_type, schema) == Some(wanted);
        if !value.is_null() && better {
            best = value;
        }
    }
    best
}

/// `value op any (array)`, `value op all (array)`, each with its type; null where PostgreSQL says null.
#[must_use]
pub fn quantified(
    op: CompareOp,
    every: bool,
    (value, own): (&Value, &DataType),
    (array, array_type): (&Value, &DataType),
    schema: &Schema,
) -> Option<bool> {
    let Value::Array(elements) = array else { return None };
    let element = DataType::Scalar(array_type.element().clone());
    let one = |other: &Value| Ok(compare(value, own, other, &element, schema).map(|order| op.holds(order)));
    if every { all(elements.iter().map(one)) } else { any(elements.iter().map(one)) }.unwrap_or(None)
}

/// True if one is; else null if one is; what comes after a true one is not looked at.
fn any(terms: impl Iterator<Item = Result<Option<bool>>>) -> Result<Option<bool>> {
    let mut found = Some(false);
    for term in terms {
        match term? {
            Some(true) => return Ok(Some(true)),
            None => found = None,
            Some(false) => {}
        }
    }
    Ok(found)
}

/// False if one is; else null if one is; what comes after a false one is not looked at.
fn all(terms: impl Iterator<Item = Result<Option<bool>>>) -> Result<Option<bool>> {
    let mut found = Some(true);
    for term in terms {
        match term? {
            Some(false) => return Ok(Some(false)),
            None => found = None,
            Some(true) => {}
        }
    }
    Ok(found)
}

fn is(value: &Value, test: IsTest) -> bool {
    match test {
        IsTest::Null | IsTest::Unknown => value.is_null(),
        IsTest::True => *value == Value::Bool(true),
        IsTest::False => *value == Value::Bool(false),
    }
}

fn fits(text: &str, pattern: &LikePattern) -> bool {
    if pattern.case_insensitive { like::ilike(text, &pattern.pattern) } else { like::like(text, &pattern.pattern) }
}

fn json_path(base: &Value, steps: &[JsonStep], as_text: bool, jsonb: bool) -> Result<Value> {
    let Value::Json(json) = base else { return Ok(Value::Null) };
    Ok(if as_text {
        json_get_text(json, steps, jsonb)?.map_or(Value::Null, |text| Value::Text(text.into_owned()))
    } else {
        json_get(json, steps, jsonb)?.map_or(Value::Null, |text| Value::Json(text.to_owned()))
    })
}

fn no_data() -> Error {
    Error::new(Code::Unsupported, "rows of other tables are not at hand here")
}

impl CompareOp {
    /// Whether values in that order satisfy it.
    #[must_use]
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Eq => order.is_eq(),
            Self::Neq => order.is_ne(),
            Self::Lt => order.is_lt(),
            Self::Lte => order.is_le(),
            Self::Gt => order.is_gt(),
            Self::Gte => order.is_ge(),
        }
    }
}

impl ContainOp {
    /// The name by which [`json_containment`] knows it.
    #[must_use]
    pub fn function(self, json: bool) -> &'static str {
        match (self, json) {
            (Self::Contains, true) => "jsonb_contains",
            (Self::ContainedBy, true) => "jsonb_contained",
            (Self::Contains, false) => "array_contains",
            (Self::ContainedBy, false) => "array_contained",
            (Self::Overlaps, _) => "array_overlaps",
        }
    }
}

/// The type of an aggregate's or a list's element.
pub(crate) fn numeric() -> DataType {
    ScalarType::Numeric(None).into()
}
