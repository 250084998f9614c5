//! `Prefer: explain`: why a request was refused, or whom a row is hidden from, for those who hold the secret key.
//!
//! The secret key stands in `apikey`, the token of the one whom it is about in `Authorization`. To everybody else the preference
//! is one that does not exist.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, header};
use indexmap::IndexMap;
use serde::Serialize;
use tenon_engine::{
    Caller,
    records::{
        Delete, Insert, RecordSet, Resolution, Update,
        explain::{Question, RowQuestion},
    },
};
use tenon_model::{
    Code, Command, Error, Explanation, Expr, Ident, ReadQuery, Result as ModelResult, Schema, SelectItem, Table, Value,
    explanation::RowState,
};

use super::{
    call::{Call, Mistake},
    error::{answer, answer_explained},
    prefer::Explain,
    write::failed,
};

/// So many rows of a refused insert are looked at.
const MOST: usize = 100;

/// What a request tried to do.
pub(super) enum Attempt {
    Read(ReadQuery),
    Insert(Insert),
    Update(Update),
    Delete(Delete),
}

/// An explanation of one row.
#[derive(Serialize)]
struct Explained {
    /// The row's key; none where no row was looked at, or the row would be new.
    row: Option<IndexMap<Ident, serde_json::Value>>,
    #[serde(flatten)]
    explanation: Explanation,
}

impl Call<'_> {
    /// What is tried, if its refusal should be explained.
    pub(super) fn attempt(&self, what: impl FnOnce() -> Attempt) -> Option<Attempt> {
        self.preferences.explain.map(|_| what())
    }
}

/// A request that failed; if it was refused and should be explained, with the reasons in `details`.
pub(super) async fn refused(call: &Call<'_>, error: Error, attempt: Option<Attempt>) -> Response {
    let Some(attempt) = attempt.filter(|_| error.code == Code::Forbidden) else { return failed(call, error) };
    match reasons(call, attempt).await {
        Ok(reasons) => answer_explained(&call.caller, error, serde_json::json!(reasons)),
        // The refusal stands, whatever keeps it from being explained.
        Err(_) => failed(call, error),
    }
}

