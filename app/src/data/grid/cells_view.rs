//! The rows of the grid. A cell holds no signals: two thousand of them are drawn at once, and events are heard by the
//! table.

use std::sync::Arc;

use leptos::{either::EitherOf4, prelude::*};

use super::{
    cell::{Cell, byte_size, moment},
    model::{GridPage, GridRow},
};
use crate::{
    components::Icon,
    data::{
        column::{ColumnInfo, Kind, Reference},
        key, urls,
    },
    paths,
};

/// The table's body.
#[component]
pub(super) fn Rows(page: Arc<GridPage>, rows: RwSignal<Vec<GridRow>>) -> impl IntoView {
    let body = move || {
        let columns: Vec<&ColumnInfo> = page.shown_columns().collect();
        rows.with(|rows| rows.iter().map(|row| row_view(&page, &columns, row)).collect::<Vec<_>>())
    };
    view! { <tbody>{body}</tbody> }
}

fn row_view(page: &GridPage, columns: &[&ColumnInfo], row: &GridRow) -> impl IntoView + use<> {
    let cells = columns.iter().zip(&row.cells).map(|(column, cell)| cell_view(column, cell)).collect::<Vec<_>>();
    let head = page.keyed.then(|| {
        let name = row.cells.first().and_then(|cell| cell.value.clone()).unwrap_or_else(|| row.key.clone());
        let why = page.may_build.then(|| {
            let href = format!("{}?key={}", paths::why(&page.table), row.key);
            view! { <a class="row-open row-why" href=href aria-label=format!("Why? {name}") title="Why?"><Icon name="info" /></a> }
        });
        view! {
            <input class="row-check" type="checkbox" form="rows-form" name="keys[]" value=row.key.clone() aria-label=format!("Select {name}") />
            <a class="row-open" href=urls::record(&page.table, &row.key) aria-label=format!("Open {name}")><Icon name="external" /></a>
            {why}
        }
    });
    view! { <tr><td class="row-head">{head}</td>{cells}</tr> }
}

/// A cell, also outside the grid.
pub(in crate::data) fn cell_view(column: &ColumnInfo, cell: &Cell) -> AnyView {
    let Some(value) = cell.value.clone() else {
        return view! { <td class="cell-null">"null"</td> }.into_any();
    };
    let content = match (&column.reference, &column.kind) {
        (Some(reference), _) => EitherOf4::B(reference_view(reference, value, cell.label.clone())),
        (None, Kind::Enum(values)) => {
            let tone = values.iter().position(|v| *v == value).unwrap_or(0) % 6;
            EitherOf4::C(view! { <span class=format!("badge tone-{tone}")>{value}</span> })
        }
        (None, Kind::Bytes) => {
            let bytes = cell.whole.unwrap_or(value.len().saturating_sub(2) / 2);
            EitherOf4::C(view! { <span class="cell-size".to_owned()>{byte_size(bytes as u64)}</span> })
        }
        (None, Kind::Moment | Kind::Timestamp) => EitherOf4::A(moment(&value)),
        _ if cell.whole.is_some() => EitherOf4::D(view! { {value}<span class="cell-more">"…"</span> }),
        _ => EitherOf4::A(value),
    };
    if column.computed.is_some() {
        return view! { <td class=format!("{} cell-computed", column.kind.class())>{content}</td> }.into_any();
    }
    view! { <td class=column.kind.class()>{content}</td> }.into_any()
}

fn reference_view(reference: &Reference, value: String, label: Option<String>) -> impl IntoView + use<> {
    let href = record_href(reference, &value);
    let (text, code) = match label {
        Some(label) => (label, Some(value)),
        None => (value, None),
    };
    view! { <a class="cell-link" href=href tabindex="-1">{text}</a>{code.map(|code| view! { <span class="cell-code">{code}</span> })} }
}

/// The page of the record that a reference leads to, or the grid that shows it alone.
#[must_use]
pub fn record_href(reference: &Reference, value: &str) -> String {
    use tenon_model::rest::{FilterNode, Operand, Operator};
    if reference.is_key {
        return urls::record(&reference.table, &key::encode(&[value]));
    }
    let filter = FilterNode::condition(&reference.column, Operator::Eq, Operand::Value(value.to_owned())).to_string();
    urls::with(urls::grid(&reference.table), &urls::query([("filter", filter.as_str())]))
}
