//! What each part of the expression comes to for the chosen row.

use leptos::prelude::*;
use tenon_model::trial::{Outcome, Part};

use super::editor::{Editor, Tried, cut};

/// A value as it is read: its class and its text.
pub(super) fn shown(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Value(text) if text == "true" => ("holds", text.clone()),
        Outcome::Value(text) if text == "false" => ("fails", text.clone()),
        Outcome::Value(text) if text.is_empty() => ("", "(empty)".to_owned()),
        Outcome::Value(text) => ("", text.clone()),
        Outcome::Null => ("unknown", "null".to_owned()),
        Outcome::Failed(message) => ("failed", message.clone()),
    }
}

#[component]
pub(super) fn Parts(editor: Editor) -> impl IntoView {
    let list = move || {
        let Tried { text, trial } = editor.tried.get()?;
        if trial.parts.is_empty() {
            return None;
        }
        let title = format!("What each part is for row {}", trial.row + 1);
        let items = trial.parts.into_iter().map(|part| view! { <Item editor=editor text=cut(&text, part.span) part=part /> });
        Some(view! { <ul class="expression-parts" aria-label=title>{items.collect_view()}</ul> })
    };
    view! { {list} }
}

#[component]
fn Item(editor: Editor, text: String, part: Part) -> impl IntoView {
    let span = part.span;
    let (class, value) = shown(&part.outcome);
    let here = move || editor.part_at_cursor() == Some(span);
    let depth = part.depth.min(8);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    view! {
        <li
            class=format!("depth-{depth}")
            class:here=here
            on:mouseenter=move |_| editor.marked.set(Some(span))
            on:mouseleave=move |_| editor.marked.set(None)
        >
            <code class="part">{line}</code>
            <span class=format!("verdict {class}")>{value}</span>
            <span class="type">{part.data_type}</span>
        </li>
    }
}
