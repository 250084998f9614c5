//! Rows to insert: every column of the table with its value, defaults filled in, so that both engines get the same.

use jiff::civil::DateTime;
use tenon_model::{
    Code, Column, DataType, Default, Error, FieldError, Ident, Result, ScalarType, Schema, Table, Value, expression::Context,
};
use uuid::Uuid;

use super::check;
use crate::records::{Missing, RecordSet, defaults};

/// Where a column's value comes from.
enum Source {
    /// The position among the given columns.
    Given(usize),
    Absent,
}

/// Checks rows and fills in defaults: values of all the table's columns; `None` is an identity that the database makes.
///
/// # Errors
/// [`Code::UnknownColumn`]; what is wrong with the first bad record, its number in `details` if there are several.
pub(crate) fn complete(
    schema: &Schema,
    table: &Table,
    records: &RecordSet,
    missing: Missing,
    context: &Context,
) -> Result<Vec<Vec<Option<Value>>>> {
    for (index, name) in records.columns.iter().enumerate() {
        table.require_column(name.as_str())?;
        if records.columns[..index].contains(name) {
            return Err(Error::new(Code::InvalidSyntax, format!("column \"{name}\" specified more than once")));
        }
    }
    let sources: Vec<Source> = table
        .columns
        .iter()
        .map(|c| records.columns.iter().position(|name| *name == c.name).map_or(Source::Absent, Source::Given))
        .collect();
    let mut rows = Vec::with_capacity(records.rows.len());
    for (number, given) in records.rows.iter().enumerate() {
        let mut faults = Vec::new();
        let mut row = Vec::with_capacity(table.columns.len());
        for (column, source) in table.columns.iter().zip(&sources) {
            let value = match source {
                Source::Given(index) => match given.get(*index).and_then(Option::as_ref) {
                    Some(value) => Some(value.clone()),
                    None if missing == Missing::Null => Some(Value::Null),
                    None => default(schema, column, context)?,
                },
                Source::Absent => default(schema, column, context)?,
            };
            faults.extend(fault(schema, table, column, value.as_ref(), source));
            row.push(value);
        }
        if !faults.is_empty() {
            let error = check::refuse(faults).err().unwrap_or_else(|| Error::internal("a faulty record without a fault"));
            return Err(if records.rows.len() > 1 && error.details.is_none() {
                error.with_details(format!("record {}", number + 1))
            } else {
                error
            });
        }
        rows.push(row);
    }
    Ok(rows)
}

fn fault(schema: &Schema, table: &Table, column: &Column, value: Option<&Value>, source: &Source) -> Option<FieldError> {
    let value = value?;
    if matches!(source, Source::Given(_))
        && let Some(fault) = check::given_identity(column)
    {
        return Some(fault);
    }
    check::value(schema, table, column, value)
}

/// A column's value where a row gives none; `None` where the database makes it.
fn default(schema: &Schema, column: &Column, context: &Context) -> Result<Option<Value>> {
    if column.identity.is_some() || column.generated.is_some() {
        return Ok(None);
    }
    Ok(Some(match &column.default {
        None => Value::Null,
        Some(Default::Literal(value)) => value.clone(),
        Some(Default::RandomUuid) => match column.data_type {
            DataType::Scalar(ScalarType::Uuid) => Value::Uuid(Uuid::new_v4()),
            _ => Value::Text(Uuid::new_v4().to_string()),
        },
        Some(Default::Now | Default::CurrentDate) => moment(&column.data_type, context.now),
        Some(Default::Expression(expr)) => defaults::value(schema, context, expr)?,
    }))
}

fn moment(data_type: &DataType, now: DateTime) -> Value {
    match data_type {
        DataType::Scalar(ScalarType::Date) => Value::Date(now.date()),
        DataType::Scalar(ScalarType::Time) => Value::Time(now.time()),
        DataType::Scalar(ScalarType::Timestamp) => Value::Timestamp(now),
        DataType::Scalar(ScalarType::Timestamptz) => Value::Timestamptz(now),
        other => {
            let moment = Value::Timestamptz(now);
            Value::Text(moment.to_pg_text(other).unwrap_or_default())
        }
    }
}

/// The columns of a conflict target, if a key of the table has just these.
///
/// # Errors
/// [`Code::Unsupported`] in PostgreSQL's words.
pub(super) fn conflict_target<'t>(table: &'t Table, columns: &'t [Ident]) -> Result<&'t [Ident]> {
    let wanted = if columns.is_empty() { table.key_columns() } else { columns };
    for name in wanted {
        table.require_column(name.as_str())?;
    }
    let same = |key: &mut dyn Iterator<Item = &Ident>| {
        let key: Vec<&Ident> = key.collect();
        key.len() == wanted.len() && key.iter().all(|name| wanted.contains(name))
    };
    let is_key = table.primary_key.iter().chain(&table.uniques).any(|key| same(&mut key.columns.iter()))
        || table.indexes.iter().any(|index| index.unique && same(&mut index.columns.iter().map(|c| &c.column)));
    if is_key && !wanted.is_empty() {
        return Ok(wanted);
    }
    Err(Error::new(Code::Unsupported, "there is no unique or exclusion constraint matching the ON CONFLICT specification"))
}
