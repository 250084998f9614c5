//! Names of types as people write them in casts.

use crate::{Code, DataType, Error, Result, ScalarType, Schema};

/// The type of a name: PostgreSQL's names and their usual short forms, enums of the schema, `[]` for arrays.
///
/// # Errors
/// [`Code::Unsupported`]: `type "x" does not exist`.
pub fn parse_type(name: &str, schema: &Schema) -> Result<DataType> {
    let trimmed = name.trim();
    match trimmed.strip_suffix("[]") {
        Some(element) => parse_scalar(element.trim(), schema).map(DataType::Array),
        None => parse_scalar(trimmed, schema).map(DataType::Scalar),
    }
}

fn parse_scalar(name: &str, schema: &Schema) -> Result<ScalarType> {
    if let Some(found) = schema.enums.get(name) {
        return Ok(ScalarType::Enum(found.name.clone()));
    }
    Ok(match name.to_ascii_lowercase().as_str() {
        "text" | "varchar" | "character varying" => ScalarType::Text,
        "smallint" | "int2" => ScalarType::SmallInt,
        "integer" | "int" | "int4" => ScalarType::Integer,
        "bigint" | "int8" => ScalarType::BigInt,
        "real" | "float4" => ScalarType::Real,
        "double precision" | "float8" | "float" => ScalarType::Double,
        "numeric" | "decimal" => ScalarType::Numeric(None),
        "boolean" | "bool" => ScalarType::Boolean,
        "date" => ScalarType::Date,
        "time" | "time without time zone" => ScalarType::Time,
        "timestamp" | "timestamp without time zone" => ScalarType::Timestamp,
        "timestamptz" | "timestamp with time zone" => ScalarType::Timestamptz,
        "uuid" => ScalarType::Uuid,
        "json" => ScalarType::Json,
        "jsonb" => ScalarType::Jsonb,
        "bytea" => ScalarType::Bytea,
        _ => return Err(Error::new(Code::Unsupported, format!("type \"{}\" does not exist", crate::value::shorten(name)))),
    })
}
