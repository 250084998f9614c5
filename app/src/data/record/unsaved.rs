//! Asks before a page is left whose form holds what is saved nowhere.

use leptos::{ev, html::Form, prelude::*};
use wasm_bindgen::{JsCast as _, closure::Closure};

/// Guards a form. `unsaved` says that what it holds at first is saved nowhere either.
pub(super) fn guard(form: NodeRef<Form>, unsaved: bool) {
    Effect::new(move |_| {
        let Some(before) = form.get().as_ref().and_then(contents) else { return };
        let is_sent = StoredValue::new(false);
        let before = StoredValue::new(before);
        let is_dirty = move || {
            let changed = || form.get_untracked().as_ref().and_then(contents).is_some_and(|now| before.with_value(|b| now != *b));
            !is_sent.get_value() && (unsaved || changed())
        };
        let typed = window_event_listener(ev::input, move |_| is_sent.set_value(false));
        let sent = window_event_listener(ev::submit, move |event| is_sent.set_value(is_of_the_record(&event, form)));
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if is_dirty() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            typed.remove();
            sent.remove();
            leaving.remove();
        });
        hide_links_from_router(is_dirty);
    });
}

/// Everything the form would send.
fn contents(form: &web_sys::HtmlFormElement) -> Option<String> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    Some(String::from(web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?.to_string()))
}

/// Whether a form saves the record or deletes it: what is sent to this page, or is the form itself.
fn is_of_the_record(event: &web_sys::SubmitEvent, form: NodeRef<Form>) -> bool {
    let sent = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    sent.is_some_and(|sent| !sent.has_attribute("action") || form.get_untracked().is_some_and(|form| sent == **form))
}

/// While `is_dirty`, links are the browser's own: it asks, which it does not where the router puts another page in place.
/// The router listens at the window, so the document is the last that can keep a click from it.
fn hide_links_from_router(is_dirty: impl Fn() -> bool + 'static) {
    let hear = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_link = target.is_some_and(|target| matches!(target.closest("a[href]"), Ok(Some(_))));
        if is_link && is_dirty() {
            event.stop_propagation();
        }
    });
    let _ = document().add_event_listener_with_callback("click", hear.as_ref().unchecked_ref());
    let hear = StoredValue::new_local(hear);
    on_cleanup(move || {
        hear.with_value(|hear| {
            let _ = document().remove_event_listener_with_callback("click", hear.as_ref().unchecked_ref());
        });
    });
}
