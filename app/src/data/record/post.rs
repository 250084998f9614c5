//! What a record's form asks for, done.

use tenon_engine::Engine;
use tenon_model::{Caller, Code, Error, Ident, Result, StateTransition, Table};

use super::{
    again, create,
    inputs::Inputs,
    load::{gone, record_form},
    model::{Link, RecordForm, RelatedList},
    save,
};
use crate::data::{grid::bulk, parse, related::choices, urls};
use crate::numbers::grouped;

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
    let table = engine.schema_for(caller)?.require_table(table)?.clone();
    match (inputs.get("do"), key) {
        ("delete", Some(key)) => delete(engine, caller, &table, key).await,
        (action, Some(key)) if action.starts_with("take:") => take(engine, caller, &table, key, &action[5..]).await,
        (action, key) if action.starts_with("find:") => find(engine, caller, &table, key, &inputs, &action[5..]).await,
        (_, Some(key)) => save::save(engine, caller, &table, key, &inputs).await,
        (_, None) => create::create(engine, caller, &table, &inputs).await,
    }
}

async fn delete(engine: &Engine, caller: &Caller, table: &Table, key: &str) -> Result<Outcome> {
    let values = parse::key(&*engine.schema_for(caller)?, table, key)?;
    match bulk::delete(engine, caller, table, &[values]).await {
        Ok(done) if done.rows == 0 => Err(gone(table)),
        Ok(_) => Ok(Outcome::Done(urls::grid(table.name.as_str()), "Deleted 1 record.".to_owned())),
        Err(error) if error.code == Code::Internal => Err(error),
        Err(error) => {
            let mut form = record_form(engine, caller, table.name.as_str(), key).await?;
            let in_the_way: Vec<&RelatedList> = form.related.iter().filter(|list| list.keeps && list.total() > 0).collect();
            form.links = in_the_way.iter().map(|list| link_to(list)).collect();
            form.error = Some(if error.code == Code::ForeignKeyViolation { kept(&in_the_way, error) } else { error });
            Ok(Outcome::Again(Box::new(form)))
        }
    }
}

/// Takes the record on by a transition.
async fn take(engine: &Engine, caller: &Caller, table: &Table, key: &str, transition: &str) -> Result<Outcome> {
    let values = parse::key(&engine.schema(), table, key)?;
    let name = Ident::new(transition)?;
    match engine.take_transition(caller, table.name.clone(), values, &name).await {
        Ok(_) => {
            let label = table.transitions.iter().find(|t| t.name == name).map(StateTransition::label).unwrap_or_default();
            Ok(Outcome::Done(urls::record(table.name.as_str(), key), format!("Done: {label}.")))
        }
        Err(error) if error.code == Code::Internal => Err(error),
        Err(error) => {
            let mut form = record_form(engine, caller, table.name.as_str(), key).await?;
            form.error = Some(error);
            Ok(Outcome::Again(Box::new(form)))
        }
    }
}

/// Why a record stays: what refers to it.
fn kept(in_the_way: &[&RelatedList], error: Error) -> Error {
    let of = |list: &&RelatedList| match list.total() {
        1 => format!("1 record of {} refers to this one", list.page.table),
        total => format!("{} records of {} refer to this one", grouped(total), list.page.table),
    };
    let sentences: Vec<String> = in_the_way.iter().map(of).collect();
    if sentences.is_empty() {
        // What would go along is itself referred to.
        let told = Error::new(error.code, "Nothing is deleted: other records refer to what would go along with this one.");
        return error.details.into_iter().fold(told, Error::with_details);
    }
    Error::new(error.code, format!("Nothing is deleted: {}.", sentences.join(", and ")))
        .with_hint("Delete them first, or let them refer to another record.")
}

fn link_to(list: &RelatedList) -> Link {
    Link { text: format!("Show those of {}", list.page.table), href: list.href.clone() }
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
    let mut form = again::filled(engine, caller, table, key, inputs).await?;
    let words = inputs.get(&format!("v.{column}"));
    if let Some(field) = form.fields.iter_mut().find(|field| field.column.name == column) {
        field.choices = choices(engine, caller, table.name.as_str(), column, words).await?;
        if field.choices.is_empty() {
            field.error = Some("Nothing is called that.".to_owned());
        }
    }
    Ok(Outcome::Again(Box::new(form)))
}
