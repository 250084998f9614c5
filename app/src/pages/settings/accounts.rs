//! Accounts.

use leptos::prelude::*;

use crate::components::PageHead;

/// Accounts.
#[component]
pub fn Accounts() -> impl IntoView {
    view! { <PageHead title="Accounts" /> }
}
