//! What keys do in the text area.

use std::time::Duration;

use leptos::prelude::*;

use super::editor::Editor;

/// While the list is open, arrows choose, Enter and Tab accept, Esc closes. Ctrl and the space bar open it.
pub(super) fn on_key(editor: Editor, event: &web_sys::KeyboardEvent) {
    // Enter also ends the composition of a character.
    if event.is_composing() {
        return;
    }
    if event.ctrl_key() && event.key() == " " {
        event.prevent_default();
        editor.list(true, Duration::ZERO);
        return;
    }
    if !editor.is_listing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let (count, chosen) = (editor.suggestions.with_untracked(|found| found.items.len()), editor.chosen.get_untracked());
    match event.key().as_str() {
        "ArrowDown" => editor.chosen.set((chosen + 1) % count),
        "ArrowUp" => editor.chosen.set((chosen + count - 1) % count),
        "Enter" | "Tab" if !event.shift_key() => {
            if let Some(suggestion) = editor.suggestions.with_untracked(|found| found.items.get(chosen).cloned()) {
                editor.accept(&suggestion);
            }
        }
        "Escape" => editor.close_list(),
        "ArrowLeft" | "ArrowRight" | "Home" | "End" => return editor.close_list(),
        _ => return,
    }
    event.prevent_default();
}
