//! Forms that work without scripts: a post that fails comes back to its page with the failure in the address.

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_router::hooks::use_query_map;

use super::Failure;
use crate::AppError;

/// The failure of the last post to the server function at `path`, if it came back to this page.
#[must_use]
pub fn form_error(path: &'static str) -> Memo<Option<AppError>> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let is_own = query.get_str("__path") == Some(path);
            is_own.then(|| query.get_str("__err").map(ServerFnUrlError::<AppError>::decode_err)).flatten()
        })
    })
}

/// What was wrong with a form, above it. Fields that have their own message show it themselves.
#[component]
pub fn ErrorSummary(
    /// The failure, if any.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    move || error.get().map(|AppError { error, .. }| view! { <Failure error=error /> })
}
