//! Values as either engine takes them.

use tenon_model::{DataType, ScalarType, Value};

use super::Bind;
use crate::database::EngineKind;

/// A value as it is bound for a column of that type: as stored on SQLite, as text on PostgreSQL.
pub(crate) fn bind(engine: EngineKind, value: &Value, data_type: &DataType) -> Bind {
    if engine == EngineKind::Postgres {
        return value.to_pg_text(data_type).map_or(Bind::Null, Bind::Text);
    }
    let float = matches!(data_type.scalar(), Some(ScalarType::Real | ScalarType::Double));
    match value {
        Value::Null => Bind::Null,
        Value::Bool(b) => Bind::Int(i64::from(*b)),
        #[allow(clippy::cast_precision_loss, reason = "a float column holds no more")]
        Value::Int(i) if float => Bind::Float(*i as f64),
        Value::Int(i) => Bind::Int(*i),
        Value::Float(f) => Bind::Float(*f),
        Value::Bytes(b) => Bind::Bytes(b.clone()),
        Value::Text(t) | Value::Json(t) => Bind::Text(t.clone()),
        other => Bind::Text(other.to_text(data_type).unwrap_or_default()),
    }
}

/// A list as JSON of what SQLite stores: numbers as numbers, exact decimals and texts as texts, bytes as digits.
pub(crate) fn sqlite_list(values: &[Value], data_type: &DataType) -> String {
    let mut out = vec![b'['];
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match bind(EngineKind::Sqlite, value, data_type) {
            Bind::Null => out.extend_from_slice(b"null"),
            Bind::Int(i) => out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes()),
            // All digits: the same double again.
            Bind::Float(f) => out.extend_from_slice(format!("{f:e}").as_bytes()),
            Bind::Text(text) => tenon_model::value::write_json_string(&mut out, &text),
            Bind::Bytes(bytes) => tenon_model::value::write_json_string(&mut out, &hex::encode(bytes)),
        }
    }
    out.push(b']');
    String::from_utf8_lossy(&out).into_owned()
}

/// A type's name in a cast on PostgreSQL, without length and precision: those would cut the value that is compared.
pub(crate) fn postgres_type(data_type: &DataType) -> String {
    let name = match data_type.element() {
        ScalarType::Varchar(_) => "text".to_owned(),
        ScalarType::Numeric(_) => "numeric".to_owned(),
        other => other.to_string(),
    };
    if matches!(data_type, DataType::Array(_)) { name + "[]" } else { name }
}
