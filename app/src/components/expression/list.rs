//! What the text could go on with.

use leptos::prelude::*;
use tenon_model::trial::{Suggestion, SuggestionKind};

use super::editor::Editor;

fn kind(kind: SuggestionKind) -> &'static str {
    match kind {
        SuggestionKind::Column => "column",
        SuggestionKind::Table => "table",
        SuggestionKind::Function => "function",
        SuggestionKind::Context => "who asks",
        SuggestionKind::Value => "value",
        SuggestionKind::Word => "word",
    }
}

/// The list; the text area keeps the focus.
#[component]
pub(super) fn List(editor: Editor, node: NodeRef<leptos::html::Ul>) -> impl IntoView {
    let id = format!("{}-list", editor.name);
    let items = move || {
        let all = editor.suggestions.with(|found| found.items.clone());
        all.into_iter().enumerate().map(|(n, item)| view! { <Item editor=editor n=n item=item /> }).collect_view()
    };
    let said = move || match editor.suggestions.with(|found| found.items.len()) {
        0 => String::new(),
        1 => "1 suggestion".to_owned(),
        many => format!("{many} suggestions"),
    };
    let hidden = move || editor.suggestions.with(|found| found.items.is_empty());
    view! {
        <ul id=id class="expression-list" role="listbox" aria-label="Suggestions" node_ref=node hidden=hidden>{items}</ul>
        <div class="visually-hidden" role="status">{said}</div>
    }
}

#[component]
fn Item(editor: Editor, n: usize, item: Suggestion) -> impl IntoView {
    let chosen = move || editor.chosen.get() == n;
    let accepted = item.clone();
    view! {
        <li
            id=format!("{}-option-{n}", editor.name)
            role="option"
            aria-selected=move || chosen().to_string()
            // The text area would lose the focus, and with it the list.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| editor.accept(&accepted)
        >
            <code>{item.label}</code>
            <span class="badge">{kind(item.kind)}</span>
            <span class="type">{item.detail}</span>
            {(!item.help.is_empty()).then(|| view! { <span class="muted small-text">{item.help}</span> })}
        </li>
    }
}
