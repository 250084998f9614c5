//! Review.

use leptos::prelude::*;

use crate::components::PageHead;

/// Review.
#[component]
pub fn Review() -> impl IntoView {
    view! { <PageHead title="Schema" /> }
}
