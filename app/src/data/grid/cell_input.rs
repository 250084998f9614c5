//! What a cell's editor consists of, by the column's type.

use leptos::{ev, prelude::*, task::spawn_local};

use super::session::Session;
use crate::data::{
    column::{ColumnInfo, Kind, NativeInput},
    related::{Choice, find_related},
};

/// The input of the open editor.
pub(super) fn input(session: &Session, column: &ColumnInfo) -> AnyView {
    let label = column.name.clone();
    let text = session.draft.get_untracked().unwrap_or_default();
    if column.reference.is_some() {
        return relation_input(session, column, text);
    }
    match &column.kind {
        Kind::Boolean => return choice_input(session, column, &["true".to_owned(), "false".to_owned()]),
        Kind::Enum(values) => {
            let reachable = column.state.as_ref().map(|graph| graph.reachable(&text));
            return choice_input(session, column, reachable.as_ref().unwrap_or(values));
        }
        _ => {}
    }
    let typed = typed(session);
    match &column.kind {
        Kind::Json | Kind::Array => {
            view! { <textarea class="code" rows="6" aria-label=label on:input=typed prop:value=text></textarea> }.into_any()
        }
        Kind::Text if text.len() > 60 || text.contains('\n') => {
            view! { <textarea rows="5" aria-label=label on:input=typed prop:value=text></textarea> }.into_any()
        }
        // The browser's own input of numbers takes no beginning of one, and gives nothing for what it does not understand.
        Kind::Integer | Kind::Number => view! {
            <input type="text" inputmode="decimal" class="figures" aria-label=label autocomplete="off" on:input=typed prop:value=text />
        }
        .into_any(),
        kind => {
            let NativeInput { kind, step, text } = kind.native_input(text);
            let length = column.max_length.map(|n| n.to_string());
            view! { <input type=kind step=step maxlength=length aria-label=label autocomplete="off" on:input=typed prop:value=text /> }
                .into_any()
        }
    }
}

fn typed(session: &Session) -> impl Fn(ev::Event) + use<> {
    let session = session.clone();
    move |event| session.type_in(Some(event_target_value(&event)))
}

fn choice_input(session: &Session, column: &ColumnInfo, values: &[String]) -> AnyView {
    let now = session.draft.get_untracked();
    let options = values
        .iter()
        .map(|v| view! { <option value=v.clone() selected=now.as_ref() == Some(v)>{v.clone()}</option> })
        .collect_view();
    let null = column.nullable.then(|| view! { <option value="" selected=now.is_none()>"null"</option> });
    let session = session.clone();
    let chosen = move |event: ev::Event| session.type_in(Some(event_target_value(&event)).filter(|v| !v.is_empty()));
    view! { <select aria-label=column.name.clone() on:change=chosen>{null}{options}</select> }.into_any()
}

/// A reference: its key, found by the words of the record it leads to.
fn relation_input(session: &Session, column: &ColumnInfo, text: String) -> AnyView {
    let choices = RwSignal::new(Vec::<Choice>::new());
    let latest = StoredValue::new(String::new());
    let search = {
        let (table, column, seen_as) = (session.page.table.clone(), column.name.clone(), session.page.seen_as.clone());
        move |words: String| {
            let (table, column, seen_as) = (table.clone(), column.clone(), seen_as.clone());
            latest.set_value(words.clone());
            spawn_local(async move {
                let found = find_related(table, column, words.clone(), seen_as).await;
                // Answers may come in another order than questions, or after the editor is gone.
                if let Ok(found) = found
                    && latest.try_get_value() == Some(words)
                {
                    choices.set(found);
                }
            });
        }
    };
    search(if session.edit.with_untracked(|edit| edit.as_ref().is_some_and(|edit| edit.typed)) {
        text.clone()
    } else {
        String::new()
    });
    let session = session.clone();
    let typed = move |event: ev::Event| {
        let text = event_target_value(&event);
        session.type_in(Some(text.clone()));
        if !choices.with_untracked(|choices| choices.iter().any(|choice| choice.value == text)) {
            search(text);
        }
    };
    let options =
        move || choices.get().into_iter().map(|choice| view! { <option value=choice.value>{choice.label}</option> }).collect_view();
    view! {
        <input type="text" list="cell-choices" aria-label=column.name.clone() autocomplete="off" on:input=typed prop:value=text />
        <datalist id="cell-choices">{options}</datalist>
    }
    .into_any()
}
