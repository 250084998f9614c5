//! What the last action has to say.

use leptos::prelude::*;
use tenon_model::Error;

use super::Icon;
use crate::flash::{Flash, use_flash};

/// The message of the last action. Announced by screen readers; a person can put it away.
#[component]
pub fn Notice() -> impl IntoView {
    let flash = use_flash();
    let body = move |message: Flash| match message {
        Flash::Done(text) => view! {
            <div class="notice done"><Icon name="check" /><p>{text}</p></div>
        }
        .into_any(),
        Flash::Failed(error) => view! { <Failure error=error announced=false /> }.into_any(),
    };
    view! { <div class="notices" role="status">{move || flash.get().map(body)}</div> }
}

/// A failure: what went wrong, and what to do about it.
#[component]
pub fn Failure(
    /// What went wrong.
    #[prop(into)]
    error: Error,
    /// Whether screen readers announce it by itself; what it stands in may do so already.
    #[prop(default = true)]
    announced: bool,
) -> impl IntoView {
    view! {
        <div class="notice failed" role=announced.then_some("alert")>
            <Icon name="warning" />
            <div>
                <p>{error.message}</p>
                {error.details.map(|details| view! { <p class="muted">{details}</p> })}
                {error.hint.map(|hint| view! { <p class="muted">{hint}</p> })}
            </div>
        </div>
    }
}
