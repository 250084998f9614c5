//! Reads a record with all that its page shows.

use tenon_engine::Engine;
use tenon_model::{
    Caller, Code, Error, ForeignKey, Ident, ReferentialAction, Result, Schema, Table,
    rest::{FilterNode, LogicOp, Operand, Operator},
};

use super::{
    checks::FormChecks,
    model::{FieldModel, RecordForm, RelatedList, mark},
};
use crate::data::{
    column::{ColumnInfo, Kind},
    grid::{bulk::is_copied, head::select_of, load::grid_page, load::grid_row, query::key_filter, state::GridState},
    key, parse,
    related::choices,
    rows,
    states::load::states,
    urls,
};

/// Related records shown on the page.
const FIRST: u64 = 5;
/// Columns shown of each.
const WIDTH: usize = 6;

/// The values of a record by its columns, as canonical texts.
pub(super) type Texts = Vec<Option<String>>;

/// The texts of a record's body.
pub(super) fn texts(table: &Table, body: &str) -> Result<Texts> {
    Ok(table.columns.iter().zip(rows::object(body)?.0).map(|(column, value)| rows::shown(value, &column.data_type)).collect())
}

/// The failure of a record that is not there.
pub(super) fn gone(table: &Table) -> Error {
    Error::new(Code::NotFound, format!("There is no such record in “{}”.", table.name)).with_hint("Somebody may have deleted it.")
}

/// The form of a record.
///
/// # Errors
/// As [`Engine::record`]; [`Code::NotFound`].
pub(crate) async fn record_form(engine: &Engine, caller: &Caller, table: &str, segment: &str) -> Result<RecordForm> {
    let schema = engine.schema_for(caller)?;
    let table = schema.require_table(table)?.clone();
    let key = parse::key(&schema, &table, segment)?;
    let record = engine.record(caller, table.name.clone(), key.clone()).await?.ok_or_else(|| gone(&table))?;
    let values = texts(&table, &record.body)?;
    let mut form = blank(&schema, &table);
    for (field, column) in form.fields.iter_mut().zip(ColumnInfo::all(&schema, &table)) {
        field.column = column;
    }
    form.key = Some(segment.to_owned());
    form.version = record.version;
    form.title = title(&table, &values);
    for (field, value) in form.fields.iter_mut().zip(&values) {
        field.mark = mark(value.as_deref());
        field.value.clone_from(value);
    }
    form.states = states(engine, caller, &schema, &table, key.clone()).await?;
    narrow(&mut form);
    label(engine, caller, &table, &mut form, key_filter(&table, &key)).await?;
    note_caller(&mut form, caller);
    offer_choices(engine, caller, &mut form).await?;
    form.related = related(engine, caller, &schema, &table, &values).await?;
    Ok(form)
}

/// The form of a new record, filled from the address: a copy of another (`from`), single values (`v.column`).
///
/// # Errors
/// As [`record_form`].
pub(crate) async fn new_form(engine: &Engine, caller: &Caller, table: &str, query: &str) -> Result<RecordForm> {
    let schema = engine.schema_for(caller)?;
    let table = schema.require_table(table)?.clone();
    let mut form = blank(&schema, &table);
    for (name, value) in urls::pairs(query) {
        if name == "from" {
            let key = parse::key(&schema, &table, &value)?;
            let record = engine.record(caller, table.name.clone(), key).await?.ok_or_else(|| gone(&table))?;
            let copied = table.columns.iter().zip(texts(&table, &record.body)?);
            for (field, (column, value)) in form.fields.iter_mut().zip(copied) {
                field.value = value.filter(|_| is_copied(&schema, &table, column));
            }
        } else if let Some(column) = name.strip_prefix("v.")
            && let Some(field) = form.fields.iter_mut().find(|field| field.column.name == column)
        {
            field.value = Some(value);
        }
    }
    note_caller(&mut form, caller);
    offer_choices(engine, caller, &mut form).await?;
    Ok(form)
}

/// What the one who looks may do.
fn note_caller(form: &mut RecordForm, caller: &Caller) {
    form.may_build = caller.may_build();
    form.read_only = matches!(caller, Caller::As(view) if !view.writes);
}

/// An empty form.
pub(super) fn blank(schema: &Schema, table: &Table) -> RecordForm {
    let field = |column: ColumnInfo| FieldModel {
        column,
        value: None,
        mark: mark(None),
        error: None,
        theirs: None,
        label: None,
        choices: Vec::new(),
    };
    let mut form = RecordForm {
        table: table.name.to_string(),
        key: None,
        title: "New record".to_owned(),
        version: String::new(),
        fields: ColumnInfo::all(schema, table).into_iter().map(field).collect(),
        error: None,
        links: Vec::new(),
        gone: false,
        unsaved: false,
        checks: FormChecks::text(schema, table),
        check_messages: table.checks.iter().map(tenon_model::Check::sentence).collect(),
        states: None,
        related: Vec::new(),
        may_build: false,
        read_only: false,
    };
    narrow(&mut form);
    form
}

