//! What the last action has to say.

use leptos::prelude::*;

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
        Flash::Failed(error) => view! {
            <div class="notice failed">
                <Icon name="warning" />
                <div>
                    <p>{error.message}</p>
                    {error.details.map(|details| view! { <p class="muted">{details}</p> })}
                    {error.hint.map(|hint| view! { <p class="muted">{hint}</p> })}
                </div>
            </div>
        }
        .into_any(),
    };
    view! { <div class="notices" role="status">{move || flash.get().map(body)}</div> }
}
