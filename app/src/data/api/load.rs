//! Makes the call for a view, and runs it.

use std::time::Instant;

use tenon_engine::{
    Engine,
    records::{Format, ReadOptions},
};
use tenon_model::{
    Caller, Code, Error, Privileges, Result, Role, Table,
    rest::{FilterNode, LogicOp, Operand, Operator, RestQuery},
};

use super::{
    call::{Call, Sort, Term},
    model::{Answer, ApiModel, ApiTable},
    snippets::Language,
};
use crate::data::{
    column::{ColumnInfo, Kind},
    grid::{sort, state::GridState},
    parse, urls,
};

/// As much of an answer as a page shows.
const SHOWN: usize = 20_000;

/// The page for an address.
pub(super) async fn api_page(engine: &Engine, caller: &Caller, query: &str, origin: String) -> Result<ApiModel> {
    let schema = engine.schema_for(caller)?;
    let pairs = urls::pairs(query);
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
    let language = Language::ALL.into_iter().find(|language| language.id() == value("lang")).unwrap_or(Language::JavaScript);
    let state = GridState::parse(query);
    let name = value("table");
    let call = if name.is_empty() { None } else { Some(call(engine, caller, schema.require_table(name)?, &state, origin).await?) };
    let answer = match (&call, value("run")) {
        (Some(call), "anon") => Some(run(engine, Caller::anon(), call).await),
        (Some(call), "service_role") if caller.may_build() => Some(run(engine, Caller::service(), call).await),
        (Some(call), "them") if matches!(caller, Caller::As(_)) => Some(run(engine, caller.clone(), call).await),
        (Some(_), "service_role") => {
            return Err(Error::new(Code::Forbidden, "Only builders and owners can act with the secret key."));
        }
        _ => None,
    };
    let table = |table: &std::sync::Arc<Table>| ApiTable {
        name: table.name.to_string(),
        comment: table.comment.clone(),
        columns: ColumnInfo::all(&schema, table),
        anon: operations(table.access.of(&schema.held_by(&Role::Anon)).any()),
        authenticated: operations(table.access.of(&schema.held_by(&Role::Authenticated)).any()),
    };
    Ok(ApiModel { tables: schema.tables.values().map(table).collect(), call, language, view: state.query(), answer })
}

fn operations(privileges: Privileges) -> [bool; 4] {
    [privileges.select, privileges.insert, privileges.update, privileges.delete]
}

async fn call(engine: &Engine, caller: &Caller, table: &Table, state: &GridState, origin: String) -> Result<Call> {
    let columns = ColumnInfo::all(&*engine.schema_for(caller)?, table);
    // Members see no keys; they see where one goes.
    let key = if caller.may_build() { engine.keys(caller).await?.publishable } else { "YOUR-PUBLISHABLE-KEY".to_owned() };
    let mut terms = Vec::new();
    if !state.filter.is_empty() {
        collect(FilterNode::parse(&state.filter)?, &columns, &mut terms);
    }
    if !state.q.is_empty() {
        terms.push(Term::Any(quick_search(&state.q, &columns)));
    }
    Ok(Call {
        origin,
        key,
        table: table.name.to_string(),
        select: state.select.clone(),
        terms,
        order: parse::sort_terms(&state.order)?.into_iter().map(sort_of).collect(),
        offset: state.offset,
        limit: Some(state.limit),
    })
}

fn sort_of(term: sort::SortTerm) -> Sort {
    Sort { column: term.column, descending: term.descending, nulls_first: term.nulls_first }
}

/// The conditions that must all hold, one a parameter.
fn collect(node: FilterNode, columns: &[ColumnInfo], terms: &mut Vec<Term>) {
    match node {
        FilterNode::Group { op: LogicOp::And, negated: false, children } => {
            for child in children {
                collect(child, columns, terms);
            }
        }
        FilterNode::Group { op: LogicOp::Or, negated: false, ref children } => {
            terms.push(Term::Any(children.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")));
        }
        group @ FilterNode::Group { .. } => terms.push(Term::Any(group.to_string())),
        FilterNode::Condition { ref column, negated, operator, quantifier: None, ref operand } => {
            let (name, text) = node.to_param();
            let skip = operator.as_str().len() + 1 + if negated { 4 } else { 0 };
            let bare = is_bare(columns, &column.name, operand) && column.steps.is_empty();
            let operand = text.get(skip..).unwrap_or_default().to_owned();
            terms.push(Term::Column { column: name, negated, op: operator.as_str().to_owned(), operand, bare });
        }
        condition @ FilterNode::Condition { .. } => terms.push(Term::Any(condition.to_string())),
    }
}

/// Whether a value can stand without quotes: a number for a column of numbers.
fn is_bare(columns: &[ColumnInfo], column: &str, operand: &Operand) -> bool {
    let is_number = columns.iter().any(|c| c.name == column && c.kind.is_number());
    matches!(operand, Operand::Value(text) if is_number && serde_json::from_str::<serde_json::Number>(text).is_ok())
}

fn quick_search(words: &str, columns: &[ColumnInfo]) -> String {
    let term = |column: &ColumnInfo| match column.kind {
        Kind::Text => Some(FilterNode::condition(&column.name, Operator::Ilike, Operand::Value(format!("*{words}*")))),
        Kind::Integer | Kind::Number if serde_json::from_str::<serde_json::Number>(words).is_ok() => {
            Some(FilterNode::condition(&column.name, Operator::Eq, Operand::Value(words.to_owned())))
        }
        _ => None,
    };
    columns.iter().filter_map(term).map(|node| node.to_string()).collect::<Vec<_>>().join(",")
}

/// Runs the call as REST would, by the parameters of its own address.
async fn run(engine: &Engine, caller: Caller, call: &Call) -> Answer {
    let start = Instant::now();
    let path = call.path();
    let pairs = urls::pairs(path.split_once('?').map_or("", |(_, query)| query));
    let role = match &caller {
        Caller::As(view) => view.seen_label(),
        own => own.label().to_owned(),
    };
    let result = async {
        let read = RestQuery::parse(&pairs)?.resolve(&engine.schema(), &call.table)?;
        engine.read(&caller, read, ReadOptions { format: Format::Json, count: None, head: false }).await
    }
    .await;
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    let (status, body) = match result {
        Ok(rows) => (200, String::from_utf8_lossy(&rows.body).into_owned()),
        Err(error) => (crate::errors::status(error.code).as_u16(), error_text(&error)),
    };
    Answer { role, status, body: shorten(lines(&body)), micros }
}

fn error_text(error: &Error) -> String {
    if error.code == Code::Internal {
        tracing::error!("{}", error.message);
        return "Something went wrong on our side.".to_owned();
    }
    [Some(&error.message), error.details.as_ref(), error.hint.as_ref()]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join("\n")
}

/// One record a line.
fn lines(body: &str) -> String {
    body.replace("},{", "},\n {")
}

fn shorten(mut body: String) -> String {
    if body.len() > SHOWN {
        body.truncate(body.floor_char_boundary(SHOWN));
        body.push('…');
    }
    body
}
