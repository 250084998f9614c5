//! Below the grid: where one is, and the way on.

use std::sync::Arc;

use leptos::prelude::*;

use super::{model::GridPage, state::GridState};
use crate::components::Icon;
use crate::numbers::grouped;

/// Links to the other pages, and the total if it was asked for.
#[component]
pub(super) fn Pager(page: Arc<GridPage>, state: GridState) -> impl IntoView {
    let table = page.table.as_str();
    let count = page.rows.len() as u64;
    let first = (state.offset > 0).then(|| state.at(0).href(table));
    let previous = (state.offset > 0).then(|| state.at(state.offset.saturating_sub(state.limit)).href(table));
    let next = page.more.then(|| state.at(state.offset + state.limit).href(table));
    let last = page.total.and_then(|total| {
        let offset = total.saturating_sub(1) / state.limit * state.limit;
        (offset > state.offset).then(|| state.at(offset).href(table))
    });
    let range = if count == 0 {
        "No rows".to_owned()
    } else {
        format!("{}–{}", grouped(state.offset + 1), grouped(state.offset + count))
    };
    let total = match page.total {
        Some(total) => view! { <span>"of "{grouped(total)}</span> }.into_any(),
        None if !page.more && (count > 0 || state.offset == 0) => {
            view! { <span>"of "{grouped(state.offset + count)}</span> }.into_any()
        }
        None => {
            let href = GridState { count: true, ..state.clone() }.href(table);
            view! { <a class="pager-count" href=href rel="nofollow">"count rows"</a> }.into_any()
        }
    };
    view! {
        <nav class="pager" aria-label="Pages">
            <p class="pager-range"><span>{range}</span>" "{total}</p>
            <div class="pager-links">
                {first.map(|href| view! { <a class="button quiet" href=href>"First"</a> })}
                {step(previous, "chevron-left", "Previous page", "prev")}
                {step(next, "chevron-right", "Next page", "next")}
                {last.map(|href| view! { <a class="button quiet" href=href>"Last"</a> })}
            </div>
        </nav>
    }
}

fn step(href: Option<String>, icon: &'static str, label: &'static str, rel: &'static str) -> AnyView {
    match href {
        Some(href) => view! { <a class="button" href=href rel=rel aria-label=label title=label><Icon name=icon /></a> }.into_any(),
        None => view! { <span class="button disabled" aria-hidden="true"><Icon name=icon /></span> }.into_any(),
    }
}
