//! Reads a page of the grid.

use tenon_engine::{
    Engine,
    records::{Count, Format, ReadOptions},
};
use tenon_model::{Caller, Code, Error, Expr, Ident, Result, Schema, Table};

use super::{
    cell::Cell,
    model::{GridPage, GridRow},
    query::{GridQuery, columns_query, grid_query},
    state::GridState,
};
use crate::data::{column::ColumnInfo, filter, key, parse, record::checks::FormChecks, rows};

/// Reads the page that an address names.
///
/// # Errors
/// As [`Engine::read`], and whatever is wrong with the address.
pub(crate) async fn grid_page(engine: &Engine, caller: &Caller, table: &str, state: &GridState) -> Result<GridPage> {
    let schema = engine.schema_for(caller)?;
    let table = schema.require_table(table)?.clone();
    let columns = ColumnInfo::all(&schema, &table);
    let view = read_view(engine, caller, &schema, &table, &columns, state).await;
    let (view, problem) = match view {
        Ok(view) => (view, None),
        // A filter that does not fit, a column that is gone: the page stays, so that the person can mend the view.
        Err(error) if state.is_chosen() && is_about_the_view(error.code) => (View::empty(&table), Some(error)),
        Err(error) => return Err(error),
    };
    Ok(GridPage {
        table: table.name.to_string(),
        comment: table.comment.clone(),
        filter: filter::rest::tree(&state.filter, &columns),
        order: parse::sort_terms(&state.order).unwrap_or_default(),
        shown: view.shown,
        rows: view.rows,
        more: view.more,
        total: view.total,
        problem,
        keyed: !table.key_columns().is_empty(),
        may_build: caller.may_build(),
        checks: if table.key_columns().is_empty() { String::new() } else { FormChecks::text(&schema, &table) },
        seen_as: crate::answers::viewing::current(),
        read_only: matches!(caller, Caller::As(view) if !view.writes),
        columns,
    })
}

/// What a view shows.
struct View {
    shown: Vec<usize>,
    rows: Vec<GridRow>,
    more: bool,
    total: Option<u64>,
}

impl View {
    /// No row, and all columns.
    fn empty(table: &Table) -> Self {
        Self { shown: (0..table.columns.len()).collect(), rows: Vec::new(), more: false, total: None }
    }
}

async fn read_view(
    engine: &Engine,
    caller: &Caller,
    schema: &Schema,
    table: &Table,
    columns: &[ColumnInfo],
    state: &GridState,
) -> Result<View> {
    let query = grid_query(schema, table, columns, state)?;
    let options = ReadOptions { format: Format::Json, count: state.count.then_some(Count::Exact), head: false };
    let answer = engine.read(caller, query.read.clone(), options).await?;
    let mut rows = grid_rows(table, columns, &query, &answer.body)?;
    let more = rows.len() as u64 > state.limit;
    rows.truncate(usize::try_from(state.limit).unwrap_or(usize::MAX));
    Ok(View { shown: query.shown, rows, more, total: answer.total })
}

/// Whether another filter, order or choice of columns would help.
fn is_about_the_view(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidSyntax
            | Code::InvalidName
            | Code::Unsupported
            | Code::InvalidValue
            | Code::OutOfRange
            | Code::UnknownColumn
            | Code::UnknownRelation
            | Code::NotEmbedded
            | Code::RelatedOrder
            | Code::TooComplex
            | Code::Timeout
    )
}

/// Reads the row that a filter meets, with a cell for each name: an empty one for a column that is gone.
///
/// # Errors
/// As [`Engine::read`].
pub(crate) async fn grid_row(
    engine: &Engine,
    caller: &Caller,
    table: &Table,
    shown: &[String],
    filter: Expr,
) -> Result<Option<GridRow>> {
    let schema = engine.schema_for(caller)?;
    let columns = ColumnInfo::all(&schema, table);
    let there: Vec<Option<usize>> = shown.iter().map(|name| columns.iter().position(|column| column.name == *name)).collect();
    let mut query = columns_query(&schema, table, &columns, there.iter().flatten().copied().collect())?;
    query.read.filter = filter;
    query.read.limit = Some(1);
    let answer = engine.read(caller, query.read.clone(), ReadOptions::default()).await?;
    let Some(mut row) = grid_rows(table, &columns, &query, &answer.body)?.into_iter().next() else { return Ok(None) };
    let mut cells = row.cells.into_iter();
    row.cells = there.iter().map(|position| position.and_then(|_| cells.next()).unwrap_or_default()).collect();
    Ok(Some(row))
}

fn grid_rows(table: &Table, columns: &[ColumnInfo], query: &GridQuery, json: &[u8]) -> Result<Vec<GridRow>> {
    let (shown, keys): (usize, &[Ident]) = (query.shown.len(), table.key_columns());
    let labels_from = shown + keys.len();
    let row = |values: rows::Values<'_>| {
        let values = values.0;
        if values.len() < labels_from {
            return Err(Error::internal("a row has fewer values than the read asked for"));
        }
        let key: Vec<String> = values[shown..labels_from].iter().filter_map(|value| rows::text(value)).collect();
        let cell = |(at, position): (usize, &usize)| {
            let mut cell = Cell::new(&columns[*position].kind, rows::shown(values[at], &table.columns[*position].data_type));
            cell.label = query.labels[at].and_then(|label| values.get(labels_from + label)).and_then(|value| rows::embedded(value));
            cell
        };
        Ok(GridRow {
            key: if keys.is_empty() { String::new() } else { key::encode(&key) },
            cells: query.shown.iter().enumerate().map(cell).collect(),
        })
    };
    rows::rows(json)?.into_iter().map(row).collect()
}
