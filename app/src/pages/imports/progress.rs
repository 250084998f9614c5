//! An import that runs or has run.

use leptos::prelude::*;

use crate::components::PageHead;

/// An import that runs or has run.
#[component]
pub fn ImportProgress() -> impl IntoView {
    view! { <PageHead title="Import" /> }
}
