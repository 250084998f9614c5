//! The records that refer to this one.

use leptos::prelude::*;

use super::model::RelatedList;
use crate::{
    components::Icon,
    data::{grid::cells_view::cell_view, urls},
    numbers::grouped,
};

/// A list a relation: its first records, how many there are, and the way to all.
#[component]
pub(super) fn RelatedLists(lists: Vec<RelatedList>) -> impl IntoView {
    let lists = lists.into_iter().map(related_list).collect_view();
    view! { <div class="related">{lists}</div> }
}

fn related_list(list: RelatedList) -> impl IntoView {
    let total = list.total();
    let page = list.page;
    let heads = page.shown_columns().map(|column| view! { <th scope="col">{column.name.clone()}</th> }).collect_view();
    let rows = page
        .rows
        .iter()
        .map(|row| {
            let open = page.keyed.then(|| {
                view! { <a href=urls::record(&page.table, &row.key) aria-label=format!("Open {}", row.key)><Icon name="external" /></a> }
            });
            let cells = page.shown_columns().zip(&row.cells).map(|(column, cell)| cell_view(column, cell)).collect_view();
            view! { <tr><td class="row-head">{open}</td>{cells}</tr> }
        })
        .collect_view();
    let body = if page.rows.is_empty() {
        view! { <p class="muted">"None yet."</p> }.into_any()
    } else {
        let label = format!("Records of {} that refer to this one", page.table);
        view! {
            <div class="related-frame" tabindex="0" role="region" aria-label=label>
                <table class="grid"><thead><tr><td class="row-head"></td>{heads}</tr></thead><tbody>{rows}</tbody></table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="related-list">
            <header>
                <h2><a href=list.href>{page.table.clone()}</a>" "<span class="count">{grouped(total)}</span></h2>
                <span class="muted">"by "{list.via}</span>
                <a class="button quiet small" href=list.new_href><Icon name="plus" />"Add"</a>
            </header>
            {body}
        </section>
    }
}
