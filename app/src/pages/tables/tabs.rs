//! What there is to see of a table.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::paths;

/// The tabs of a table's pages.
#[component]
pub fn TableTabs(
    /// The table.
    #[prop(into)]
    table: String,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label="Table">
            <ul>
                <li><A href=paths::table(&table) exact=true>"Data"</A></li>
                <li><A href=paths::structure(&table)>"Structure"</A></li>
                <li><A href=paths::policies(&table)>"Policies"</A></li>
                <li><A href=paths::states(&table)>"States"</A></li>
                <li><a href=format!("/api?table={}", paths::encode(&table))>"API"</a></li>
            </ul>
        </nav>
    }
}
