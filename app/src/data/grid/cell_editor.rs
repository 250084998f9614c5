//! The editor over a cell, by the column's type.

use leptos::{ev, html, prelude::*, task::spawn_local};
use web_sys::wasm_bindgen::JsCast as _;

use super::editor::{Edit, Session};
use crate::data::{
    column::{ColumnInfo, Kind, NativeInput},
    related::{Choice, find_related},
};

/// The editor over a cell. Enter saves and goes down, Tab saves and goes on, Esc leaves.
#[component]
pub(super) fn CellEditor(session: Session, edit: Edit) -> impl IntoView {
    let column = session.page.shown_columns().nth(edit.place.1).cloned();
    let Some(column) = column else { return ().into_any() };
    let box_ref = NodeRef::<html::Div>::new();
    let first = edit.text.clone();
    let value = RwSignal::new(first);
    let done = StoredValue::new(false);
    let save = {
        let (session, seen, place, column) = (session.clone(), edit.seen.clone(), edit.place, column.clone());
        move |then| session.save(place, seen.clone(), stored(&column, value.get_untracked()), then)
    };
    let on_key = {
        let (save, session) = (save.clone(), session.clone());
        move |event: web_sys::KeyboardEvent| {
            match event.key().as_str() {
                "Enter" if !event.shift_key() => save(Some(("ArrowDown", false))),
                "Tab" => save(Some(("Tab", event.shift_key()))),
                "Escape" => {
                    done.set_value(true);
                    session.leave();
                }
                _ => return,
            }
            event.prevent_default();
        }
    };
    let on_leave = {
        let (save, session) = (save.clone(), session.clone());
        move |event: web_sys::FocusEvent| {
            // An editor that is taken away loses the focus last of all: there is nothing left to save.
            if done.try_get_value().unwrap_or(true) {
                return;
            }
            let into = event.related_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
            let inside = into.is_some_and(|node| box_ref.get_untracked().is_some_and(|editor| editor.contains(Some(&node))));
            let busy = session.saving.get_untracked() || session.clash.with_untracked(Option::is_some);
            let failed = session.problem.with_untracked(Option::is_some);
            if !inside && !busy && !failed {
                save(None);
            }
        }
    };
    Effect::new(move |_| {
        let Some(editor) = box_ref.get() else { return };
        let Ok(Some(input)) = editor.query_selector("input, textarea, select") else { return };
        if let Some(input) = input.dyn_ref::<web_sys::HtmlElement>() {
            let _ = input.focus();
        }
        if let Some(input) = input.dyn_ref::<web_sys::HtmlInputElement>() {
            input.select();
        }
    });
    let set_null = {
        let save = save.clone();
        move |_| {
            value.set(None);
            save(None);
        }
    };
    let [left, top, width, height] = edit.area;
    let (problem, saving) = (session.problem, session.saving);
    let has_null = column.nullable && matches!(column.kind, Kind::Text | Kind::Json | Kind::Array);
    view! {
        <div
            class="cell-editor"
            class:saving=saving
            node_ref=box_ref
            style:left=format!("{left}px")
            style:top=format!("{top}px")
            style:min-width=format!("{width}px")
            style:min-height=format!("{height}px")
            on:keydown=on_key
            on:focusout=on_leave
        >
            {input(&session, &column, value)}
            {has_null.then(|| view! { <button type="button" class="cell-editor-null" on:click=set_null>"null"</button> })}
            {move || problem.get().map(|text| view! { <p class="cell-editor-problem" role="alert">{text}</p> })}
        </div>
    }
    .into_any()
}

/// What is stored for what was typed: nothing typed is null, except in texts.
fn stored(column: &ColumnInfo, typed: Option<String>) -> Option<String> {
    let typed = typed?;
    match column.kind {
        Kind::Text => Some(typed),
        _ if typed.trim().is_empty() => None,
        Kind::Moment if !typed.ends_with('Z') && !typed.contains('+') => Some(format!("{typed}+00:00")),
        _ => Some(typed),
    }
}

fn input(session: &Session, column: &ColumnInfo, value: RwSignal<Option<String>>) -> AnyView {
    let label = column.name.clone();
    let text = value.get_untracked().unwrap_or_default();
    let typed = move |event: ev::Event| value.set(Some(event_target_value(&event)));
    if column.reference.is_some() {
        return relation_input(session, column, value);
    }
    match &column.kind {
        Kind::Boolean => return choice_input(column, &["true".to_owned(), "false".to_owned()], value),
        Kind::Enum(values) => return choice_input(column, values, value),
        Kind::Json | Kind::Array => {
            return view! { <textarea class="code" rows="6" aria-label=label on:input=typed prop:value=text></textarea> }
                .into_any();
        }
        Kind::Text if text.len() > 60 || text.contains('\n') => {
            return view! { <textarea rows="5" aria-label=label on:input=typed prop:value=text></textarea> }.into_any();
        }
        _ => {}
    }
    let NativeInput { kind, step, text } = column.kind.native_input(text);
    let length = column.max_length.map(|n| n.to_string());
    view! { <input type=kind step=step maxlength=length aria-label=label autocomplete="off" on:input=typed prop:value=text /> }
        .into_any()
}

fn choice_input(column: &ColumnInfo, values: &[String], value: RwSignal<Option<String>>) -> AnyView {
    let now = value.get_untracked();
    let options = values
        .iter()
        .map(|v| view! { <option value=v.clone() selected=now.as_ref() == Some(v)>{v.clone()}</option> })
        .collect_view();
    let null = column.nullable.then(|| view! { <option value="" selected=now.is_none()>"null"</option> });
    let chosen = move |event: ev::Event| value.set(Some(event_target_value(&event)).filter(|v| !v.is_empty()));
    view! { <select aria-label=column.name.clone() on:change=chosen>{null}{options}</select> }.into_any()
}

/// A reference: its key, found by the words of the record it leads to.
fn relation_input(session: &Session, column: &ColumnInfo, value: RwSignal<Option<String>>) -> AnyView {
    let choices = RwSignal::new(Vec::<Choice>::new());
    let search = {
        let (table, column) = (session.page.table.clone(), column.name.clone());
        move |words: String| {
            let (table, column) = (table.clone(), column.clone());
            spawn_local(async move {
                if let Ok(found) = find_related(table, column, words).await {
                    choices.set(found);
                }
            });
        }
    };
    search(String::new());
    let typed = move |event: ev::Event| {
        let text = event_target_value(&event);
        value.set(Some(text.clone()));
        if !choices.with_untracked(|choices| choices.iter().any(|choice| choice.value == text)) {
            search(text);
        }
    };
    let options =
        move || choices.get().into_iter().map(|choice| view! { <option value=choice.value>{choice.label}</option> }).collect_view();
    let text = value.get_untracked().unwrap_or_default();
    view! {
        <input type="text" list="cell-choices" aria-label=column.name.clone() autocomplete="off" on:input=typed prop:value=text />
        <datalist id="cell-choices">{options}</datalist>
    }
    .into_any()
}