/// Why the caller may do that to each of the first rows that the filters meet, or may not; instead of the rows.
pub(super) async fn rows(call: &Call<'_>, command: Command) -> Result<Response, Response> {
    let (table, filter) = call
        .against_schema(|schema| {
            let table = schema.require_table(&call.table)?;
            Ok::<_, Mistake>((table.name.clone(), call.query.resolve_own_filter(schema, table)?))
        })
        .await?;
    let explained = of_rows(call, (&table, command), filter, IndexMap::new()).await.map_err(answer)?;
    let mut response = Response::new(Body::from(serde_json::to_vec(&explained).unwrap_or_default()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    call.preferences.only_explain().acknowledge(response.headers_mut());
    Ok(response.into_response())
}

async fn reasons(call: &Call<'_>, attempt: Attempt) -> ModelResult<Vec<Explained>> {
    let schema = call.engine.schema();
    match attempt {
        Attempt::Read(query) => {
            let mut tables = Vec::new();
            read_tables(&query, &mut tables);
            let mut reasons = Vec::new();
            for table in tables {
                reasons.extend(privileges(call, &table, Command::Select, (true, &[]))?);
            }
            Ok(reasons)
        }
        Attempt::Insert(insert) => {
            let reads = insert.on_conflict.is_some() || !matches!(insert.returning, tenon_engine::records::Returning::Nothing);
            let missing = privileges(call, &insert.table, Command::Insert, (reads, &insert.records.columns))?;
            if missing.is_empty() { inserted(call, &schema, &insert, reads).await } else { Ok(missing) }
        }
        Attempt::Update(update) => {
            let written: Vec<Ident> = update.set.keys().cloned().collect();
            let missing = privileges(call, &update.table, Command::Update, (true, &written))?;
            if !missing.is_empty() {
                return Ok(missing);
            }
            let explained = of_rows(call, (&update.table, Command::Update), update.filter, update.set).await?;
            Ok(explained.into_iter().find(|row| would_be_refused(&row.explanation)).into_iter().collect())
        }
        Attempt::Delete(delete) => privileges(call, &delete.table, Command::Delete, (true, &[])),
    }
}

/// The first row of an insert that is refused: as a new one, or as the change of the one that is there.
async fn inserted(call: &Call<'_>, schema: &Schema, insert: &Insert, reads: bool) -> ModelResult<Vec<Explained>> {
    let table = schema.require_table(insert.table.as_str())?;
    for row in insert.records.rows.iter().take(MOST) {
        let records = RecordSet { columns: insert.records.columns.clone(), rows: vec![row.clone()] };
        let question = Question {
            table: table.name.clone(),
            command: Command::Insert,
            row: RowQuestion::New(records, insert.missing),
            set: IndexMap::new(),
            reads,
        };
        let explanation = call.engine.explain(&Caller::service(), &call.caller, question).await?;
        if !explanation.allowed {
            return Ok(vec![Explained { row: None, explanation }]);
        }
        let Some(conflict) = insert.on_conflict.as_ref().filter(|c| c.resolution == Resolution::Merge) else { continue };
        let given = || insert.records.columns.iter().zip(row).filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
        let set: IndexMap<Ident, Value> = given().collect();
        let Some(filter) = same_key(table, &conflict.columns, &set) else { continue };
        let met = of_rows(call, (&table.name, Command::Update), filter, set).await?;
        if let Some(refused) = met.into_iter().find(|row| !row.explanation.allowed) {
            return Ok(vec![refused]);
        }
    }
    Ok(Vec::new())
}

fn same_key(table: &Table, columns: &[Ident], values: &IndexMap<Ident, Value>) -> Option<Expr> {
    let term = |name: &Ident| {
        let column = table.column(name.as_str())?;
        Some(Expr::equals(name.clone(), column.data_type.clone(), values.get(name)?.clone()))
    };
    Some(Expr::And(columns.iter().map(term).collect::<Option<_>>()?))
}

/// Whether an update of the row is refused, and not only passes it by.
fn would_be_refused(explanation: &Explanation) -> bool {
    let met = explanation.steps.iter().all(|step| step.row == RowState::After || step.passed);
    met && !explanation.allowed
}

async fn of_rows(
    call: &Call<'_>,
    what: (&Ident, Command),
    filter: Expr,
    set: IndexMap<Ident, Value>,
) -> ModelResult<Vec<Explained>> {
    let found = call.engine.explain_rows(&Caller::service(), &call.caller, what, filter, set).await?;
    Ok(found.into_iter().map(|(key, explanation)| Explained { row: Some(key), explanation }).collect())
}

/// The explanation of a table that the caller lacks a privilege on; nothing if they have all that it takes.
fn privileges(call: &Call<'_>, table: &Ident, command: Command, what: (bool, &[Ident])) -> ModelResult<Vec<Explained>> {
    let explanation = call.engine.explain_access(&Caller::service(), &call.caller, (table, command), what)?;
    Ok((!explanation.allowed).then_some(Explained { row: None, explanation }).into_iter().collect())
}

/// The tables that a read touches: its own, and those that it embeds.
fn read_tables(query: &ReadQuery, tables: &mut Vec<Ident>) {
    let mut note = |name: &Ident| {
        if !tables.contains(name) {
            tables.push(name.clone());
        }
    };
    note(&query.table);
    for item in &query.select {
        if let SelectItem::Embed(embed) = item {
            embed.relation.through.iter().for_each(|through| note(&through.table));
        }
    }
    for item in &query.select {
        if let SelectItem::Embed(embed) = item {
            read_tables(&embed.query, tables);
        }
    }
}

impl Explain {
    /// Reads a preference.
    pub(super) fn parse(preference: &str) -> Option<Self> {
        match preference.strip_prefix("explain")? {
            "" => Some(Self::Refusal),
            rest => {
                let name = rest.strip_prefix('=')?;
                let command = [Command::Select, Command::Update, Command::Delete].into_iter().find(|c| c.as_str() == name)?;
                Some(Self::Rows(command))
            }
        }
    }

    /// The preference, as it is written.
    pub(super) fn print(self) -> String {
        match self {
            Self::Refusal => "explain".to_owned(),
            Self::Rows(command) => format!("explain={}", command.as_str()),
        }
    }
}
