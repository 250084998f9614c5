//! Showing what a resource brings, or why it does not.

use leptos::{either::Either, prelude::*};
use serde::{Deserialize, Serialize};

use super::ErrorPage;
use crate::errors::Result;

/// The view of what a resource brings; while it is fetched anew, the old view stays; a failure is shown in its place.
pub fn loaded<T, V>(resource: Resource<Result<T>>, render: impl Fn(T) -> V + Clone + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + for<'de> Deserialize<'de> + 'static,
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
