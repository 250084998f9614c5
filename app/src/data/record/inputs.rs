//! What a person entered in a record's form.

use std::collections::HashMap;

use tenon_model::{Code, FieldError, Schema, Table, Value};

use super::model::{FieldModel, is_free_text, mark, may_be_missing};
use crate::data::{column::ColumnInfo, parse};

/// A form as it was sent.
pub(super) struct Inputs(HashMap<String, String>);

/// What one field of it says.
pub(super) struct Input {
    /// The text as entered; `None` is null.
    pub(super) text: Option<String>,
    /// The typed value, or what is wrong with it.
    pub(super) value: Result<Value, FieldError>,
    /// Whether the person changed it since the form was made.
    pub(super) touched: bool,
}

impl Inputs {
    /// Reads the pairs of a form's body.
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// A hidden field or a button.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether the person wants the field of a new record to be as the database makes it.
    pub(super) fn is_blank(&self, column: &ColumnInfo) -> bool {
        let is_empty = self.get(&format!("v.{}", column.name)).is_empty();
        is_empty && (!is_free_text(column) || (may_be_missing(column) && self.says_null(column)))
    }

    fn says_null(&self, column: &ColumnInfo) -> bool {
        !self.get(&format!("n.{}", column.name)).is_empty()
    }

    /// The field of a column; `None` if the form had none.
    pub(super) fn field(&self, schema: &Schema, table: &Table, field: &FieldModel) -> Option<Input> {
        let column = &field.column;
        let raw = self.0.get(&format!("v.{}", column.name))?.replace("\r\n", "\n");
        let before = self.get(&format!("m.{}", column.name));
        let is_null = if is_free_text(column) {
            // A text typed over a null stays a text even if nobody unticked the box.
            self.says_null(column) && (raw.is_empty() || mark(Some(&raw)) == before)
        } else {
            // A key that is the empty text, or a reference to one, stays as it is.
            raw.trim().is_empty() && mark(Some(&raw)) != before
        };
        let data_type = &table.column(&column.name)?.data_type;
        let value = if is_null {
            self.null(field)
        } else {
            parse::value(schema, data_type, &raw).map_err(|e| problem(field, e.code, e.message))
        };
        let now = match &value {
            Ok(value) => value.to_text(data_type),
            Err(_) => Some(raw.clone()),
        };
        Some(Input { touched: mark(now.as_deref()) != before, text: (!is_null).then_some(raw), value })
    }

    fn null(&self, field: &FieldModel) -> Result<Value, FieldError> {
        if field.column.nullable {
            return Ok(Value::Null);
        }
        Err(problem(field, Code::NotNullViolation, "This must not be empty.".to_owned()))
    }
}

/// What is wrong with a field.
pub(super) fn problem(field: &FieldModel, code: Code, message: String) -> FieldError {
    FieldError { column: field.column.name.clone(), code, message }
}
