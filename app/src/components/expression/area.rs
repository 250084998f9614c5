//! The text area with its marks and its list.

use leptos::prelude::*;

use super::{editor::Editor, ink::Ink, keys::on_key, list::List};
use crate::components::area_text;

#[component]
pub(super) fn Area(editor: Editor, value: String, refused: bool) -> impl IntoView {
    let name = editor.name;
    let (ink, caret, list) = (NodeRef::new(), NodeRef::<leptos::html::Span>::new(), NodeRef::<leptos::html::Ul>::new());
    let described = if refused { format!("{name}-error {name}-hint") } else { format!("{name}-hint") };
    let rows = value.lines().count().clamp(2, 12).to_string();
    let at = |area: &web_sys::HtmlTextAreaElement| area.selection_start().ok().flatten().unwrap_or(0);
    let on_input = move |_| {
        if let Some(area) = editor.area.get_untracked() {
            editor.write(area.value(), at(&area));
        }
    };
    let on_move = move || {
        if let Some(area) = editor.area.get_untracked() {
            editor.cursor.set(at(&area));
        }
    };
    let on_scroll = move |_| follow(editor, ink);
    let active = move || {
        let chosen = editor.chosen.get();
        editor.suggestions.with(|found| found.items.get(chosen).map(|_| format!("{name}-option-{chosen}")))
    };
    stand(editor, caret, list);
    let invalid = move || (refused && !editor.touched.get() || editor.problem().is_some()).then_some("true");
    view! {
        <div class="expression-area">
            <Ink editor=editor ink=ink caret=caret />
            <textarea
                id=name
                name=name
                class="code"
                rows=rows
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                node_ref=editor.area
                aria-invalid=invalid
                aria-describedby=described
                aria-autocomplete="list"
                aria-controls=format!("{name}-list")
                aria-activedescendant=active
                on:input=on_input
                on:keydown=move |event| on_key(editor, &event)
                on:keyup=move |_| on_move()
                on:click=move |_| {
                    editor.close_list();
                    on_move();
                }
                on:blur=move |_| editor.close_list()
                on:scroll=on_scroll
            >
                {area_text(value)}
            </textarea>
            <List editor=editor node=list />
        </div>
    }
}

/// The marks scroll with the text.
fn follow(editor: Editor, ink: NodeRef<leptos::html::Div>) {
    if let (Some(area), Some(ink)) = (editor.area.get_untracked(), ink.get_untracked()) {
        ink.set_scroll_top(area.scroll_top());
    }
}

/// The list stands under the word that is being written.
fn stand(editor: Editor, caret: NodeRef<leptos::html::Span>, list: NodeRef<leptos::html::Ul>) {
    Effect::new(move |_| {
        if editor.suggestions.with(|found| found.items.is_empty()) {
            return;
        }
        // Once the marks are drawn anew.
        request_animation_frame(move || {
            let (Some(caret), Some(list), Some(area)) = (
                caret.try_get_untracked().flatten(),
                list.try_get_untracked().flatten(),
                editor.area.try_get_untracked().flatten(),
            ) else {
                return;
            };
            let width = area.offset_width();
            let left = caret.offset_left().min(width - list.offset_width()).max(0);
            let top = (caret.offset_top() + caret.offset_height() - area.scroll_top()).clamp(0, area.offset_height());
            let style = web_sys::HtmlElement::style(&list);
            let _ = style.set_property("left", &format!("{left}px"));
            let _ = style.set_property("top", &format!("{}px", top + 2));
        });
    });
}
