//! History.

use leptos::prelude::*;

use crate::components::PageHead;

/// History.
#[component]
pub fn History() -> impl IntoView {
    view! { <PageHead title="History" /> }
}
