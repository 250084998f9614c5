//! A new record.

use leptos::prelude::*;

use crate::components::PageHead;

/// A new record.
#[component]
pub fn NewRecord() -> impl IntoView {
    view! { <PageHead title="New record" /> }
}
