//! The wasm entry: takes over the pages that the server rendered.

// A page is one nested type.
#![recursion_limit = "512"]

/// Called by the page's script once the wasm has arrived.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(tenon_app::App);
    // Style and tests can tell a page that answers from one that is still plain HTML.
    if let Some(html) = leptos::prelude::document().document_element() {
        _ = html.set_attribute("data-hydrated", "");
    }
}
