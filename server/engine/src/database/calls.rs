//! `tenon_call(operation, …)`: SQLite computes what it has no like of by the code that evaluates expressions in memory.
//!
//! The operation is JSON that a [`CallSpec`] was written as: it stands as text in statements, so it is read once a thread.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use bigdecimal::BigDecimal;
use diesel::{
    deserialize::{self, FromSql},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Nullable, Numeric},
    sqlite::{Sqlite, SqliteType, SqliteValue},
};
use serde::{Deserialize, Serialize};
use tenon_model::{
    CompareOp, DataType, EnumType, Error, Ident, Result, ScalarType, Schema, Value,
    expression::{FunctionRef, compare, extreme, list, quantified},
};

/// What SQLite is to compute.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallSpec {
    /// A function of the list.
    Call { function: FunctionRef, types: Vec<DataType> },
    /// An array of its elements.
    Array { element: ScalarType },
    /// `op any (array)`, `op all (array)`; of an enum, with its values.
    Quantified { op: CompareOp, all: bool, value: DataType, array: DataType, values: Vec<String> },
    /// `greatest`, `least`; of an enum, with its values.
    Extreme { greatest: bool, data_type: DataType, values: Vec<String> },
    /// An explicit cast; to an enum, with its values.
    Cast { from: DataType, to: DataType, values: Vec<String> },
}

/// A value as SQLite keeps it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stored {
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

/// A result: a value, null, or a failure that SQLite passes on.
#[derive(Debug)]
pub(super) struct Outcome(Result<Option<Stored>, String>);

// `Numeric` is what Diesel calls a value of SQLite of whatever kind.
impl FromSql<Numeric, Sqlite> for Stored {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(match value.value_type() {
            Some(SqliteType::Long | SqliteType::Integer | SqliteType::SmallInt) => Self::Int(value.read_long()),
            Some(SqliteType::Double | SqliteType::Float) => Self::Real(value.read_double()),
            Some(SqliteType::Binary) => Self::Blob(value.read_blob().to_vec()),
            _ => Self::Text(value.read_text().to_owned()),
        })
    }
}

impl ToSql<Nullable<Numeric>, Sqlite> for Outcome {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match &self.0 {
            Err(message) => return Err(message.clone().into()),
            Ok(None) => return Ok(IsNull::Yes),
            Ok(Some(Stored::Int(i))) => out.set_value(*i),
            Ok(Some(Stored::Real(f))) => out.set_value(*f),
            Ok(Some(Stored::Text(text))) => out.set_value(text.as_str()),
            Ok(Some(Stored::Blob(bytes))) => out.set_value(bytes.as_slice()),
        }
        Ok(IsNull::No)
    }
}

thread_local! {
    static SPECS: RefCell<HashMap<String, Rc<CallSpec>>> = RefCell::default();
}

/// More operations than a schema has are not remembered.
const MAX_REMEMBERED: usize = 4_096;

fn spec(text: &str) -> Result<Rc<CallSpec>> {
    SPECS.with_borrow_mut(|specs| {
        if let Some(spec) = specs.get(text) {
            return Ok(spec.clone());
        }
        let spec: Rc<CallSpec> = Rc::new(serde_json::from_str(text).map_err(Error::internal)?);
        if specs.len() >= MAX_REMEMBERED {
            specs.clear();
        }
        specs.insert(text.to_owned(), spec.clone());
        Ok(spec)
    })
}

/// Computes an operation.
pub(super) fn call(operation: Option<&str>, arguments: &[Option<Stored>]) -> Outcome {
    Outcome(compute(operation.unwrap_or_default(), arguments).map_err(|error| error.message))
}

