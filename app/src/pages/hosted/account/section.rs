//! A part of the account's page.

use leptos::prelude::*;

/// A part of the page: what it is, a sentence on it, and a card with what there is to do.
#[component]
pub(super) fn Section(
    /// Its name in addresses.
    id: &'static str,
    /// Its title.
    title: &'static str,
    /// What it is good for.
    about: &'static str,
    /// What there is to do.
    children: Children,
) -> impl IntoView {
    let (title_id, labelled) = (format!("{id}-title"), format!("{id}-title"));
    view! {
        <section class="section hosted-section" id=id aria-labelledby=labelled>
            <div class="hosted-section-head">
                <h2 id=title_id>{title}</h2>
                <p class="muted small-text">{about}</p>
            </div>
            <div class="card stack">{children()}</div>
        </section>
    }
}
