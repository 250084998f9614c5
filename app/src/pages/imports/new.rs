//! A file to import.

use leptos::prelude::*;

use crate::components::PageHead;

/// A file to import.
#[component]
pub fn NewImport() -> impl IntoView {
    view! { <PageHead title="Import" /> }
}
