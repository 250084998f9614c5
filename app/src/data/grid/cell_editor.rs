//! The editor over a cell.

use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement, wasm_bindgen::JsCast as _};

use super::{
    above,
    cell_input::input,
    selection::cell_at,
    session::{Edit, Next, Session},
};
use crate::data::column::Kind;

/// The editor over a cell. Enter saves and goes down, Tab saves and goes on, Esc leaves; so does a click elsewhere, which
/// saves too.
#[component]
pub(super) fn CellEditor(session: Session, edit: Edit) -> impl IntoView {
    let Some(column) = session.column(edit.place).cloned() else { return ().into_any() };
    let (for_key, for_leave, for_null) = (session.clone(), session.clone(), session.clone());
    stand(&session, edit);
    let set_null = move |_| {
        for_null.type_in(None);
        for_null.commit(Next::Stay);
    };
    let (problem, saving) = (session.problem, session.saving);
    let has_null = column.nullable && matches!(column.kind, Kind::Text | Kind::Json | Kind::Array);
    view! {
        <div
            class="cell-editor"
            class:saving=saving
            popover="manual"
            node_ref=session.editor
            on:keydown=move |event| on_key(&for_key, &event)
            on:focusout=move |event| on_leave(&for_leave, &event)
        >
            <div class="cell-editor-field">
                {input(&session, &column)}
                {has_null.then(|| view! { <button type="button" class="cell-editor-null" on:click=set_null>"null"</button> })}
            </div>
            {move || problem.get().map(|text| view! { <p class="cell-editor-problem" role="alert">{text}</p> })}
        </div>
    }
    .into_any()
}

/// Shows the editor above its cell, and keeps it there.
fn stand(session: &Session, edit: Edit) {
    let (session, place) = (session.clone(), edit.place);
    let (editor, frame, scrolled, problem) = (session.editor, session.frame, session.scrolled, session.problem);
    let put = move || {
        // A frame of the window later the page may be gone.
        let (Some(editor), Some(frame)) = (editor.try_get_untracked().flatten(), frame.try_get_untracked().flatten()) else {
            return;
        };
        if let Some(cell) = cell_at(&frame, place) {
            above::put(&editor, &cell, &frame);
        }
    };
    Effect::new(move |_| {
        let Some(editor) = editor.get() else { return };
        let _ = editor.show_popover();
        put();
        if let Some(input) = session.input() {
            take_focus(&input, edit.typed);
        }
    });
    Effect::new(move |_| {
        scrolled.track();
        // A problem makes the editor higher, once it is drawn.
        problem.track();
        request_animation_frame(put);
    });
}

/// The value is marked, so that typing replaces it; after what was typed already, more of it goes on.
fn take_focus(input: &HtmlElement, typed: bool) {
    let _ = input.focus();
    if let Some(input) = input.dyn_ref::<HtmlInputElement>() {
        if !typed {
            input.select();
        } else if input.type_() == "text" {
            let end = u32::try_from(input.value().encode_utf16().count()).unwrap_or(0);
            let _ = input.set_selection_range(end, end);
        }
    } else if let Some(area) = input.dyn_ref::<HtmlTextAreaElement>()
        && typed
    {
        let end = u32::try_from(area.value().encode_utf16().count()).unwrap_or(0);
        let _ = area.set_selection_range(end, end);
    }
}

fn on_key(session: &Session, event: &web_sys::KeyboardEvent) {
    // Enter also ends the composition of a character.
    if event.is_composing() {
        return;
    }
    match event.key().as_str() {
        "Enter" if !event.shift_key() => session.commit(Next::Go("ArrowDown", false)),
        "Tab" => session.commit(Next::Go("Tab", event.shift_key())),
        "Escape" => session.leave(),
        _ => return,
    }
    event.prevent_default();
}

/// Saves when the focus leaves the editor. A value that was refused stays there until it is changed or left with Esc.
fn on_leave(session: &Session, event: &web_sys::FocusEvent) {
    // An editor that is taken away loses the focus last of all: there is nothing left to save.
    if session.edit.try_get_untracked().flatten().is_none() {
        return;
    }
    let into = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    let inside = into.is_some_and(|node| session.editor.get_untracked().is_some_and(|editor| editor.contains(Some(&node))));
    if !inside && session.problem.with_untracked(Option::is_none) {
        session.commit(Next::Stay);
    }
}
