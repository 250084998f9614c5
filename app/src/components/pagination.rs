//! Going through pages of rows.

use leptos::prelude::*;

use super::Icon;

/// Links to the page before and the page after; an absent address is a link that leads nowhere.
#[component]
pub fn Pagination(
    /// Which rows are shown, e.g. `1–100 of 336,776`.
    #[prop(into)]
    summary: Signal<String>,
    /// The address of the page before.
    #[prop(into)]
    previous: Signal<Option<String>>,
    /// The address of the page after.
    #[prop(into)]
    next: Signal<Option<String>>,
) -> impl IntoView {
    let link = |href: Signal<Option<String>>, label: &'static str, icon: &'static str, rel: &'static str| {
        view! {
            <a
                class="button icon-only"
                rel=rel
                href=move || href.get()
                // Without an address it is no link by itself, and could not be disabled nor have a name.
                role=move || href.with(Option::is_none).then_some("link")
                aria-disabled=move || href.with(Option::is_none).then_some("true")
                aria-label=label
                title=label
            >
                <Icon name=icon />
            </a>
        }
    };
    view! {
        <nav class="pagination" aria-label="Pages">
            <span class="muted numbers">{summary}</span>
            {link(previous, "Previous page", "chevron-left", "prev")}
            {link(next, "Next page", "chevron-right", "next")}
        </nav>
    }
}
