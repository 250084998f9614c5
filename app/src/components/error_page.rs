//! What a page shows when it cannot show what it is for.

use leptos::prelude::*;
use leptos_meta::Title;
use tenon_model::Code;

use super::{Icon, PageHead};
use crate::AppError;

/// In place of a page or a part of it: what went wrong, and what to do about it.
#[component]
pub fn ErrorPage(
    /// What went wrong.
    error: AppError,
) -> impl IntoView {
    // The redirect to the sign-in page is on its way; there is nothing to read meanwhile.
    if error.error.code == Code::Unauthenticated {
        return view! { <p class="loading" role="status"><a href="/sign-in">"Sign in to go on."</a></p> }.into_any();
    }
    let title = match error.error.code {
        Code::UnknownTable | Code::UnknownColumn | Code::NotFound => "Not found",
        Code::Forbidden => "Not for this account",
        Code::Busy | Code::Timeout => "Try again in a moment",
        _ => "That did not work",
    };
    view! {
        <Title text=title />
        <section class="empty" role="alert">
            <Icon name="warning" />
            <h1>{title}</h1>
            <p>{error.error.message}</p>
            {error.error.details.map(|details| view! { <p class="muted">{details}</p> })}
            {error.error.hint.map(|hint| view! { <p class="muted">{hint}</p> })}
            <p><a class="button" href="/tables">"All tables"</a></p>
        </section>
    }
    .into_any()
}

/// The page for an address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::context::set_status(http::StatusCode::NOT_FOUND);
    view! {
        <Title text="Not found" />
        <main class="page lone">
            <PageHead title="Not found" />
            <section class="empty">
                <Icon name="search" />
                <h2>"There is no such page"</h2>
                <p>"The address may be mistyped, or what it named is gone."</p>
                <p><a class="button primary" href="/tables">"All tables"</a></p>
            </section>
        </main>
    }
}
