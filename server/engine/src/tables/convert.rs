//! A stored value in another type.

use tenon_model::{DataType, Result, ScalarType, Schema, Value};

/// Reads a value from its text and converts it: as asked for (`using`), or as an assignment does, which is stricter with
/// texts that are too long.
pub(super) fn convert(
    text: &str,
    (from, to): (&DataType, &DataType),
    explicit: bool,
    (before, after): (&Schema, &Schema),
) -> Result<Value> {
    let value = Value::parse(text, from, before)?;
    if !explicit && matches!(to.element(), ScalarType::Varchar(_)) {
        let free = match to {
            DataType::Scalar(_) => DataType::Scalar(ScalarType::Text),
            DataType::Array(_) => DataType::Array(ScalarType::Text),
        };
        let long = value.cast(from, &free, after)?;
        return Value::parse(&long.to_text(&free).unwrap_or_default(), to, after);
    }
    value.cast(from, to, after)
}
