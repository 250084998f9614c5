//! Asks the engine why.

use indexmap::IndexMap;
use tenon_engine::{
    Engine,
    records::{
        Missing, RecordSet,
        explain::{Question, RowQuestion},
    },
};
use tenon_model::{Caller, Code, Command, Error, Explanation, Ident, Schema, Table, Value, view_as::ViewAs};

use super::{choose::choices, why_model::WhyModel};
use crate::{
    data::{key, parse, urls},
    errors::Result,
};

/// The page for an address.
pub(super) async fn why(engine: &Engine, caller: &Caller, table: &str, query: &str) -> Result<WhyModel> {
    let schema = engine.schema();
    let table = schema.require_table(table)?.clone();
    let pairs = urls::pairs(query);
    let value =
        |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
    let given = |column: &tenon_model::Column| (column.name.to_string(), value(&format!("v.{}", column.name)));
    let mut model = WhyModel {
        table: table.name.to_string(),
        key: value("key"),
        title: title(&value("key")),
        command: value("command"),
        who: value("who"),
        name: String::new(),
        words: value("q"),
        choices: choices(engine, caller, &value("q")).await?,
        fields: table.columns.iter().map(given).collect(),
        explanation: None,
        problem: None,
    };
    if model.command.is_empty() {
        if model.key.is_empty() { "insert" } else { "select" }.clone_into(&mut model.command);
    }
    if model.who.is_empty() {
        return Ok(model);
    }
    match answer(engine, caller, (&schema, &table), &model).await {
        Ok((name, explanation)) => {
            model.name = name;
            model.explanation = Some(explanation);
        }
        Err(error) if error.code == Code::Internal => return Err(error.into()),
        Err(error) => model.problem = Some(error),
    }
    // Whoever is asked about stays among those who can be chosen.
    let known = model.choices.roles.iter().chain(&model.choices.people).any(|(who, _)| *who == model.who);
    if !known && !model.name.is_empty() {
        model.choices.people.insert(0, (model.who.clone(), model.name.clone()));
    }
    Ok(model)
}

fn title(segment: &str) -> String {
    if segment.is_empty() { "a new record".to_owned() } else { key::decode(segment).unwrap_or_default().join(", ") }
}

async fn answer(
    engine: &Engine,
    caller: &Caller,
    (schema, table): (&Schema, &Table),
    model: &WhyModel,
) -> tenon_model::Result<(String, Explanation)> {
    let view: ViewAs = model.who.parse()?;
    let whom = engine.seen_caller(caller, &view.whom).await?;
    let name = tenon_model::view_as::SeenAs { by: caller.clone(), seen: whom.clone(), writes: false }.seen_label();
    let command = Command::ALL.into_iter().find(|command| command.as_str() == model.command);
    let command = command.ok_or_else(|| Error::new(Code::InvalidValue, format!("\"{}\" is no command", model.command)))?;
    let set = given(schema, table, &model.fields)?;
    let row = match command {
        Command::Insert => {
            let (columns, row) = set.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).unzip();
            RowQuestion::New(RecordSet { columns, rows: vec![row] }, Missing::Default)
        }
        _ => RowQuestion::Key(parse::key(schema, table, &model.key)?),
    };
    let set = if command == Command::Update { set } else { IndexMap::new() };
    let question = Question { table: table.name.clone(), command, row, set, reads: true };
    Ok((name, engine.explain(caller, &whom, question).await?))
}

/// The values that the question gives, of their columns' types; `null` is null.
fn given(schema: &Schema, table: &Table, fields: &[(String, String)]) -> tenon_model::Result<IndexMap<Ident, Value>> {
    let mut set = IndexMap::new();
    for (name, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
        let column = table.require_column(name)?;
        let value = if text == "null" { Value::Null } else { parse::value(schema, &column.data_type, text)? };
        set.insert(column.name.clone(), value);
    }
    Ok(set)
}