/// Leaves each state the choice of what this person may make of it now; a new record's, of what it may begin as.
fn narrow(form: &mut RecordForm) {
    let now = form.states.iter().flat_map(|states| &states.now);
    let open: Vec<(String, Vec<String>)> = now
        .map(|state| {
            let ways = state.ways.iter().filter(|way| way.closed.is_none()).map(|way| way.to.clone());
            (state.column.clone(), ways.chain([state.state.clone()]).collect())
        })
        .collect();
    for column in form.fields.iter_mut().map(|field| &mut field.column) {
        let Some(graph) = &column.state else { continue };
        let reachable = open.iter().find(|(name, _)| *name == column.name).map_or(&graph.begin, |(_, states)| states);
        if let Kind::Enum(values) = &mut column.kind {
            values.retain(|value| reachable.contains(value));
        }
    }
}

/// What a person calls the record.
pub(super) fn title(table: &Table, values: &Texts) -> String {
    let value_of = |name: &Ident| {
        let position = table.columns.iter().position(|column| column.name == *name)?;
        values.get(position).cloned().flatten()
    };
    let key = table.key_columns().iter().filter_map(value_of).collect::<Vec<_>>().join(", ");
    let label = table.label_column().and_then(|column| value_of(&column.name)).filter(|label| !label.trim().is_empty());
    // Many records may bear one label; the key tells them apart.
    let title = match label {
        Some(label) if key.is_empty() || label == key => label,
        Some(label) => format!("{label} · {key}"),
        None => key,
    };
    if title.chars().count() <= 80 { title } else { title.chars().take(79).chain(['…']).collect() }
}

async fn label(engine: &Engine, caller: &Caller, table: &Table, form: &mut RecordForm, filter: tenon_model::Expr) -> Result<()> {
    if form.fields.iter().all(|field| field.column.reference.is_none()) {
        return Ok(());
    }
    let all: Vec<String> = table.columns.iter().map(|column| column.name.to_string()).collect();
    if let Some(row) = grid_row(engine, caller, table, &all, filter).await? {
        for (field, cell) in form.fields.iter_mut().zip(row.cells) {
            field.label = cell.label;
        }
    }
    Ok(())
}

/// Gives each reference the records it may lead to.
pub(super) async fn offer_choices(engine: &Engine, caller: &Caller, form: &mut RecordForm) -> Result<()> {
    for field in form.fields.iter_mut().filter(|field| field.column.reference.is_some()) {
        field.choices = choices(engine, caller, &form.table, &field.column.name, "").await?;
    }
    Ok(())
}

async fn related(engine: &Engine, caller: &Caller, schema: &Schema, table: &Table, values: &Texts) -> Result<Vec<RelatedList>> {
    let mut lists = Vec::new();
    for (from, reference) in schema.references_to(table.name.as_str()) {
        let Some(values) = referred_values(table, reference, values) else { continue };
        let condition = |(column, value): (&Ident, &String)| {
            FilterNode::condition(column.as_str(), Operator::Eq, Operand::Value(value.clone()))
        };
        let mut conditions: Vec<FilterNode> = reference.columns.iter().zip(&values).map(condition).collect();
        let filter = match conditions.len() {
            1 => conditions.remove(0),
            _ => FilterNode::Group { op: LogicOp::And, negated: false, children: conditions },
        };
        let shown: Vec<&str> = from
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .filter(|name| !reference.columns.iter().any(|column| column == name))
            .take(WIDTH)
            .collect();
        let all = GridState { filter: filter.to_string(), ..GridState::default() };
        let few = GridState { select: select_of(&shown), limit: FIRST, count: true, ..all.clone() };
        let prefill: Vec<(String, &str)> =
            reference.columns.iter().zip(&values).map(|(column, value)| (format!("v.{column}"), value.as_str())).collect();
        let prefill = urls::query(prefill.iter().map(|(name, value)| (name.as_str(), *value)));
        lists.push(RelatedList {
            via: reference.columns.iter().map(Ident::as_str).collect::<Vec<_>>().join(", "),
            href: all.href(from.name.as_str()),
            new_href: urls::with(urls::new_record(from.name.as_str()), &prefill),
            keeps: matches!(reference.on_delete, ReferentialAction::NoAction | ReferentialAction::Restrict),
            page: grid_page(engine, caller, from.name.as_str(), &few).await?,
        });
    }
    Ok(lists)
}

/// The record's values that a foreign key refers to; `None` if one is null, so that nothing refers to it.
fn referred_values(table: &Table, reference: &ForeignKey, values: &Texts) -> Option<Vec<String>> {
    let value = |name: &Ident| {
        let position = table.columns.iter().position(|column| column.name == *name)?;
        values.get(position)?.clone()
    };
    reference.referenced_columns.iter().map(value).collect()
}

/// The record's key in an address.
pub(super) fn segment(table: &Table, values: &Texts) -> Option<String> {
    let names = table.key_columns();
    let value = |name: &Ident| values.get(table.columns.iter().position(|column| column.name == *name)?)?.clone();
    let texts: Option<Vec<String>> = names.iter().map(value).collect();
    texts.filter(|texts| !texts.is_empty()).map(|texts| key::encode(&texts))
}
