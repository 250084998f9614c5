//! Which conversions happen without being asked for.

use tenon_model::{DataType, ScalarType};

/// Whether PostgreSQL converts from one type to the other on assignment, so that a change of type needs no `using`.
pub(crate) fn implicit_cast(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Scalar(from), DataType::Scalar(to)) | (DataType::Array(from), DataType::Array(to)) => scalar(from, to),
        (DataType::Array(_), DataType::Scalar(to)) => to.is_text(),
        (DataType::Scalar(_), DataType::Array(_)) => false,
    }
}

fn scalar(from: &ScalarType, to: &ScalarType) -> bool {
    use ScalarType as T;
    match (from, to) {
        (from, to) if from == to || to.is_text() => true,
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (T::Date, T::Timestamp | T::Timestamptz) | (T::Json, T::Jsonb) | (T::Jsonb, T::Json) => true,
        (T::Timestamp | T::Timestamptz, T::Date | T::Time | T::Timestamp | T::Timestamptz) => true,
        _ => false,
    }
}

/// Whether a column of one type may refer to a column of the other on both engines.
pub(crate) fn compatible(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Scalar(from), DataType::Scalar(to)) => {
            from == to
                || (from.is_integer() && to.is_integer())
                || (from.is_text() && to.is_text())
                || matches!((from, to), (ScalarType::Numeric(_), ScalarType::Numeric(_)))
        }
        _ => false,
    }
}
