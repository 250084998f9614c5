//! Showing what a resource brings, or why it does not.

use leptos::{
    either::Either,
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use leptos_router::hooks::use_url;
use serde::{Serialize, de::DeserializeOwned};

use super::ErrorPage;
use crate::errors::Result;

/// What a page's server function brings, or why it does not.
pub type PageData<T> = Resource<Result<T>, PageJson>;

/// JSON, read from bytes as server functions read theirs: the browser needs the code for each type once, not twice.
pub struct PageJson;

impl<T: Serialize> Encoder<T> for PageJson {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for PageJson {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// The query of this page's address, without its question mark. Unlike the location's, it stays as it is while the person leaves
/// for another page: to fetch this page's data for that one's query would be in vain, and its answer might find this page gone.
#[must_use]
pub fn page_query() -> Memo<String> {
    let url = use_url();
    Memo::new(move |_| url.with(|url| url.search().to_owned()))
}

/// Calls the server function for the source as it is now, and again when it changes. The page waits for it.
#[track_caller]
pub fn page_data<S, T, Fut>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> Fut + Send + Sync + 'static,
) -> PageData<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Send + Sync + Serialize + DeserializeOwned + 'static,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    Resource::new_with_options(source, fetch, true)
}

/// The view of what a resource brings; while it is fetched anew, the old view stays; a failure is shown in its place.
pub fn loaded<T, V>(resource: PageData<T>, render: impl Fn(T) -> V + Clone + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    let fallback = || view! { <p class="loading" role="status">"Loading…"</p> };
    view! {
        <Transition fallback=fallback>
            {move || {
                let render = render.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => Either::Left(render(value)),
                        Err(error) => Either::Right(view! { <ErrorPage error=error /> }),
                    }
                })
            }}
        </Transition>
    }
}
