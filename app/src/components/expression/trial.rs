//! The expression on the table's rows: how many it holds for, and what it says of each. Every button also works without scripts:
//! it sends the form and the page comes back with the answer.

use leptos::{prelude::*, task::spawn_local};
use tenon_model::trial::{Counts, Show, Trial, TriedRow};

use super::{
    editor::Editor,
    parts::{Parts, shown},
    server::find_people,
};
use crate::numbers::grouped;

/// What a button asks for without scripts: the field, which rows, which page of them, which row's parts.
fn asked(name: &str, show: Show, page: u32, row: u32) -> String {
    format!("{name}:{}:{page}:{row}", show.name())
}

#[component]
pub(super) fn TrialPanel(editor: Editor, people: Vec<String>, rows_label: &'static str) -> impl IntoView {
    let open = RwSignal::new(editor.tried.with_untracked(Option::is_some));
    Effect::new(move |_| {
        if editor.touched.get() {
            open.set(true);
        }
    });
    let summary = move || editor.tried.with(|tried| tried.as_ref().map(|tried| told(&tried.trial)));
    let note = move || {
        let note = editor.tried.with(|tried| tried.as_ref().and_then(|tried| tried.trial.note.clone()));
        let text = editor.failure.get().or(note)?;
        Some(view! { <p class="field-error">{text}</p> })
    };
    view! {
        <details class="fold expression-trial" open=move || open.get()>
            <summary>"Try it on rows "<span class="muted numbers" aria-live="polite">{summary}</span></summary>
            <div class="fold-body stack">
                <Person editor=editor people=people />
                <Filter editor=editor />
                {note}
                <Rows editor=editor label=rows_label />
                <Parts editor=editor />
            </div>
        </details>
    }
}

/// `3 true, 1 false, 2 null`.
fn told(trial: &Trial) -> String {
    let Some(Counts { holds, fails, unknown, partial }) = trial.counts else { return String::new() };
    let more = if partial { " of the first rows" } else { "" };
    format!("{} true, {} false, {} null{more}", grouped(holds), grouped(fails), grouped(unknown))
}

/// For whom.
#[component]
fn Person(editor: Editor, people: Vec<String>) -> impl IntoView {
    const ROLES: [(&str, &str); 3] =
        [("anon", "the publishable key"), ("stranger", "somebody who has just signed up"), ("service_role", "the secret key")];
    let (id, list) = (format!("{}.who", editor.name), format!("{}-people", editor.name));
    let people = RwSignal::new(people);
    let find = move |text: String| {
        spawn_local(async move {
            if let Ok(found) = find_people(text.clone()).await {
                if found.contains(&text) {
                    editor.who.try_set(text);
                }
                people.try_set(found);
            }
        });
    };
    let on_input = move |event| {
        let text = event_target_value(&event);
        // Half a name is nobody: it is taken once it is whole, or when the field is left.
        find(text.clone());
        if ROLES.iter().any(|(role, _)| *role == text) {
            editor.who.set(text);
        }
    };
    let roles = ROLES.map(|(value, text)| view! { <option value=value>{text}</option> }).collect_view();
    let options = move || people.get().into_iter().map(|email| view! { <option value=email></option> }).collect_view();
    view! {
        <div class="row expression-who">
            <label for=id.clone()>"Try it as"</label>
            <input
                id=id.clone()
                name=id
                list=list.clone()
                autocomplete="off"
                placeholder="anon, stranger, or a user's address"
                value=editor.who.get_untracked()
                on:input=on_input
                on:change=move |event| editor.who.set(event_target_value(&event))
            />
            <datalist id=list>{roles}{options}</datalist>
            <button class="button small" type="submit" name="try" value=asked(editor.name, Show::All, 0, 0) on:click=move |event| {
                event.prevent_default();
                editor.touched.set(true);
                editor.page.set(0);
                editor.text.notify();
            }>"Check"</button>
        </div>
    }
}

