//! Cells as JSON and CSV: the same bytes whichever engine they come from.

use std::borrow::Cow;

use tenon_model::{
    DataType, Expr, Result, ScalarType, Schema, Value,
    value::{canonical_from_pg, format_f32, format_f64, write_bytea, write_csv_field, write_json_text},
};

use super::cell::Cell;
use crate::database::EngineKind;

/// In which form a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Csv,
}

/// Writes a cell of a column of that type.
pub(crate) fn write_cell(out: &mut Vec<u8>, form: Form, engine: EngineKind, data_type: &DataType, cell: Cell<'_>) {
    match (form, cell) {
        (Form::Json, Cell::Null) => out.extend_from_slice(b"null"),
        (Form::Csv, Cell::Null) => {}
        (_, Cell::Int(i)) if is_boolean(data_type) => out.extend_from_slice(if i == 0 { b"false" } else { b"true" }),
        (_, Cell::Int(i)) => out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes()),
        (_, Cell::Real(f)) => write_float(out, data_type, f),
        (_, Cell::Blob(bytes)) => {
            if form == Form::Json {
                out.extend_from_slice(b"\"\\");
            }
            write_bytea(out, bytes);
            if form == Form::Json {
                out.push(b'"');
            }
        }
        (_, Cell::Text(text)) => {
            let text = if engine == EngineKind::Postgres { canonical_from_pg(text, data_type) } else { Cow::Borrowed(text) };
            write_text(out, form, data_type, &text);
        }
    }
}

/// Writes a canonical text.
pub(crate) fn write_text(out: &mut Vec<u8>, form: Form, data_type: &DataType, text: &str) {
    match form {
        Form::Json => write_json_text(out, text, data_type),
        Form::Csv => write_csv_field(out, text),
    }
}

/// A cell's canonical text; `None` for null.
pub(crate) fn canonical(engine: EngineKind, data_type: &DataType, cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Null => None,
        Cell::Int(i) if is_boolean(data_type) => Some((i != 0).to_string()),
        Cell::Int(i) => Some(i.to_string()),
        Cell::Text(text) if engine == EngineKind::Postgres => Some(canonical_from_pg(text, data_type).into_owned()),
        Cell::Text(text) => Some(text.to_owned()),
        Cell::Real(f) => Some(to_text(|out| write_float(out, data_type, f))),
        Cell::Blob(bytes) => Some(to_text(|out| write_bytea(out, bytes))),
    }
}

/// What an expression over a single column makes of the column's canonical text, as canonical text.
///
/// # Errors
/// Where a cast does not take the value.
pub(crate) fn evaluate(schema: &Schema, expr: &Expr, column: &str) -> Result<Option<String>> {
    match expr {
        Expr::JsonPath { base, steps, as_text } => {
            let Some(json) = evaluate(schema, base, column)? else { return Ok(None) };
            let jsonb = base.data_type() == ScalarType::Jsonb.into();
            Ok(if *as_text {
                tenon_model::value::json_path::json_get_text(&json, steps, jsonb)?.map(Cow::into_owned)
            } else {
                tenon_model::value::json_path::json_get(&json, steps, jsonb)?.map(str::to_owned)
            })
        }
        Expr::Cast { expr, to } => {
            let Some(text) = evaluate(schema, expr, column)? else { return Ok(None) };
            let from = expr.data_type();
            Ok(value_of(schema, &text, &from)?.cast(&from, to, schema)?.to_text(to))
        }
        _ => Ok(Some(column.to_owned())),
    }
}

/// The value that a canonical text stands for.
///
/// # Errors
/// If the text is no value of the type.
pub(crate) fn value_of(schema: &Schema, text: &str, data_type: &DataType) -> Result<Value> {
    match data_type {
        DataType::Scalar(_) => Value::parse(text, data_type, schema),
        DataType::Array(_) => Value::from_json(text, data_type, schema),
    }
}

fn is_boolean(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Scalar(ScalarType::Boolean))
}

fn write_float(out: &mut Vec<u8>, data_type: &DataType, float: f64) {
    if matches!(data_type, DataType::Scalar(ScalarType::Real)) {
        #[allow(clippy::cast_possible_truncation, reason = "a real column holds singles")]
        format_f32(out, float as f32);
    } else {
        format_f64(out, float);
    }
}

fn to_text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}
