//! What is wrong with a record, all at once, before any SQL.

use tenon_model::{Code, Column, DataType, Error, FieldError, Identity, Result, ScalarType, Schema, Table, Value};

/// The failure of a record with these faults; none is no failure.
pub(super) fn refuse(fields: Vec<FieldError>) -> Result<()> {
    let error = match fields.as_slice() {
        [] => return Ok(()),
        [one] => Error::new(one.code, one.message.clone()),
        several => Error::new(Code::InvalidRecord, format!("{} columns of the record are wrong", several.len()))
            .with_details(several.iter().map(|field| field.message.as_str()).collect::<Vec<_>>().join("; ")),
    };
    Err(error.with_fields(fields))
}

/// Null in a column that must not be.
pub(super) fn null(table: &Table, column: &Column) -> FieldError {
    field(column, Code::NotNullViolation, not_null_message(table, column))
}

fn not_null_message(table: &Table, column: &Column) -> String {
    format!("null value in column \"{}\" of relation \"{}\" violates not-null constraint", column.name, table.name)
}

/// What is wrong with a value for a column, if anything.
pub(super) fn value(schema: &Schema, table: &Table, column: &Column, value: &Value) -> Option<FieldError> {
    if value.is_null() {
        return is_required(table, column).then(|| null(table, column));
    }
    misfit(schema, column, value)
}

/// Why a value that is not null is none of the column's type, if so.
pub(crate) fn misfit(schema: &Schema, column: &Column, value: &Value) -> Option<FieldError> {
    if value.is_null() {
        return None;
    }
    let problem = match (&column.data_type, value) {
        (DataType::Array(element), Value::Array(values)) => {
            values.iter().filter(|v| !v.is_null()).find_map(|v| scalar(schema, element, v))
        }
        (DataType::Scalar(scalar_type), value) => scalar(schema, scalar_type, value),
        (data_type, _) => Some((Code::InvalidValue, format!("a value of type {data_type} was expected"))),
    };
    problem.map(|(code, message)| field(column, code, message))
}

/// Whether a column refuses null.
pub(super) fn is_required(table: &Table, column: &Column) -> bool {
    column.not_null || column.identity.is_some() || table.key_columns().contains(&column.name)
}

/// A value given for a column that always makes its own.
pub(super) fn given_identity(column: &Column) -> Option<FieldError> {
    let message = || format!("cannot insert a non-DEFAULT value into column \"{}\"", column.name);
    makes_its_own(column).then(|| field(column, Code::Unsupported, message()))
}

/// Whether no value can be given to a column.
fn makes_its_own(column: &Column) -> bool {
    column.identity == Some(Identity::Always) || column.generated.is_some()
}

/// A change of a column that always makes its own values.
pub(super) fn changed_identity(column: &Column) -> Option<FieldError> {
    let message = || format!("column \"{}\" can only be updated to DEFAULT", column.name);
    makes_its_own(column).then(|| field(column, Code::Unsupported, message()))
}

fn field(column: &Column, code: Code, message: String) -> FieldError {
    FieldError { column: column.name.to_string(), code, message }
}

fn scalar(schema: &Schema, scalar_type: &ScalarType, value: &Value) -> Option<(Code, String)> {
    use ScalarType as T;
    let fits = match (scalar_type, value) {
        (T::Text, Value::Text(text)) => return nul(text),
        (T::Varchar(most), Value::Text(text)) => {
            let length = text.chars().count();
            if length > usize::try_from(*most).unwrap_or(usize::MAX) {
                return Some((Code::OutOfRange, format!("value too long for type character varying({most})")));
            }
            return nul(text);
        }
        (T::Enum(name), Value::Text(text)) => {
            if schema.enum_values(name.as_str()).iter().any(|v| v == text) {
                return None;
            }
            return Some((Code::InvalidValue, format!("invalid input value for enum {name}: \"{text}\"")));
        }
        (T::SmallInt, Value::Int(i)) => return out_of_range(i16::try_from(*i).is_err(), scalar_type),
        (T::Integer, Value::Int(i)) => return out_of_range(i32::try_from(*i).is_err(), scalar_type),
        (T::Real | T::Double, Value::Float(f)) => return out_of_range(!f.is_finite(), scalar_type),
        (T::BigInt | T::Real | T::Double, Value::Int(_))
        | (T::Numeric(_), Value::Numeric(_))
        | (T::Boolean, Value::Bool(_))
        | (T::Date, Value::Date(_))
        | (T::Time, Value::Time(_))
        | (T::Timestamp, Value::Timestamp(_))
        | (T::Timestamptz, Value::Timestamptz(_))
        | (T::Uuid, Value::Uuid(_))
        | (T::Json | T::Jsonb, Value::Json(_))
        | (T::Bytea, Value::Bytes(_)) => true,
        _ => false,
    };
    (!fits).then(|| (Code::InvalidValue, format!("a value of type {scalar_type} was expected")))
}

fn out_of_range(is: bool, scalar_type: &ScalarType) -> Option<(Code, String)> {
    is.then(|| (Code::OutOfRange, format!("value is out of range for type {scalar_type}")))
}

fn nul(text: &str) -> Option<(Code, String)> {
    text.contains('\0').then(|| (Code::InvalidValue, "a text must not contain the character NUL".to_owned()))
}
