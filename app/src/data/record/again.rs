//! A form that comes back: nothing that was entered is lost.

use indexmap::IndexMap;
use tenon_engine::Engine;
use tenon_model::{Caller, Code, Error, Ident, Result, Table, Value};

use super::{
    inputs::Inputs,
    load::{blank, offer_choices, record_form},
    model::{RecordForm, Theirs},
    post::Outcome,
};
use crate::data::related::choices;

/// The form with what was entered. That of a record that is gone makes a new one.
pub(super) async fn filled(
    engine: &Engine,
    caller: &Caller,
    table: &Table,
    key: Option<&str>,
    inputs: &Inputs,
) -> Result<RecordForm> {
    let found = match key {
        Some(key) => match record_form(engine, caller, table.name.as_str(), key).await {
            Err(error) if error.code == Code::NotFound => None,
            found => Some(found?),
        },
        None => None,
    };
    let mut form = match found {
        Some(form) => form,
        None => new_form(engine, caller, table, key.is_some()).await?,
    };
    refill(engine, table, &mut form, inputs);
    if form.key.is_some() {
        // What the person saw, not what is there now, decides whether the next attempt is a conflict.
        inputs.get("version").clone_into(&mut form.version);
        for field in &mut form.fields {
            inputs.get(&format!("m.{}", field.column.name)).clone_into(&mut field.mark);
        }
    }
    Ok(form)
}

async fn new_form(engine: &Engine, caller: &Caller, table: &Table, is_gone: bool) -> Result<RecordForm> {
    let mut form = blank(&*engine.schema_for(caller)?, table);
    offer_choices(engine, caller, &mut form).await?;
    if is_gone {
        form.gone = true;
        "Deleted record".clone_into(&mut form.title);
        form.error = Some(
            Error::new(
                Code::NotFound,
                "Somebody deleted this record meanwhile. Nothing is saved, and nothing you entered is lost.",
            )
            .with_hint("The form holds what you entered. You can add it as a new record."),
        );
    }
    Ok(form)
}

/// Puts what was entered into the form again.
fn refill(engine: &Engine, table: &Table, form: &mut RecordForm, inputs: &Inputs) {
    let schema = engine.schema();
    form.unsaved = true;
    for field in &mut form.fields {
        if let Some(input) = inputs.field(&schema, table, field)
            && (input.touched || form.key.is_none())
        {
            field.value = input.text;
        }
    }
}

/// The form as it was sent, with an error at the fields it is about, and above the form.
pub(super) async fn again(
    engine: &Engine,
    caller: &Caller,
    table: &Table,
    key: Option<&str>,
    inputs: &Inputs,
    error: Error,
) -> Result<Outcome> {
    let mut form = filled(engine, caller, table, key, inputs).await?;
    mark_errors(&mut form, error);
    for field in form.fields.iter_mut().filter(|field| field.error.is_some() && field.column.reference.is_some()) {
        let words = field.value.as_deref().unwrap_or_default();
        let close = choices(engine, caller, table.name.as_str(), &field.column.name, words).await?;
        if !close.is_empty() {
            field.choices = close;
        }
    }
    Ok(Outcome::Again(Box::new(form)))
}

fn mark_errors(form: &mut RecordForm, error: Error) {
    for field in &mut form.fields {
        let own = error.fields.iter().find(|wrong| wrong.column == field.column.name);
        field.error = own.map(|wrong| match wrong.code {
            Code::NotNullViolation => "This must not be empty.".to_owned(),
            _ => wrong.message.clone(),
        });
    }
    if form.gone {
        return;
    }
    let is_marked = form.fields.iter().any(|field| field.error.is_some() && !field.column.generated_always);
    if is_marked && error.code == Code::CheckViolation {
        // What is wrong with several fields together stands above them, too.
        let said = error.fields.first().map_or(error.message, |field| field.message.clone());
        form.error = Some(Error::new(error.code, said).with_hint("Nothing is saved yet.").with_fields(error.fields));
        return;
    }
    form.error = Some(if is_marked { Error { fields: error.fields, ..look(error.code) } } else { error });
}

fn look(code: Code) -> Error {
    Error::new(code, "Nothing is saved yet: look at the marked fields.")
}

/// The form with the person's own changes over the record as it is now, and the other's values beside them.
pub(super) async fn conflict(
    engine: &Engine,
    caller: &Caller,
    table: &Table,
    key: &str,
    inputs: &Inputs,
    set: &IndexMap<Ident, Value>,
) -> Result<Outcome> {
    let mut form = record_form(engine, caller, table.name.as_str(), key).await?;
    form.unsaved = true;
    for field in &mut form.fields {
        let theirs_changed = field.mark != inputs.get(&format!("m.{}", field.column.name));
        let Some(mine) = set.get(field.column.name.as_str()) else { continue };
        let data_type = &table.require_column(&field.column.name)?.data_type;
        let theirs = std::mem::replace(&mut field.value, mine.to_text(data_type));
        if theirs_changed && theirs != field.value {
            field.theirs = Some(Theirs(theirs));
        }
    }
    form.error = Some(
        Error::new(Code::Conflict, "Somebody else changed this record while you did. Nothing is saved yet, and nothing is lost.")
            .with_hint(
                "The form holds your changes; where both changed a field, their value stands beside it. Save again to keep yours.",
            ),
    );
    Ok(Outcome::Again(Box::new(form)))
}
