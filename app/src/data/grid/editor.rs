//! Editing in place: a cell is selected, then edited; a save changes that row and nothing else on the page.

use std::sync::Arc;

use leptos::{ev, leptos_dom::helpers::window_event_listener, prelude::*};

use super::{
    cell_editor::CellEditor,
    conflict::ConflictDialog,
    model::{GridPage, GridRow},
    selection::{Place, mark, place_of},
    session::{Notice, Session},
};
use crate::{components::Icon, data::urls};

/// The selection and the editors of a grid. Without scripts there is nothing of it; records are then edited on their page.
#[component]
pub(super) fn GridEditor(
    page: Arc<GridPage>,
    frame: NodeRef<leptos::html::Div>,
    /// Tells that the frame was scrolled.
    scrolled: Trigger,
    rows: RwSignal<Vec<GridRow>>,
) -> impl IntoView {
    let table = page.table.clone();
    let session = Session::new(page, frame, scrolled, rows);
    follow(&session);
    let (for_editor, for_dialog, notice) = (session.clone(), session.clone(), session.notice);
    view! {
        {move || notice.get().map(|notice| notice_view(&table, notice))}
        {move || for_editor.edit.get().map(|edit| view! { <CellEditor session=for_editor.clone() edit=edit /> })}
        <ConflictDialog session=for_dialog />
    }
}

/// What is to be said of the page as a whole.
fn notice_view(table: &str, notice: Notice) -> AnyView {
    let reload = match &notice {
        // The address may name columns that are gone. The router would not read the same address again.
        Notice::Reshaped => Some(view! { <a href=urls::grid(table) rel="external">"Reload"</a> }),
        Notice::Failed(_) => None,
    };
    let text = match notice {
        Notice::Reshaped => "Saved. But the table’s structure has changed since this page was read. ".to_owned(),
        Notice::Failed(text) => text,
    };
    view! { <p class="grid-note" role="status"><Icon name="warning" /><span>{text}{reload}</span></p> }.into_any()
}

/// Hears the frame's events, and marks the selected cell.
fn follow(session: &Session) {
    let (frame, selected) = (session.frame, session.selected);
    let session = session.clone();
    Effect::new(move |_| {
        let Some(element) = frame.get() else { return };
        if let Ok(Some(table)) = element.query_selector("table") {
            let _ = table.set_attribute("role", "grid");
        }
        let (for_click, for_open, for_key) = (session.clone(), session.clone(), session.clone());
        let moved = session.scrolled;
        let click = window_event_listener(ev::click, move |event| {
            if let Some(place) = within(frame, &event) {
                for_click.selected.set(Some(place));
            }
        });
        let open = window_event_listener(ev::dblclick, move |event| {
            if let Some(place) = within(frame, &event) {
                for_open.open(place, None);
            }
        });
        let key = window_event_listener(ev::keydown, move |event| {
            if within(frame, &event).is_some() {
                for_key.on_key(&event);
            }
        });
        let scroll = window_event_listener(ev::scroll, move |_| moved.notify());
        let resize = window_event_listener(ev::resize, move |_| moved.notify());
        on_cleanup(move || {
            scroll.remove();
            resize.remove();
            click.remove();
            open.remove();
            key.remove();
        });
    });
    Effect::new(move |_| {
        let place = selected.get();
        if let Some(element) = frame.get_untracked() {
            mark(&element, place);
        }
    });
}

/// The place of the cell of this grid that an event happened in.
fn within(frame: NodeRef<leptos::html::Div>, event: &web_sys::Event) -> Option<Place> {
    use web_sys::wasm_bindgen::JsCast as _;
    let target = event.target()?.dyn_into::<web_sys::Node>().ok()?;
    frame.get_untracked()?.contains(Some(&target)).then(|| place_of(event))?
}
