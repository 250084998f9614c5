//! Structure.

use leptos::prelude::*;

use crate::components::PageHead;

/// Structure.
#[component]
pub fn Structure() -> impl IntoView {
    view! { <PageHead title="Structure" /> }
}
