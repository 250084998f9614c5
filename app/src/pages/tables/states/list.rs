//! The transitions of a column, and the form for one of them.

use leptos::prelude::*;

use super::{
    data::{StateColumn, StatesData},
    form::{Opened, TransitionPanel},
};
use crate::{
    components::{Empty, Icon},
    data::states::Drawing,
    ddl::{Params, TransitionForm},
    numbers::grouped,
    paths::{self, encode},
};

/// A table that has no column to be a state.
#[component]
pub(super) fn NoStates(table: String) -> impl IntoView {
    view! {
        <Empty
            icon="diagram"
            title="No column can be a state yet"
            text="A state is a required column of an enum type, such as draft, review, done. Its transitions say where a row may go from each."
        >
            <a class="button" href="/types">"Types"</a>
            <a class="button primary" href=format!("{}#columns", paths::structure(&table))>"Columns"</a>
        </Empty>
    }
}

#[component]
pub(super) fn ColumnSection(data: StatesData, column: StateColumn, typed: Params) -> impl IntoView {
    let opened = Opened::of(&data, &column, &typed);
    let id = format!("states-{}", column.name);
    let add = format!("{}?add={}#{}", paths::states(&data.name), encode(&column.name), encode(&id));
    let own: Vec<TransitionForm> = data.transitions.iter().filter(|form| form.column == column.name).cloned().collect();
    let panel = opened.map(|opened| view! { <TransitionPanel data=data.clone() column=column.clone() opened=opened /> });
    let table = data.name.clone();
    let is_state = !own.is_empty();
    let about = if is_state {
        view! { <Ways column=column.clone() /> }.into_any()
    } else {
        view! { <p class="muted">"Any value may become any other. The first transition changes that: what none leads to is refused then."</p> }
            .into_any()
    };
    let items = own.into_iter().map(|form| view! { <Item table=table.clone() form=form /> }).collect_view();
    let labelled = id.clone();
    view! {
        <section class="section" aria-labelledby=labelled>
            <div class="section-head">
                <h2 id=id>{column.name.clone()}</h2>
                <a class="button small" href=add aria-label=format!("Add transition of {}", column.name)>
                    <Icon name="plus" />"Add transition"
                </a>
            </div>
            {panel}
            {about}
            {is_state.then(|| view! { <ul class="policies">{items}</ul> })}
        </section>
    }
}

/// The drawing, the same in words, and the rows that can't go on.
#[component]
fn Ways(column: StateColumn) -> impl IntoView {
    let rows_of = |state: &String| column.states.iter().find(|(found, _)| found == state).map_or(0, |(_, rows)| *rows);
    let stuck: Vec<String> = column
        .last
        .iter()
        .map(|state| (state, rows_of(state)))
        .filter(|(_, rows)| *rows > 0)
        .map(|(s, n)| format!("{s} ({})", grouped(n)))
        .collect();
    let rows: u64 = column.last.iter().map(rows_of).sum();
    let note = (!stuck.is_empty()).then(|| {
        let many = if rows == 1 { "1 row is".to_owned() } else { format!("{} rows are", grouped(rows)) };
        view! { <p class="muted small-text">{format!("{many} in states that lead nowhere: {}.", stuck.join(", "))}</p> }
    });
    let begin = format!("New rows begin as {}.", column.begin.join(" or "));
    let words = column.words.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    view! {
        <Drawing column=column.name svg=column.svg.unwrap_or_default() />
        <p class="muted small-text">{begin}</p>
        {note}
        <details class="fold">
            <summary><Icon name="list" />"The same as a list"</summary>
            <div class="fold-body"><ul class="diagram-list">{words}</ul></div>
        </details>
    }
}

/// Whom a transition is for, as the list and the form say it.
pub(super) fn role_text(role: &str) -> String {
    match role {
        "authenticated" => "signed-in users".to_owned(),
        "anon" => "the publishable key".to_owned(),
        role => role.to_owned(),
    }
}

#[component]
fn Item(table: String, form: TransitionForm) -> impl IntoView {
    let name = form.name.clone();
    let edit = format!("{}?edit={}#{}", paths::states(&table), encode(&name), encode(&format!("states-{}", form.column)));
    let drop = format!("/schema?do=drop-transition&table={}&transition={}", encode(&table), encode(&name));
    let way = if form.from.is_empty() {
        format!("rows begin as {}", form.to)
    } else {
        format!("{} → {}", form.from.join(", "), form.to)
    };
    let roles =
        if form.roles.is_empty() { vec!["everybody".to_owned()] } else { form.roles.iter().map(|role| role_text(role)).collect() };
    let roles = roles.into_iter().map(|role| view! { <span class="badge">{role}</span> }).collect_view();
    let label = (!form.label.is_empty()).then(|| view! { <span class="muted">{format!("“{}”", form.label)}</span> });
    view! {
        <li class="card">
            <div class="section-head">
                <h3>{name.clone()}" "{label}</h3>
                <div class="row">
                    <a class="button quiet small" href=edit aria-label=format!("Edit {name}")>"Edit"</a>
                    <a class="button quiet small danger" href=drop aria-label=format!("Delete {name}")>"Delete"</a>
                </div>
            </div>
            <span class="badges"><span class="badge accent states-way">{way}</span>{roles}</span>
            <dl>
                <Clause words="using" sql=form.using />
                <Clause words="with check" sql=form.check />
            </dl>
        </li>
    }
}

#[component]
fn Clause(words: &'static str, sql: String) -> impl IntoView {
    (!sql.is_empty()).then(|| view! { <dt class="type">{words}</dt><dd><code class="condition">{sql}</code></dd> })
}
