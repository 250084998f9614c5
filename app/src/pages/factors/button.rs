//! Buttons that need scripts, since only they reach an authenticator.

use leptos::{prelude::*, task::spawn_local};

use crate::components::Icon;

/// Where the browser goes next, or a sentence on what went wrong.
pub(crate) type Sentence = std::result::Result<String, String>;

type Work = std::pin::Pin<Box<dyn Future<Output = Sentence>>>;

/// What a press does.
pub(crate) fn boxed(work: impl Future<Output = Sentence> + 'static) -> Work {
    Box::pin(work)
}

/// Parts what the server asks into the challenge's id and the options for the browser.
pub(crate) fn parts(asked: &str) -> (String, String) {
    let asked: serde_json::Value = serde_json::from_str(asked).unwrap_or_default();
    (asked["challenge_id"].as_str().unwrap_or_default().to_owned(), asked["options"].to_string())
}

/// A button whose press ends at another address, or with a sentence on what went wrong. Style hides it without scripts.
#[component]
pub(crate) fn ScriptButton(
    /// What it says.
    text: String,
    /// What a press does.
    press: Callback<(), Work>,
) -> impl IntoView {
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(String::new()));
    let go = move |_| {
        busy.set(true);
        problem.set(String::new());
        let work = press.run(());
        spawn_local(async move {
            match work.await {
                Ok(address) => {
                    let _ = window().location().set_href(&address);
                }
                Err(sentence) => {
                    problem.try_set(sentence);
                    busy.try_set(false);
                }
            }
        });
    };
    view! {
        <div class="needs-scripts">
            <button class="button wide" type="button" disabled=move || busy.get() on:click=go>
                <Icon name="key" />
                {text}
            </button>
            <div aria-live="assertive">
                {move || Some(problem.get()).filter(|text| !text.is_empty()).map(|text| view! { <p class="field-error">{text}</p> })}
            </div>
        </div>
    }
}
