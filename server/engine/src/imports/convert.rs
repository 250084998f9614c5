//! From a file's text straight to what is bound.

use tenon_model::{Code, Column, DataType, Error, Identity, Result, ScalarType, Schema, Table, Value, value};

use super::ImportRequest;
use crate::{
    database::EngineKind,
    records::sql::{Bind, bind},
};

/// Which field of a file goes to which column.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) field: usize,
    pub(super) column: Column,
    /// Whether a missing value is refused.
    required: bool,
    /// Whether the empty field is a text, not a missing value.
    keeps_empty: bool,
}

/// The columns that an import fills, checked.
pub(super) fn targets(table: &Table, request: &ImportRequest) -> Result<Vec<Target>> {
    let mut out: Vec<Target> = Vec::new();
    for (field, name) in request.mapping.iter().enumerate() {
        let Some(name) = name else { continue };
        let column = table.require_column(name.as_str())?;
        if out.iter().any(|target| target.column.name == *name) {
            return Err(Error::new(Code::InvalidValue, format!("two of the file's columns go to \"{name}\"")));
        }
        if column.identity == Some(Identity::Always) || column.generated.is_some() {
            return Err(Error::new(Code::InvalidValue, format!("cannot insert a non-DEFAULT value into column \"{name}\""))
                .with_hint("The column makes its own values: leave it out."));
        }
        let is_key = table.key_columns().contains(name);
        let is_text = column.data_type.scalar().is_some_and(ScalarType::is_text);
        out.push(Target {
            field,
            column: column.clone(),
            required: column.not_null || column.identity.is_some() || is_key,
            keeps_empty: is_text && column.not_null && !is_key,
        });
    }
    if out.is_empty() {
        return Err(Error::new(Code::InvalidValue, "no column of the file goes to a column of the table"));
    }
    Ok(out)
}

impl Target {
    /// The value to bind for a text.
    pub(super) fn convert(&self, text: &str, null: &[String], schema: &Schema, engine: EngineKind) -> Result<Bind, String> {
        if text.as_bytes().contains(&0) {
            return Err(format!("\"{}\": a text must not contain the character NUL", self.column.name));
        }
        if (text.is_empty() && !self.keeps_empty) || null.iter().any(|word| word == text) {
            return if self.required { Err(format!("\"{}\" must not be missing", self.column.name)) } else { Ok(Bind::Null) };
        }
        convert(text, &self.column.data_type, schema, engine).map_err(|error| {
            let details = error.details.map(|details| format!(" ({details})")).unwrap_or_default();
            format!("\"{}\": {}{details}", self.column.name, error.message)
        })
    }
}

fn convert(text: &str, data_type: &DataType, schema: &Schema, engine: EngineKind) -> Result<Bind> {
    // The common types without a detour over values.
    if engine == EngineKind::Sqlite
        && let DataType::Scalar(scalar) = data_type
    {
        match scalar {
            ScalarType::Text => return Ok(Bind::Text(text.to_owned())),
            ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => {
                return value::parse_integer(text, scalar).map(Bind::Int);
            }
            ScalarType::Double => return value::parse_f64(text).map(Bind::Float),
            ScalarType::Numeric(limits) => return value::numeric_text(text, *limits).map(Bind::Text),
            _ => {}
        }
    }
    Value::parse(text, data_type, schema).map(|value| bind(engine, &value, data_type))
}
