//! How programs reach a table.

use leptos::prelude::*;

use crate::components::PageHead;

/// How programs reach a table.
#[component]
pub fn ApiPage() -> impl IntoView {
    view! { <PageHead title="API" /> }
}
