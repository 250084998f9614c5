//! Types.

use leptos::prelude::*;

use crate::components::PageHead;

/// Types.
#[component]
pub fn Types() -> impl IntoView {
    view! { <PageHead title="Types" /> }
}
