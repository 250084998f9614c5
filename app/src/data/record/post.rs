//! What a record's form asks for, done: a save that overwrites nobody, a new record, a delete.

use indexmap::IndexMap;
use tenon_engine::{
    Engine,
    records::{Format, Insert, Missing, Record, RecordChange, RecordSet, Returning},
};
use tenon_model::{Caller, Code, Error, Ident, ReadQuery, Result, Table, Value};

use super::{
    inputs::Inputs,
    load::{self, blank, gone, offer_choices, record_form, segment, texts, title},
    model::{RecordForm, Theirs, mark},
};
use crate::data::{grid::bulk, parse, related::choices, rows, urls};

/// A form that a browser sent without scripts; the server gives it to the page that is then rendered.
#[derive(Clone, Debug)]
pub struct Posted(pub String);

/// What becomes of a form.
pub(crate) enum Outcome {
    /// It is done: where to go, and what to say there.
    Done(String, String),
    /// The form comes back, with what was entered and why it is not done.
    Again(Box<RecordForm>),
}

/// Does what a form asks for. Without a key it makes a new record.
///
/// # Errors
/// Whatever is not about the form's fields.
pub(crate) async fn post(engine: &Engine, caller: &Caller, table: &str, key: Option<&str>, posted: &Posted) -> Result<Outcome> {
    let inputs = Inputs::new(urls::pairs(&posted.0));
    let schema = engine.schema();
    let table = schema.require_table(table)?.clone();
    match (inputs.get("do"), key) {
        ("delete", Some(key)) => {
            let key = parse::key(&schema, &table, key)?;
            match bulk::delete(engine, caller, &table, &[key]).await?.rows {
                0 => Err(gone(&table)),
                _ => Ok(Outcome::Done(urls::grid(table.name.as_str()), "Deleted 1 record.".to_owned())),
            }
        }
        (action, key) if action.starts_with("find:") => find(engine, caller, &table, key, &inputs, &action[5..]).await,
        (_, Some(key)) => save(engine, caller, &table, key, &inputs).await,
        (_, None) => create(engine, caller, &table, &inputs).await,
    }
}

/// Puts what was entered into the form again.
fn refill(engine: &Engine, table: &Table, form: &mut RecordForm, inputs: &Inputs) {
    let schema = engine.schema();
    for field in &mut form.fields {
        if let Some(input) = inputs.field(&schema, table, field)
            && (input.touched || form.key.is_none())
        {
            field.value = input.text;
        }
    }
}

/// Shows an error at the fields it is about, and above the form.
fn mark_errors(form: &mut RecordForm, error: Error) {
    for field in &mut form.fields {
        let own = error.fields.iter().find(|wrong| wrong.column == field.column.name);
        field.error = own.map(|wrong| wrong.message.clone());
    }
    form.error = Some(error);
}

/// Searches the records that a reference may lead to: what scripts do while one types.
async fn find(
    engine: &Engine,
    caller: &Caller,
    table: &Table,
    key: Option<&str>,
    inputs: &Inputs,
    column: &str,
) -> Result<Outcome> {
    let mut form = match key {
        Some(key) => record_form(engine, caller, table.name.as_str(), key).await?,
        None => load::new_form(engine, caller, table.name.as_str(), "").await?,
    };
    refill(engine, table, &mut form, inputs);
    let words = inputs.get(&format!("v.{column}"));
    if let Some(field) = form.fields.iter_mut().find(|field| field.column.name == column) {
        field.choices = choices(engine, caller, table.name.as_str(), column, words).await?;
        if field.choices.is_empty() {
            field.error = Some("Nothing is called that.".to_owned());
        }
    }
    Ok(Outcome::Again(Box::new(form)))
}

