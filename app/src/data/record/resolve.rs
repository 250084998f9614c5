//! What was entered as values. A reference may be given by what the record it leads to is called.

use indexmap::IndexMap;
use tenon_engine::Engine;
use tenon_model::{
    Caller, Code, Column, DataType, Error, Expr, FieldError, Ident, LikePattern, ReadQuery, Result, ScalarType, Table, Value,
};

use super::{
    inputs::{Input, Inputs, problem},
    load::blank,
    model::FieldModel,
};
use crate::data::{
    column::Reference,
    grid::query::{escape_like, field as item},
    parse, rows,
};

/// The values of the fields that are wanted, or what is wrong with them.
pub(super) async fn entered(
    engine: &Engine,
    caller: &Caller,
    table: &Table,
    inputs: &Inputs,
    is_wanted: impl Fn(&FieldModel, &Input) -> bool,
) -> Result<Result<IndexMap<Ident, Value>>> {
    let schema = engine.schema_for(caller)?;
    let (mut set, mut wrong) = (IndexMap::new(), Vec::new());
    for field in &blank(&schema, table).fields {
        let Some(input) = inputs.field(&schema, table, field).filter(|input| is_wanted(field, input)) else { continue };
        let value = match &field.column.reference {
            Some(reference) => referred(engine, caller, table, field, reference, input).await?,
            None => input.value,
        };
        match value {
            Ok(value) => {
                set.insert(Ident::new(&field.column.name)?, value);
            }
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() {
        return Ok(Ok(set));
    }
    Ok(Err(Error::new(Code::InvalidRecord, "Nothing is saved yet: look at the marked fields.").with_fields(wrong)))
}

/// The key that was entered if there is such a record, else that of the one record that is called so.
async fn referred(
    engine: &Engine,
    caller: &Caller,
    table: &Table,
    field: &FieldModel,
    reference: &Reference,
    input: Input,
) -> Result<Result<Value, FieldError>> {
    let Some(text) = input.text.as_deref().map(str::trim) else { return Ok(input.value) };
    let schema = engine.schema_for(caller)?;
    let target = schema.require_table(&reference.table)?;
    let key = target.require_column(&reference.column)?;
    if let Ok(value) = &input.value {
        let is_it = Expr::equals(key.name.clone(), key.data_type.clone(), value.clone());
        if !keys(engine, caller, target, key, is_it).await?.is_empty() {
            return Ok(input.value);
        }
    }
    let label = reference.label.as_deref().and_then(|name| target.column(name)).filter(|label| is_text(&label.data_type));
    let found = match label {
        Some(label) => keys(engine, caller, target, key, is_called(label, text)).await?,
        None => Vec::new(),
    };
    let message = match found.as_slice() {
        [one] => {
            let data_type = &table.require_column(&field.column.name)?.data_type;
            return Ok(parse::value(&schema, data_type, one).map_err(|error| problem(field, error.code, error.message)));
        }
        // A record may refer to itself before it is there.
        [] if target.name == table.name && input.value.is_ok() => return Ok(input.value),
        [] => format!("Nothing in {} is called “{text}”; choose one from the list.", reference.table),
        _ => format!("Several records of {} are called “{text}”; choose one from the list.", reference.table),
    };
    Ok(Err(problem(field, Code::InvalidValue, message)))
}

/// The keys of the first two rows that a filter meets: two are enough to know that it is not one.
async fn keys(engine: &Engine, caller: &Caller, target: &Table, key: &Column, filter: Expr) -> Result<Vec<String>> {
    let select = vec![item(&key.name, &key.data_type)];
    let read = ReadQuery { select, filter, limit: Some(2), ..ReadQuery::all(target) };
    let answer = engine.read(caller, read, Default::default()).await?;
    Ok(rows::rows(&answer.body)?.into_iter().filter_map(|row| rows::text(row.0.first()?)).collect())
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Scalar(ScalarType::Text | ScalarType::Varchar(_)))
}

fn is_called(label: &Column, text: &str) -> Expr {
    let pattern = escape_like(text);
    let expr = Box::new(Expr::Column { name: label.name.clone(), data_type: label.data_type.clone() });
    Expr::Like { expr, pattern: LikePattern { pattern, case_insensitive: true } }
}
