//! The wasm entry: takes over the pages that the server rendered.

// A page is one nested type.
#![recursion_limit = "512"]

use leptos::{mount::hydrate_from_async, prelude::document, tachys::dom::body};

/// Called by the page's script once the wasm has arrived.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    // The page's own part of the code may still be on its way.
    hydrate_from_async(body(), tenon_app::App).await.forget();
    // Style and tests can tell a page that answers from one that is still plain HTML.
    if let Some(html) = document().document_element() {
        _ = html.set_attribute("data-hydrated", "");
    }
}
