//! One record and what is related to it.

use leptos::prelude::*;

use crate::components::PageHead;

/// One record and what is related to it.
#[component]
pub fn RecordPage() -> impl IntoView {
    view! { <PageHead title="Record" /> }
}
