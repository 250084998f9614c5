//! Above the grid: search, filter, columns, export.

use std::sync::Arc;

use leptos::prelude::*;

use super::{cell::moment, head::select_of, model::GridPage, state::GridState};
use crate::{
    components::{Failure, Icon},
    data::{
        column::Kind,
        filter::{Condition, Group, Node, operator, rest, view::FilterBuilder},
        urls,
    },
};

/// The grid's tools.
#[component]
pub(super) fn Toolbar(page: Arc<GridPage>, state: GridState) -> impl IntoView {
    let filters = page.filter.as_ref().map_or(0, Group::conditions);
    let import = page.may_build.then(|| {
        let href = format!("/import?{}", urls::query([("table", page.table.as_str())]));
        view! { <a class="button quiet" href=href><Icon name="upload" />"Import"</a> }
    });
    // What the builder can show, it can also mend.
    let mending = state.draft.is_some() || (page.problem.is_some() && filters > 0);
    view! {
        <div class="toolbar" role="group" aria-label="Tools">
            <Search table=page.table.clone() state=state.clone() />
            <details class="panel" name="grid-tools" open=mending>
                <summary class="button" class:active=filters.gt(&0)>
                    <Icon name="filter" />"Filter"
                    {(filters > 0).then(|| view! { <span class="count">{filters}</span> })}
                </summary>
                <div class="panel-body filter-panel">
                    {page.problem.clone().filter(|_| mending).map(|error| view! { <Failure error=error announced=false /> })}
                    {page.filter.is_none().then(|| view! {
                        <p class="muted">"The filter in the address holds more than this form can show. Applying this form replaces it."</p>
                    })}
                    <FilterBuilder
                        table=page.table.clone()
                        columns=page.columns.clone()
                        state=state.clone()
                        filter=page.filter.clone().unwrap_or_default()
                    />
                </div>
            </details>
            <Columns page=page.clone() state=state.clone() />
            <details class="panel" name="grid-tools">
                <summary class="button quiet"><Icon name="download" />"Export"</summary>
                <div class="panel-body menu">
                    <a href=state.export_href(&page.table, "csv") rel="external" download="">"CSV"<span class="muted">"every row of this view"</span></a>
                    <a href=state.export_href(&page.table, "json") rel="external" download="">"JSON"<span class="muted">"every row of this view"</span></a>
                </div>
            </details>
            {import}
        </div>
    }
}

/// The quick search: a form of its own, so that Enter searches.
#[component]
fn Search(table: String, state: GridState) -> impl IntoView {
    let hidden = [
        ("select", state.select.clone()),
        ("filter", state.filter.clone()),
        ("order", state.order.clone()),
        ("as", state.seen_as.clone()),
    ];
    let hidden = hidden
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <leptos_router::components::Form method="get" action=urls::path(&table) attr:class="search" attr:role="search">
            {hidden}
            <Icon name="search" />
            <input type="search" name="q" value=state.q placeholder="Search" aria-label="Search all columns" autocomplete="off" />
        </leptos_router::components::Form>
    }
}

/// Which columns the grid shows.
#[component]
fn Columns(page: Arc<GridPage>, state: GridState) -> impl IntoView {
    let some_hidden = page.shown.len() < page.columns.len();
    let boxes = page
        .columns
        .iter()
        .enumerate()
        .map(|(position, column)| {
            let shown = page.shown.contains(&position);
            let value = select_of(&[column.name.as_str()]);
            view! {
                <label class="check">
                    <input type="checkbox" name="select" value=value checked=shown />
                    <span class="clip">{column.name.clone()}</span>
                    <span class="muted">{column.type_name.clone()}</span>
                </label>
            }
        })
        .collect_view();
    let keep = GridState { select: String::new(), draft: None, ..state.clone() };
    let all = keep.href(&page.table);
    let hidden = urls::pairs(&keep.query())
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <details class="panel" name="grid-tools">
            <summary class="button quiet" class:active=some_hidden>
                <Icon name="columns" />"Columns"
                {some_hidden.then(|| view! { <span class="count">{format!("{}/{}", page.shown.len(), page.columns.len())}</span> })}
            </summary>
            <form class="panel-body columns-panel" method="get" action=urls::path(&page.table)>
                {hidden}
                <fieldset><legend class="visually-hidden">"Columns to show"</legend>{boxes}</fieldset>
                <footer class="filter-actions">
                    <button class="button primary">"Show these"</button>
                    {some_hidden.then(|| view! { <a class="button quiet" href=all>"Show all"</a> })}
                </footer>
            </form>
        </details>
    }
}

/// The filter in words, each part with a link that takes it away.
#[component]
pub(super) fn Chips(page: Arc<GridPage>, state: GridState) -> impl IntoView {
    let filter = page.filter.clone().unwrap_or_default();
    let without = |position: usize| {
        let mut less = filter.clone();
        less.remove(&[position]);
        state.filtered(rest::print(&less, &page.columns)).href(&page.table)
    };
    let join = filter.join;
    let chips = filter.items.iter().enumerate().map(|(position, item)| chip(words(item, &page), without(position))).collect_view();
    let search = (!state.q.is_empty()).then(|| {
        let href = GridState { q: String::new(), ..state.at(0) }.href(&page.table);
        chip(format!("“{}” anywhere", state.q), href)
    });
    let opaque = page.filter.is_none().then(|| chip(state.filter.clone(), state.filtered(String::new()).href(&page.table)));
    let joined = (filter.items.len() > 1 && join != super::super::filter::Join::All)
        .then(|| view! { <span class="muted">{join.words()}":"</span> });
    state
        .narrows()
        .then(|| view! { <div class="chips" aria-label="Filter in force" role="group">{joined}{chips}{opaque}{search}</div> })
}

fn chip(text: String, without: String) -> impl IntoView + use<> {
    let label = format!("Remove: {text}");
    view! { <span class="chip"><span class="clip">{text}</span><a href=without aria-label=label><Icon name="close" /></a></span> }
}

fn words(node: &Node, page: &GridPage) -> String {
    match node {
        Node::Group(group) => {
            let word = match group.join {
                super::super::filter::Join::All => " and ",
                super::super::filter::Join::Any => " or ",
                super::super::filter::Join::NotAll => " nand ",
                super::super::filter::Join::None => " nor ",
            };
            let parts: Vec<String> = group.items.iter().map(|item| words(item, page)).collect();
            format!("({})", parts.join(word))
        }
        Node::Condition(condition) => condition_words(condition, page),
    }
}

fn condition_words(condition: &Condition, page: &GridPage) -> String {
    let column = page.columns.iter().find(|column| column.name == condition.column);
    let known = column.map(operator::operators).unwrap_or_default();
    let op = known.iter().find(|(id, _)| *id == condition.op).map_or(condition.op.as_str(), |(_, words)| words);
    let is_moment = column.is_some_and(|column| matches!(column.kind, Kind::Timestamp | Kind::Moment));
    let value = if is_moment { moment(&condition.value) } else { condition.value.clone() };
    format!("{} {op} {value}", condition.column).trim_end().to_owned()
}
