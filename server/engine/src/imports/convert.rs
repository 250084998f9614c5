//! From a file's text straight to what is bound.

use tenon_model::{
    Code, Column, DataType, Default, Error, Identity, Result, ScalarType, Schema, Table, Value, expression::Context, value,
};

use super::{ImportRequest, source::Line};
use crate::{
    database::EngineKind,
    records::{
        defaults,
        sql::{Bind, bind},
    },
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
    /// What every row gets, of a column that the file does not have and whose default is calculated.
    pub(super) calculated: Option<Value>,
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
            calculated: None,
        });
    }
    if out.is_empty() {
        return Err(Error::new(Code::InvalidValue, "no column of the file goes to a column of the table"));
    }
    Ok(out)
}

/// The columns that the file does not have and whose defaults the database does not know, each with its value.
pub(super) fn calculated(schema: &Schema, table: &Table, targets: &[Target], context: &Context) -> Result<Vec<Target>> {
    let mut out = Vec::new();
    for column in table.columns.iter().filter(|c| targets.iter().all(|target| target.column.name != c.name)) {
        let Some(Default::Expression(expr)) = &column.default else { continue };
        let value = defaults::value(schema, context, expr)?;
        defaults::check(schema, column, &value)?;
        out.push(Target { field: 0, column: column.clone(), required: false, keeps_empty: false, calculated: Some(value) });
    }
    Ok(out)
}

impl Target {
    /// The value to bind for a row's texts.
    pub(super) fn bind(&self, line: &Line<'_>, null: &[String], schema: &Schema, engine: EngineKind) -> Result<Bind, String> {
        match &self.calculated {
            Some(value) => Ok(bind(engine, value, &self.column.data_type)),
            None => self.convert(line.text(self.field)?, null, schema, engine),
        }
    }

    /// The value to bind for a text.
    fn convert(&self, text: &str, null: &[String], schema: &Schema, engine: EngineKind) -> Result<Bind, String> {
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