fn compute(operation: &str, arguments: &[Option<Stored>]) -> Result<Option<Stored>> {
    let spec = spec(operation)?;
    let read = |index: usize, data_type: &DataType| value(arguments.get(index).and_then(Option::as_ref), data_type);
    match spec.as_ref() {
        CallSpec::Call { function, types } => {
            let values = types.iter().enumerate().map(|(i, t)| read(i, t)).collect::<Result<Vec<_>>>()?;
            Ok(stored(&function.call(&values, types)?, &function.result_type(types)))
        }
        CallSpec::Array { element } => {
            let data_type = element.clone().into();
            let values = (0..arguments.len()).map(|i| read(i, &data_type)).collect::<Result<Vec<_>>>()?;
            Ok(stored(&Value::Array(values), &DataType::Array(element.clone())))
        }
        CallSpec::Quantified { op, all, value, array, values } => {
            let schema = schema_of(array, values);
            let flag = quantified(*op, *all, (&read(0, value)?, value), (&read(1, array)?, array), &schema);
            Ok(flag.map(|flag| Stored::Int(i64::from(flag))))
        }
        CallSpec::Extreme { greatest, data_type, values } => {
            let schema = schema_of(data_type, values);
            let all = (0..arguments.len()).map(|i| read(i, data_type)).collect::<Result<Vec<_>>>()?;
            Ok(stored(&extreme(*greatest, all, data_type, &schema), data_type))
        }
        CallSpec::Cast { from, to, values } => Ok(stored(&read(0, from)?.cast(from, to, &schema_of(to, values))?, to)),
    }
}

/// A schema that knows the one enum type there is.
fn schema_of(to: &DataType, values: &[String]) -> Schema {
    let mut schema = Schema::default();
    if let ScalarType::Enum(name) = to.element() {
        let name: Ident = name.clone();
        let made = EnumType { name: name.clone(), values: values.to_vec(), comment: None };
        schema.enums.insert(name, made.into());
    }
    schema
}

/// What SQLite keeps, as a value of its type.
fn value(stored: Option<&Stored>, data_type: &DataType) -> Result<Value> {
    let Some(stored) = stored else { return Ok(Value::Null) };
    let boolean = *data_type == DataType::Scalar(ScalarType::Boolean);
    let float = matches!(data_type.scalar(), Some(ScalarType::Real | ScalarType::Double));
    Ok(match (stored, data_type.scalar()) {
        (Stored::Int(i), _) if boolean => Value::Bool(*i != 0),
        #[allow(clippy::cast_precision_loss, reason = "a float column holds no more")]
        (Stored::Int(i), _) if float => Value::Float(*i as f64),
        (Stored::Int(i), _) => Value::Int(*i),
        (Stored::Real(f), _) => Value::Float(*f),
        (Stored::Blob(bytes), _) => Value::Bytes(bytes.clone()),
        (Stored::Text(text), Some(ScalarType::Text | ScalarType::Varchar(_) | ScalarType::Enum(_))) => Value::Text(text.clone()),
        (Stored::Text(text), Some(ScalarType::Json | ScalarType::Jsonb)) => Value::Json(text.clone()),
        (Stored::Text(text), Some(ScalarType::Numeric(_))) => Value::Numeric(text.parse::<BigDecimal>().map_err(Error::internal)?),
        (Stored::Text(text), None) if matches!(data_type.element(), ScalarType::Enum(_)) => enums(text)?,
        (Stored::Text(text), _) => Value::parse(text, data_type, &Schema::default())?,
    })
}

/// An array of an enum: its values are texts that were checked when they came.
fn enums(text: &str) -> Result<Value> {
    Value::parse(text, &DataType::Array(ScalarType::Text), &Schema::default())
}

/// A value as SQLite keeps it.
fn stored(value: &Value, data_type: &DataType) -> Option<Stored> {
    use crate::records::sql::{Bind, bind};
    match bind(super::EngineKind::Sqlite, value, data_type) {
        Bind::Null => None,
        Bind::Int(i) => Some(Stored::Int(i)),
        Bind::Float(f) => Some(Stored::Real(f)),
        Bind::Text(text) => Some(Stored::Text(text)),
        Bind::Bytes(bytes) => Some(Stored::Blob(bytes)),
    }
}

/// `tenon_one(count)`: true, unless a subquery that stands for a value has several rows.
pub(super) fn one(count: i64) -> Outcome {
    if count > 1 {
        return Outcome(Err("more than one row returned by a subquery used as an expression".to_owned()));
    }
    Outcome(Ok(Some(Stored::Int(1))))
}

/// The exact sum of numbers.
#[derive(Debug, Default)]
pub(super) struct Sum {
    total: Option<BigDecimal>,
    count: u64,
    failed: Option<String>,
}

