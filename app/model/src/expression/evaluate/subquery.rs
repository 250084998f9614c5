//! Subqueries over rows at hand: nested loops, as the words say. For explanations and tests, not for speed.

use std::{cmp::Ordering, sync::Arc};

use bigdecimal::BigDecimal;

use super::{Environment, Row, Scope, all, any, no_data, numeric};
use crate::{
    Code, DataType, Error, Expr, Ident, Nulls, Result, ScalarType, Schema, SortDirection, Value,
    expression::{Aggregate, AggregateFunction, Join, Selected, Source, SourceId, Subquery, SubqueryKind, compare},
    value::decimal,
};

/// Rows of other tables.
pub trait Data {
    /// All rows of a table that the one who asks may see.
    ///
    /// # Errors
    /// If they are not at hand.
    fn rows(&self, table: &Ident) -> Result<Vec<Arc<Row>>>;
}

type Bound = Vec<(SourceId, Option<Arc<Row>>)>;

impl Environment<'_> {
    pub(super) fn subquery(&self, query: &Subquery, scope: &Scope<'_>) -> Result<Value> {
        if query.limit == Some(0) && !matches!(query.kind, SubqueryKind::Scalar(Selected::Rows(_))) {
            let empty = matches!(query.kind, SubqueryKind::Any { all: true, .. });
            return Ok(if query.kind.is_condition() { Value::Bool(empty) } else { Value::Null });
        }
        let mut rows = self.rows(query, scope)?;
        let limited = !matches!(query.kind, SubqueryKind::Scalar(Selected::Rows(_)));
        if limited && let Some(limit) = query.limit {
            rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(match &query.kind {
            SubqueryKind::Exists => Value::Bool(!rows.is_empty()),
            SubqueryKind::Scalar(Selected::Row(expr)) => match rows.as_slice() {
                [] => Value::Null,
                [row] => self.value(expr, row)?,
                _ => return Err(several_rows()),
            },
            SubqueryKind::Scalar(Selected::Rows(expr)) => self.aggregated(expr, &rows, scope)?,
            SubqueryKind::Any { op, expr, select, all: every } => {
                let (value, own, other) = (self.value(expr, scope)?, expr.data_type(), select.data_type());
                let holds = |row: &Scope<'_>| {
                    let found = self.value(select, row)?;
                    Ok(compare(&value, &own, &found, &other, self.schema).map(|order| op.holds(order)))
                };
                let terms = rows.iter().map(holds);
                if *every { all(terms)? } else { any(terms)? }.map_or(Value::Null, Value::Bool)
            }
        })
    }

    fn rows<'r>(&self, query: &Subquery, scope: &Scope<'r>) -> Result<Vec<Scope<'r>>> {
        let mut rows = vec![scope.clone()];
        for source in &query.from {
            rows = self.join(source, rows)?;
        }
        let mut kept = Vec::new();
        for row in rows {
            if self.condition(&query.filter, &row)? == Some(true) {
                kept.push(row);
            }
        }
        self.sort(query, &mut kept)?;
        Ok(kept)
    }

    fn join<'r>(&self, source: &Source, rows: Vec<Scope<'r>>) -> Result<Vec<Scope<'r>>> {
        let others = self.data.ok_or_else(no_data)?.rows(&source.table)?;
        let mut joined = Vec::new();
        for row in rows {
            let before = joined.len();
            for other in &others {
                let candidate = with(&row, source.id, Some(other.clone()));
                let fits = match &source.join {
                    Join::Cross => true,
                    Join::Inner(on) | Join::Left(on) => self.condition(on, &candidate)? == Some(true),
                };
                if fits {
                    joined.push(candidate);
                }
            }
            if joined.len() == before && matches!(source.join, Join::Left(_)) {
                joined.push(with(&row, source.id, None));
            }
        }
        Ok(joined)
    }

    fn sort(&self, query: &Subquery, rows: &mut Vec<Scope<'_>>) -> Result<()> {
        if query.order.is_empty() {
            return Ok(());
        }
        let mut keyed = Vec::with_capacity(rows.len());
        for row in rows.drain(..) {
            let keys = query.order.iter().map(|key| self.value(&key.expr, &row)).collect::<Result<Vec<_>>>()?;
            keyed.push((keys, row));
        }
        keyed.sort_by(|(left, _), (right, _)| {
            let each = query.order.iter().zip(left.iter().zip(right)).map(|(key, (l, r))| {
                let descending = key.direction == SortDirection::Descending;
                let nulls_first = key.nulls.map_or(descending, |nulls| nulls == Nulls::First);
                match (l.is_null(), r.is_null()) {
                    (true, true) => Ordering::Equal,
                    (true, false) => {
                        if nulls_first {
                            Ordering::Less
                        } else {
                            Ordering::Greater
                        }
                    }
                    (false, true) => {
                        if nulls_first {
                            Ordering::Greater
                        } else {
                            Ordering::Less
                        }
                    }
                    (false, false) => {
                        let data_type = key.expr.data_type();
                        let order = compare(l, &data_type, r, &data_type, self.schema).unwrap_or(Ordering::Equal);
                        if descending { order.reverse() } else { order }
                    }
                }
            });
            each.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        rows.extend(keyed.into_iter().map(|(_, row)| row));
        Ok(())
    }

    /// What aggregates stand in, with each aggregate's value in its place.
    fn aggregated(&self, expr: &Expr, rows: &[Scope<'_>], scope: &Scope<'_>) -> Result<Value> {
        let mut failure = None;
        let filled = self.filled(expr.clone(), rows, &mut failure);
        match failure {
            Some(error) => Err(error),
            None => self.value(&filled, scope),
        }
    }

    fn filled(&self, expr: Expr, rows: &[Scope<'_>], failure: &mut Option<Error>) -> Expr {
        match expr {
            Expr::Aggregate(aggregate) => {
                let data_type = aggregate.data_type();
                let value = self.aggregate(&aggregate, rows).unwrap_or_else(|error| {
                    failure.get_or_insert(error);
                    Value::Null
                });
                Expr::Literal { value, data_type }
            }
            // The aggregates of a query inside are its own.
            Expr::Subquery(mut query) => {
                if let SubqueryKind::Any { expr, .. } = &mut query.kind {
                    let left = std::mem::replace(expr, Expr::always());
                    *expr = self.filled(left, rows, failure);
                }
                Expr::Subquery(query)
            }
            other => other.with_parts(&mut |part| self.filled(part, rows, failure)),
        }
    }

    fn aggregate(&self, aggregate: &Aggregate, rows: &[Scope<'_>]) -> Result<Value> {
        let mut values = Vec::new();
        for row in rows {
            if let Some(filter) = &aggregate.filter
                && self.condition(filter, row)? != Some(true)
            {
                continue;
            }
            values.push(aggregate.argument.as_ref().map_or(Ok(Value::Bool(true)), |expr| self.value(expr, row))?);
        }
        values.retain(|value| !value.is_null() || aggregate.function == AggregateFunction::ArrayAgg);
        let data_type = aggregate.argument.as_ref().map_or(ScalarType::Boolean.into(), Expr::data_type);
        if aggregate.distinct {
            let mut seen: Vec<Value> = Vec::new();
            values.retain(|value| {
                let same = |s: &Value| compare(s, &data_type, value, &data_type, self.schema) == Some(Ordering::Equal);
                let new = !seen.iter().any(|s| same(s) || (s.is_null() && value.is_null()));
                if new {
                    seen.push(value.clone());
                }
                new
            });
        }
        match aggregate.function {
            AggregateFunction::ArrayAgg | AggregateFunction::StringAgg => {
                Ok(list(values, &data_type, aggregate.separator.as_deref(), self.schema))
            }
            function => self.over(function, &values, &data_type),
        }
    }

    fn over(&self, function: AggregateFunction, values: &[Value], data_type: &DataType) -> Result<Value> {
        if function == AggregateFunction::Count {
            return Ok(Value::Int(i64::try_from(values.len()).unwrap_or(i64::MAX)));
        }
        let best = |wanted: Ordering| {
            let better = |l: Value, r: Value| {
                if compare(&r, data_type, &l, data_type, self.schema) == Some(wanted) { r } else { l }
            };
            values.iter().cloned().reduce(better).unwrap_or(Value::Null)
        };
        let flags = || values.iter().map(|value| *value == Value::Bool(true));
        Ok(match function {
            AggregateFunction::Min => best(Ordering::Less),
            AggregateFunction::Max => best(Ordering::Greater),
            _ if values.is_empty() => Value::Null,
            AggregateFunction::BoolAnd => Value::Bool(flags().all(|flag| flag)),
            AggregateFunction::BoolOr => Value::Bool(flags().any(|flag| flag)),
            AggregateFunction::Sum => {
                let total = sum(values)?;
                let result = function.result_type(Some(data_type)).unwrap_or_else(numeric);
                Value::Numeric(total).cast(&numeric(), &result, self.schema).map_err(|_| out_of_range())?
            }
            _ => {
                let count = BigDecimal::from(u64::try_from(values.len()).unwrap_or(u64::MAX));
                Value::Numeric(decimal::divide(&sum(values)?, &count)?)
            }
        })
    }
}

/// What `array_agg` makes of values, and with a separator `string_agg`: in ascending order, nulls last; null of none.
#[must_use]
pub fn list(mut values: Vec<Value>, data_type: &DataType, separator: Option<&str>, schema: &Schema) -> Value {
    if values.is_empty() {
        return Value::Null;
    }
    values.sort_by(|l, r| {
        let by_value = match (l.is_null(), r.is_null()) {
            (false, false) => compare(l, data_type, r, data_type, schema).unwrap_or(Ordering::Equal),
            (l, r) => l.cmp(&r),
        };
        // Equal numbers may be written with more digits or fewer.
        by_value.then_with(|| match (l, r) {
            (Value::Numeric(_), Value::Numeric(_)) => l.to_text(data_type).cmp(&r.to_text(data_type)),
            _ => Ordering::Equal,
        })
    });
    let Some(separator) = separator else { return Value::Array(values) };
    let texts: Vec<String> =
        values.into_iter().filter_map(|value| if let Value::Text(text) = value { Some(text) } else { None }).collect();
    Value::Text(texts.join(separator))
}

fn sum(values: &[Value]) -> Result<BigDecimal> {
    let mut total: Option<BigDecimal> = None;
    for value in values {
        let number = match value {
            Value::Int(number) => BigDecimal::from(*number),
            Value::Numeric(number) => number.clone(),
            _ => continue,
        };
        total = Some(match total {
            Some(total) => decimal::add(&total, &number)?,
            None => number,
        });
    }
    Ok(total.unwrap_or_default())
}

fn with<'r>(scope: &Scope<'r>, id: SourceId, row: Option<Arc<Row>>) -> Scope<'r> {
    let mut sources = Bound::clone(&scope.sources);
    sources.push((id, row));
    Scope { row: scope.row, sources }
}

fn several_rows() -> Error {
    Error::new(Code::InvalidValue, "more than one row returned by a subquery used as an expression")
}

fn out_of_range() -> Error {
    Error::new(Code::OutOfRange, "bigint out of range")
}

impl SubqueryKind {
    fn is_condition(&self) -> bool {
        matches!(self, Self::Exists | Self::Any { .. })
    }
}
