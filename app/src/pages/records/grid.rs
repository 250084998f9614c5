//! A table's rows.

use leptos::prelude::*;

use crate::components::PageHead;

/// A table's rows.
#[component]
pub fn Grid() -> impl IntoView {
    view! { <PageHead title="Table" /> }
}
