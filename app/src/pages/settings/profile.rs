//! Profile.

use leptos::prelude::*;

use crate::components::PageHead;

/// Profile.
#[component]
pub fn Profile() -> impl IntoView {
    view! { <PageHead title="Profile" /> }
}