/// Which rows.
#[component]
fn Filter(editor: Editor) -> impl IntoView {
    let shown = move || editor.tried.with(|tried| tried.as_ref().is_some_and(|tried| tried.trial.condition));
    let buttons = move || {
        let button = |(show, name): (Show, &'static str)| {
            view! {
                <button
                    class="button small"
                    type="submit"
                    name="try"
                    value=asked(editor.name, show, 0, 0)
                    aria-pressed=move || (editor.show.get() == show).to_string()
                    on:click=move |event| {
                        event.prevent_default();
                        editor.page.set(0);
                        editor.row.set(0);
                        editor.show.set(show);
                    }
                >
                    {name}
                </button>
            }
        };
        Show::NAMED.map(button).collect_view()
    };
    let shown = Memo::new(move |_| shown());
    view! {
        {move || shown.get().then(|| view! { <div class="row" role="group" aria-label="Which rows">{buttons()}</div> })}
    }
}

/// The page's rows, coloured by what is said of each.
#[component]
fn Rows(editor: Editor, label: &'static str) -> impl IntoView {
    let trial = Memo::new(move |_| editor.tried.with(|tried| tried.as_ref().map(|tried| tried.trial.clone()).unwrap_or_default()));
    let columns = Memo::new(move |_| trial.with(|trial| trial.columns.clone()));
    let any = Memo::new(move |_| trial.with(|trial| !trial.columns.is_empty()));
    let head = move || columns.get().into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view();
    let each = move || trial.with(|trial| trial.rows.clone()).into_iter().enumerate().collect::<Vec<_>>();
    let key = |(n, row): &(usize, TriedRow)| format!("{n} {row:?}");
    let none = move || trial.with(|trial| trial.rows.is_empty()).then(|| view! { <p class="muted small-text">"No rows."</p> });
    let table = move || {
        any.get().then(|| {
            view! {
                <div class="table-wrap" tabindex="0" role="region" aria-label=label>
                    <table class="table expression-rows">
                        <thead><tr><th scope="col">"Result"</th>{head}</tr></thead>
                        <tbody><For each=each key=key let:item><Row editor=editor n=item.0 row=item.1 /></For></tbody>
                    </table>
                </div>
                {none}
                <Pages editor=editor />
            }
        })
    };
    view! { {table} }
}

#[component]
fn Row(editor: Editor, n: usize, row: TriedRow) -> impl IntoView {
    let n = u32::try_from(n).unwrap_or(0);
    let (class, text) = shown(&row.outcome);
    let is_chosen = move || editor.tried.with(|tried| tried.as_ref().is_some_and(|tried| tried.trial.row == n));
    let cell = |cell: Option<String>| match cell {
        Some(text) => view! { <td class="clip">{text}</td> }.into_any(),
        None => view! { <td class="null">"null"</td> }.into_any(),
    };
    let value = asked(editor.name, editor.show.get_untracked(), editor.page.get_untracked(), n);
    view! {
        <tr class=class class:chosen=is_chosen>
            <td>
                <button
                    class=format!("verdict {class}")
                    type="submit"
                    name="try"
                    value=value
                    title="Show what each part is for this row"
                    aria-pressed=move || is_chosen().to_string()
                    on:click=move |event| {
                        event.prevent_default();
                        editor.row.set(n);
                    }
                >
                    {text}
                </button>
            </td>
            {row.cells.into_iter().map(cell).collect_view()}
        </tr>
    }
}

#[component]
fn Pages(editor: Editor) -> impl IntoView {
    let more = Memo::new(move |_| editor.tried.with(|tried| tried.as_ref().is_some_and(|tried| tried.trial.more)));
    let go = move |page: u32, event: web_sys::MouseEvent| {
        event.prevent_default();
        editor.row.set(0);
        editor.page.set(page);
    };
    let button = move |words: &'static str, page: u32| {
        let value = asked(editor.name, editor.show.get_untracked(), page, 0);
        view! { <button class="button small" type="submit" name="try" value=value on:click=move |event| go(page, event)>{words}</button> }
    };
    view! {
        <div class="row">
            {move || (editor.page.get() > 0).then(|| button("Previous rows", editor.page.get() - 1))}
            {move || more.get().then(|| button("Next rows", editor.page.get() + 1))}
        </div>
    }
}
