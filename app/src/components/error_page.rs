//! What a page shows when it cannot show what it is for.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
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
            <WaysOut code=error.error.code />
        </section>
    }
    .into_any()
}

/// Where to go from here.
#[component]
fn WaysOut(code: Code) -> impl IntoView {
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let near = nearest(&path, &search, code).map(|(href, text)| view! { <a class="button primary" href=href>{text}</a> });
    view! { <p class="actions">{near}<a class="button" href="/tables">"All tables"</a></p> }
}

/// The table that a page belongs to: address and text of a link. A view of it that does not work leads to all of it.
fn nearest(path: &str, search: &str, code: Code) -> Option<(String, &'static str)> {
    let mut segments = path.strip_prefix("/tables/")?.split('/').filter(|segment| !segment.is_empty());
    let table = segments.next().filter(|table| *table != "new" && code != Code::UnknownTable)?;
    let text = match (segments.next(), search.trim_start_matches('?')) {
        (Some(_), _) => "Back to the table",
        (None, "") => return None,
        (None, _) => "Show all records",
    };
    Some((format!("/tables/{table}"), text))
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

#[cfg(test)]
mod tests {
    use tenon_model::Code;

    use super::nearest;

    #[test]
    fn a_page_of_a_table_leads_back_to_it() {
        let way = |path, search| nearest(path, search, Code::NotFound);
        assert_eq!(way("/tables/a%20b/records/1", ""), Some(("/tables/a%20b".to_owned(), "Back to the table")));
        assert_eq!(way("/tables/t/new", "from=1"), Some(("/tables/t".to_owned(), "Back to the table")));
        assert_eq!(way("/tables/t", "?filter=x"), Some(("/tables/t".to_owned(), "Show all records")));
        assert_eq!(way("/tables/t", ""), None);
        assert_eq!(way("/tables/new", "x=1"), None);
        assert_eq!(way("/settings/keys", ""), None);
        assert_eq!(nearest("/tables/t", "filter=x", Code::UnknownTable), None);
    }
}
