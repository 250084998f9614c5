//! Every table as programs see it.

use leptos::prelude::*;

use super::model::ApiTable;
use crate::data::urls;

/// The reference: a table a section, closed until it is wanted.
#[component]
pub(super) fn Reference(tables: Vec<ApiTable>) -> impl IntoView {
    let tables = tables.into_iter().map(table_view).collect_view();
    view! {
        <section class="section" aria-labelledby="api-tables">
            <h2 id="api-tables">"Tables"</h2>
            <div class="api-tables">{tables}</div>
        </section>
    }
}

fn table_view(table: ApiTable) -> impl IntoView {
    let columns = table
        .columns
        .into_iter()
        .map(|column| {
            let note = match (&column.reference, column.key, column.default, column.nullable) {
                (Some(reference), ..) => format!("→ {}.{}", reference.table, reference.column),
                (None, true, ..) => "primary key".to_owned(),
                (None, false, Some(default), _) => format!("default {default}"),
                (None, false, None, false) => "required".to_owned(),
                _ => String::new(),
            };
            view! {
                <tr>
                    <th scope="row"><code>{column.name}</code></th>
                    <td class="type">{column.type_name}</td>
                    <td class="muted">{note}</td>
                    <td class="muted">{column.comment}</td>
                </tr>
            }
        })
        .collect_view();
    let path = format!("/rest/v1/{}", urls::segment(&table.name));
    let open = format!("/api?{}", urls::query([("table", table.name.as_str())]));
    view! {
        <details class="api-table">
            <summary>
                <strong>{table.name.clone()}</strong>
                <code class="muted">{path}</code>
                <span class="api-operations">{operations("publishable", table.anon)}{operations("signed in", table.authenticated)}</span>
            </summary>
            {table.comment.map(|comment| view! { <p class="muted">{comment}</p> })}
            <div class="table-wrap" tabindex="0" role="region" aria-label=format!("Columns of {}", table.name)>
                <table class="table">
                    <thead><tr><th scope="col">"Column"</th><th scope="col">"Type"</th><th scope="col">"Means"</th><th scope="col">"Comment"</th></tr></thead>
                    <tbody>{columns}</tbody>
                </table>
            </div>
            <p><a class="button small" href=open>"Show the call"</a></p>
        </details>
    }
}

/// What a role may do; the secret key may do everything.
fn operations(role: &'static str, may: [bool; 4]) -> impl IntoView {
    let words: Vec<&str> =
        ["read", "add", "change", "remove"].into_iter().zip(may).filter(|(_, may)| *may).map(|(word, _)| word).collect();
    let text = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
    let tone = if words.is_empty() { "badge" } else { "badge accent" };
    view! { <span class=tone>{role}": "{text}</span> }
}
