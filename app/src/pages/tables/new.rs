//! Table.

use leptos::prelude::*;

use crate::components::PageHead;

/// Table.
#[component]
pub fn NewTable() -> impl IntoView {
    view! { <PageHead title="New" /> }
}