impl Sum {
    fn add(&mut self, number: Option<Stored>) {
        let number = match number {
            Some(Stored::Int(i)) => Some(BigDecimal::from(i)),
            Some(Stored::Text(text)) => text.parse().ok(),
            _ => None,
        };
        let Some(number) = number else { return };
        self.count += 1;
        let total = self.total.take().unwrap_or_default();
        match tenon_model::value::decimal_sum(&total, &number) {
            Ok(total) => self.total = Some(total),
            Err(error) => self.failed = Some(error.message),
        }
    }

    fn outcome(self, average: bool) -> Outcome {
        let total = match (self.failed, self.total) {
            (Some(message), _) => return Outcome(Err(message)),
            (None, None) => return Outcome(Ok(None)),
            (None, Some(total)) => total,
        };
        let result = if average { tenon_model::value::decimal_quotient(&total, &BigDecimal::from(self.count)) } else { Ok(total) };
        let text = result.map(|number| Value::Numeric(number).to_text(&ScalarType::Numeric(None).into()).map(Stored::Text));
        Outcome(text.map_err(|error| error.message))
    }
}

impl diesel::sqlite::SqliteAggregateFunction<Option<Stored>> for Sum {
    type Output = Outcome;

    fn step(&mut self, number: Option<Stored>) {
        self.add(number);
    }

    fn finalize(aggregator: Option<Self>) -> Outcome {
        aggregator.unwrap_or_default().outcome(false)
    }
}

/// How `tenon_list` makes one value of many.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ListSpec {
    /// The type of the values.
    pub(crate) data_type: DataType,
    /// Of an enum, its values.
    pub(crate) values: Vec<String>,
    /// Each value once.
    pub(crate) distinct: bool,
    /// What stands between texts; without it, the values become an array.
    pub(crate) separator: Option<String>,
}

/// All values in ascending order.
#[derive(Debug, Default)]
pub(super) struct List {
    spec: Option<String>,
    all: Vec<Option<Stored>>,
}

impl List {
    fn outcome(self) -> Result<Option<Stored>> {
        let Some(spec) = self.spec else { return Ok(None) };
        let spec: ListSpec = serde_json::from_str(&spec).map_err(Error::internal)?;
        let values = self.all.iter().map(|stored| value(stored.as_ref(), &spec.data_type)).collect::<Result<Vec<_>>>()?;
        let schema = schema_of(&spec.data_type, &spec.values);
        let mut values: Vec<Value> = values.into_iter().filter(|v| spec.separator.is_none() || !v.is_null()).collect();
        if spec.distinct {
            let Value::Array(sorted) = list(values, &spec.data_type, None, &schema) else { return Ok(None) };
            values = sorted;
            values.dedup_by(|a, b| {
                let same = compare(a, &spec.data_type, b, &spec.data_type, &schema) == Some(std::cmp::Ordering::Equal);
                same || (a.is_null() && b.is_null())
            });
        }
        let listed = list(values, &spec.data_type, spec.separator.as_deref(), &schema);
        let to = match &spec.separator {
            Some(_) => ScalarType::Text.into(),
            None => DataType::Array(spec.data_type.element().clone()),
        };
        Ok(stored(&listed, &to))
    }
}

impl diesel::sqlite::SqliteAggregateFunction<(Option<String>, Option<Stored>)> for List {
    type Output = Outcome;

    fn step(&mut self, (spec, value): (Option<String>, Option<Stored>)) {
        if self.spec.is_none() {
            self.spec = spec;
        }
        self.all.push(value);
    }

    fn finalize(aggregator: Option<Self>) -> Outcome {
        Outcome(aggregator.unwrap_or_default().outcome().map_err(|error| error.message))
    }
}

/// The exact average of numbers, with the digits of PostgreSQL's quotient.
#[derive(Debug, Default)]
pub(super) struct Average(Sum);

impl diesel::sqlite::SqliteAggregateFunction<Option<Stored>> for Average {
    type Output = Outcome;

    fn step(&mut self, number: Option<Stored>) {
        self.0.add(number);
    }

    fn finalize(aggregator: Option<Self>) -> Outcome {
        aggregator.unwrap_or_default().0.outcome(true)
    }
}
