//! A form that describes a change, and leads to its review.

use leptos::prelude::*;

use crate::paths;

/// A form whose answer is the page that shows what the change would do.
#[component]
pub(super) fn Panel(
    /// What the form is for.
    #[prop(into)]
    title: String,
    /// The change's name, the form's field `do`.
    change: &'static str,
    /// The table.
    table: String,
    /// The column, for changes of one.
    #[prop(optional, into)]
    column: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let back = paths::structure(&table);
    view! {
        <form class="card stack" method="get" action="/schema" aria-label=title>
            <h3>{title.clone()}</h3>
            <input type="hidden" name="do" value=change />
            <input type="hidden" name="table" value=table />
            {(!column.is_empty()).then(|| view! { <input type="hidden" name="column" value=column /> })}
            {children()}
            <div class="row end">
                <a class="button quiet" href=back>"Cancel"</a>
                <button class="button primary" type="submit">"Review"</button>
            </div>
        </form>
    }
}

/// A small button that leads to the review of a change that needs no form.
#[component]
pub(super) fn ChangeLink(
    /// What a screen reader says.
    #[prop(into)]
    label: String,
    /// The change and its fields, as an address's query.
    query: String,
    /// The button's text.
    text: &'static str,
) -> impl IntoView {
    view! { <a class="button quiet small danger" href=format!("/schema?{query}") aria-label=label>{text}</a> }
}

/// Boxes to choose columns by.
#[component]
pub(super) fn ColumnBoxes(
    /// The columns' names.
    columns: Vec<String>,
    /// Those that are chosen.
    #[prop(optional)]
    chosen: Vec<String>,
) -> impl IntoView {
    let boxes = columns
        .into_iter()
        .map(|name| {
            let checked = chosen.contains(&name);
            view! {
                <label class="check">
                    <input type="checkbox" name="columns" value=name.clone() checked=checked />
                    <span>{name}</span>
                </label>
            }
        })
        .collect_view();
    view! { <fieldset><legend>"Columns"</legend><div class="row">{boxes}</div></fieldset> }
}