async fn save(engine: &Engine, caller: &Caller, table: &Table, key: &str, inputs: &Inputs) -> Result<Outcome> {
    let schema = engine.schema();
    let key_values = parse::key(&schema, table, key)?;
    let record = engine.record(caller, table.name.clone(), key_values.clone()).await?.ok_or_else(|| gone(table))?;
    let (mut set, mut wrong) = (IndexMap::new(), Vec::new());
    for field in &blank(&schema, table).fields {
        let Some(input) = inputs.field(&schema, table, field).filter(|input| input.touched) else { continue };
        match input.value {
            Ok(value) => {
                set.insert(Ident::new(&field.column.name)?, value);
            }
            Err(error) => wrong.push(error),
        }
    }
    if !wrong.is_empty() {
        let error = Error::new(Code::InvalidRecord, "Nothing is saved yet: look at the marked fields.").with_fields(wrong);
        return again(engine, caller, table, key, inputs, error).await;
    }
    if record.version != inputs.get("version") && clashes(table, &record, inputs, &set)? {
        return conflict(engine, caller, table, key, inputs, &set).await;
    }
    let change = RecordChange { table: table.name.clone(), key: key_values, set: set.clone(), version: Some(record.version) };
    match engine.change_record(caller, change).await {
        Ok(saved) => {
            let values = texts(&saved.body)?;
            let key = segment(table, &values).unwrap_or_default();
            Ok(Outcome::Done(urls::record(table.name.as_str(), &key), "Saved.".to_owned()))
        }
        Err(error) if error.code == Code::Conflict => conflict(engine, caller, table, key, inputs, &set).await,
        Err(error) if error.code == Code::Internal || error.code == Code::NotFound => Err(error),
        Err(error) => again(engine, caller, table, key, inputs, error).await,
    }
}

/// Whether somebody else changed a field that this person changed too. Changes of different fields go together.
fn clashes(table: &Table, now: &Record, inputs: &Inputs, set: &IndexMap<Ident, Value>) -> Result<bool> {
    let now = texts(&now.body)?;
    Ok(table.columns.iter().zip(&now).any(|(column, now)| {
        let Some(mine) = set.get(&column.name) else { return false };
        let theirs_changed = mark(now.as_deref()) != inputs.get(&format!("m.{}", column.name));
        theirs_changed && mine.to_text(&column.data_type) != *now
    }))
}

async fn again(engine: &Engine, caller: &Caller, table: &Table, key: &str, inputs: &Inputs, error: Error) -> Result<Outcome> {
    let mut form = record_form(engine, caller, table.name.as_str(), key).await?;
    refill(engine, table, &mut form, inputs);
    mark_errors(&mut form, error);
    // What the person saw, not what is there now, decides whether the next attempt is a conflict.
    inputs.get("version").clone_into(&mut form.version);
    for field in &mut form.fields {
        inputs.get(&format!("m.{}", field.column.name)).clone_into(&mut field.mark);
    }
    Ok(Outcome::Again(Box::new(form)))
}

/// The form with the person's own changes over the record as it is now, and the other's values beside them.
async fn conflict(
    engine: &Engine,
    caller: &Caller,
    table: &Table,
    key: &str,
    inputs: &Inputs,
    set: &IndexMap<Ident, Value>,
) -> Result<Outcome> {
    let mut form = record_form(engine, caller, table.name.as_str(), key).await?;
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

async fn create(engine: &Engine, caller: &Caller, table: &Table, inputs: &Inputs) -> Result<Outcome> {
    let schema = engine.schema();
    let (mut columns, mut row, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    let mut form = blank(&schema, table);
    for field in &form.fields {
        if inputs.is_blank(&field.column.name) {
            continue;
        }
        match inputs.field(&schema, table, field).map(|input| input.value) {
            Some(Ok(value)) => {
                columns.push(Ident::new(&field.column.name)?);
                row.push(Some(value));
            }
            Some(Err(error)) => wrong.push(error),
            None => {}
        }
    }
    let result = if wrong.is_empty() {
        insert(engine, caller, table, RecordSet { columns, rows: vec![row] }).await
    } else {
        Err(Error::new(Code::InvalidRecord, "Nothing is saved yet: look at the marked fields.").with_fields(wrong))
    };
    match result {
        Ok(done) => Ok(done),
        Err(error) if error.code == Code::Internal => Err(error),
        Err(error) => {
            refill(engine, table, &mut form, inputs);
            mark_errors(&mut form, error);
            offer_choices(engine, caller, &mut form).await?;
            Ok(Outcome::Again(Box::new(form)))
        }
    }
}

async fn insert(engine: &Engine, caller: &Caller, table: &Table, records: RecordSet) -> Result<Outcome> {
    let insert = Insert {
        table: table.name.clone(),
        records,
        missing: Missing::Default,
        on_conflict: None,
        returning: Returning::Rows(ReadQuery::all(table).select, Format::Json),
        rollback: false,
        max_affected: None,
    };
    let made = engine.insert(caller, insert).await?;
    let values: Vec<Option<String>> =
        rows::rows(&made.body)?.into_iter().next().map(|row| row.0.into_iter().map(rows::text).collect()).unwrap_or_default();
    let href =
        segment(table, &values).map_or_else(|| urls::grid(table.name.as_str()), |key| urls::record(table.name.as_str(), &key));
    Ok(Outcome::Done(href, format!("Added “{}”.", title(table, &values))))
}
