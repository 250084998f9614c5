//! The grid's header: names that sort, and a menu a column.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    model::GridPage,
    sort::{added, clicked, direction},
    state::GridState,
};
use crate::{
    components::Icon,
    data::{
        column::ColumnInfo,
        filter::{Condition, Node, form},
        urls,
    },
};

/// The header row.
#[component]
pub(super) fn Head(page: Arc<GridPage>, state: GridState) -> impl IntoView {
    let columns =
        page.shown_columns().enumerate().map(|(position, column)| column_head(&page, &state, position, column)).collect_view();
    view! {
        <thead>
            <tr>
                <td class="row-head"><SelectAll keyed=page.keyed /></td>
                {columns}
            </tr>
        </thead>
    }
}

/// Ticks every row of the page; needs scripts, and is not shown without them.
#[component]
fn SelectAll(keyed: bool) -> impl IntoView {
    let tick = move |event: leptos::ev::Event| {
        let checked = event_target_checked(&event);
        let Ok(boxes) = document().query_selector_all(".row-check") else { return };
        for n in 0..boxes.length() {
            use web_sys::wasm_bindgen::JsCast as _;
            if let Some(input) = boxes.item(n).and_then(|node| node.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                input.set_checked(checked);
            }
        }
    };
    keyed.then(|| view! { <input class="select-all" type="checkbox" aria-label="Select all rows of this page" on:change=tick /> })
}

fn column_head(page: &GridPage, state: &GridState, position: usize, column: &ColumnInfo) -> impl IntoView + use<> {
    let now = direction(&page.order, &column.name);
    let sort = now.map(|descending| if descending { "descending" } else { "ascending" });
    let arrow = now.map(|descending| view! { <Icon name=if descending { "chevron-down" } else { "chevron-up" } /> });
    let rank = page.order.iter().position(|term| term.column == column.name).filter(|_| page.order.len() > 1);
    let href = state.ordered(&clicked(&page.order, &column.name)).href(&page.table);
    let menu = format!("column-{position}");
    let computed = column.computed.as_ref().map(|_| "sum");
    let mark = if column.key { Some("key") } else { column.reference.as_ref().map(|_| "link").or(computed) };
    let title = match &column.computed {
        Some(sql) => format!("{} · {} · computed: {sql}", column.name, column.type_name),
        None => format!("{} · {}", column.name, column.type_name),
    };
    let class = if column.kind.is_number() { "head-number" } else { "" };
    view! {
        <th scope="col" class=class aria-sort=sort>
            <div class="head">
                <a class="head-sort" href=href title=title>
                    {mark.map(|icon| view! { <Icon name=icon /> })}
                    <span class="head-name">{column.name.clone()}</span>
                    {arrow}
                    {rank.map(|rank| view! { <span class="head-rank">{rank + 1}</span> })}
                </a>
                <button type="button" class="head-menu" popovertarget=menu.clone() aria-label=format!("Menu of {}", column.name)>
                    <Icon name="chevron-down" />
                </button>
            </div>
            {column_menu(page, state, column, menu)}
        </th>
    }
}

fn column_menu(page: &GridPage, state: &GridState, column: &ColumnInfo, id: String) -> impl IntoView + use<> {
    let (table, name) = (&page.table, column.name.as_str());
    let order = |descending| state.ordered(&[super::sort::SortTerm::new(name, descending)]).href(table);
    let then = |descending| state.ordered(&added(&page.order, name, descending)).href(table);
    let others: Vec<_> = page.shown_columns().map(|c| c.name.as_str()).filter(|other| *other != name).collect();
    let hide = (!others.is_empty()).then(|| GridState { select: select_of(&others), ..state.clone() }.href(table));
    let filter = page.filter.clone().map(|mut filter| {
        filter.items.push(Node::Condition(Condition { column: column.name.clone(), ..Condition::default() }));
        let pairs = form::write(&filter);
        let draft = urls::query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        GridState { draft: Some(draft), ..state.clone() }.href(table)
    });
    let sorted_by_others = page.order.iter().any(|term| term.column != name);
    let comment = column.comment.clone();
    view! {
        <div id=id class="menu column-menu" popover="auto">
            <p class="menu-title"><strong>{column.name.clone()}</strong>" "<span class="muted">{column.type_name.clone()}</span></p>
            {comment.map(|comment| view! { <p class="menu-note">{comment}</p> })}
            <a href=order(false)><Icon name="chevron-up" />"Sort ascending"</a>
            <a href=order(true)><Icon name="chevron-down" />"Sort descending"</a>
            {sorted_by_others.then(|| view! {
                <a href=then(false)><Icon name="plus" />"Then ascending"</a>
                <a href=then(true)><Icon name="plus" />"Then descending"</a>
            })}
            {filter.map(|href| view! { <a href=href><Icon name="filter" />"Filter by this column"</a> })}
            {hide.map(|href| view! { <a href=href><Icon name="eye" />"Hide column"</a> })}
        </div>
    }
}

/// A select list of columns.
pub(crate) fn select_of(names: &[&str]) -> String {
    use tenon_model::rest::{ColumnPath, SelectNode};
    let node = |name: &&str| SelectNode::Column { column: ColumnPath::column(*name), alias: None, cast: None };
    SelectNode::print_list(&names.iter().map(node).collect::<Vec<_>>())
}
