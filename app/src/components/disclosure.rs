//! Menus and panels made of `details`: they open without scripts; with scripts they also close as people expect.

use leptos::{ev, prelude::*};
use web_sys::wasm_bindgen::JsCast as _;

const OPEN: &str = "details.menu[open], details.panel[open]";

/// From now on Escape, and a press elsewhere, close an open menu or panel, wherever on the page it is.
pub(super) fn close_details() {
    Effect::new(move |_| {
        let pressed = window_event_listener(ev::pointerdown, |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            if let Some(open) = open_details().filter(|open| !open.contains(target.as_ref())) {
                let _ = open.remove_attribute("open");
            }
        });
        let escaped = window_event_listener(ev::keydown, |event| {
            if event.key() == "Escape"
                && let Some(open) = open_details()
            {
                let _ = open.remove_attribute("open");
                focus_summary(&open);
            }
        });
        on_cleanup(move || {
            pressed.remove();
            escaped.remove();
        });
    });
}

fn open_details() -> Option<web_sys::Element> {
    document().query_selector(OPEN).ok().flatten()
}

fn focus_summary(details: &web_sys::Element) {
    let summary = details.query_selector("summary").ok().flatten();
    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = summary.focus();
    }
}
