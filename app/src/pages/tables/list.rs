//! Tables.

use leptos::prelude::*;

use crate::components::PageHead;

/// Tables.
#[component]
pub fn TableList() -> impl IntoView {
    view! { <PageHead title="Tables" /> }
}
