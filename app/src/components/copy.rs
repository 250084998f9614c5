//! Copying a text to the clipboard.

use leptos::{prelude::*, task::spawn_local};
use web_sys::wasm_bindgen::{JsCast as _, JsValue};

use super::Icon;

/// What became of the last press.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    None,
    Copied,
    Refused,
}

/// A button that copies a text. Needs scripts: style hides it until they are there.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the button is called, if "Copy" does not say enough.
    #[prop(optional, into)]
    label: Option<String>,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let outcome = RwSignal::new(Outcome::None);
    let press = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let copied = copy(&text).await;
            outcome.try_set(if copied { Outcome::Copied } else { Outcome::Refused });
        });
    };
    let words = move || match outcome.get() {
        Outcome::None => "Copy",
        Outcome::Copied => "Copied",
        Outcome::Refused => "Select and copy it by hand",
    };
    view! {
        <button type="button" class=format!("button small copy-button {class}") aria-label=label on:click=press>
            <Icon name="copy" /><span aria-live="polite">{words}</span>
        </button>
    }
}

/// Browsers have a clipboard for pages that came by TLS or from this machine; elsewhere the old command may still do.
async fn copy(text: &str) -> bool {
    let navigator: JsValue = window().navigator().into();
    let has_clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object());
    if has_clipboard {
        let written = window().navigator().clipboard().write_text(text);
        return wasm_bindgen_futures::JsFuture::from(written).await.is_ok();
    }
    copy_by_command(text).unwrap_or(false)
}

fn copy_by_command(text: &str) -> Option<bool> {
    let document = document().dyn_into::<web_sys::HtmlDocument>().ok()?;
    let area = document.create_element("textarea").ok()?.dyn_into::<web_sys::HtmlTextAreaElement>().ok()?;
    area.set_value(text);
    document.body()?.append_child(&area).ok()?;
    area.select();
    let copied = document.exec_command("copy").ok();
    area.remove();
    copied
}
