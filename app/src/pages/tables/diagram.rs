//! Diagram.

use leptos::prelude::*;

use crate::components::PageHead;

/// Diagram.
#[component]
pub fn Diagram() -> impl IntoView {
    view! { <PageHead title="Diagram" /> }
}
