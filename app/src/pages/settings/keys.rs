//! Keys.

use leptos::prelude::*;

use crate::components::PageHead;

/// Keys.
#[component]
pub fn Keys() -> impl IntoView {
    view! { <PageHead title="Keys" /> }
}
