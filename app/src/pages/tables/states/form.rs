//! The form for a transition, with what is wrong beside each field.

use leptos::prelude::*;
use tenon_model::Error;

use super::{
    data::{StateColumn, StatesData},
    list::role_text,
};
use crate::{
    components::{Failure, area_text},
    ddl::{Params, TransitionForm},
    paths::{self, encode},
};

/// What the form shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    /// The transition that is changed; none for a new one.
    old: Option<String>,
    form: TransitionForm,
}

impl Opened {
    /// What the address opens in a column's section, if it opens the form there.
    pub(super) fn of(data: &StatesData, column: &StateColumn, typed: &Params) -> Option<Self> {
        let old = match typed.get("do") {
            "create-transition" => Some(None),
            "change-transition" => Some(Some(typed.get("transition").to_owned())),
            _ => None,
        };
        let opened = match old {
            Some(old) => Some(Self { old, form: TransitionForm::read(typed) }),
            None if typed.get("add") == column.name => {
                Some(Self { old: None, form: TransitionForm { column: column.name.clone(), ..TransitionForm::default() } })
            }
            None => {
                let found = data.transitions.iter().find(|form| form.name == typed.get("edit"));
                found.map(|form| Self { old: Some(form.name.clone()), form: form.clone() })
            }
        };
        opened.filter(|opened| opened.form.column == column.name)
    }
}

#[component]
pub(super) fn TransitionPanel(data: StatesData, column: StateColumn, opened: Opened) -> impl IntoView {
    let Opened { old, form } = opened;
    let here = paths::states(&data.name);
    let action = format!("{here}#{}", encode(&format!("states-{}", column.name)));
    let title = old.as_ref().map_or_else(|| "Add a transition".to_owned(), |name| format!("Edit {name}"));
    let change = if old.is_some() { "change-transition" } else { "create-transition" };
    view! {
        <form class="card stack policy-form" method="get" action=action aria-label=title>
            <h3>{title.clone()}</h3>
            <input type="hidden" name="do" value=change />
            <input type="hidden" name="review" value="true" />
            <input type="hidden" name="column" value=column.name.clone() />
            {old.map(|name| view! { <input type="hidden" name="transition" value=name /> })}
            <Fields form=form data=data column=column />
            <div class="row end">
                <a class="button quiet" href=here>"Cancel"</a>
                <button class="button primary" type="submit">"Review"</button>
            </div>
        </form>
    }
}

#[component]
fn Fields(form: TransitionForm, data: StatesData, column: StateColumn) -> impl IntoView {
    let problem = |field: &str| data.problems.iter().find(|p| p.field == field).map(|problem| problem.error.clone());
    let others = ["column", "role"].into_iter().filter_map(problem).map(|error| view! { <Failure error=error /> }).collect_view();
    let states: Vec<String> = column.states.iter().map(|(state, _)| state.clone()).collect();
    let roles = data.roles.iter().map(|role| (role.clone(), role_text(role))).collect();
    let from = states.iter().map(|state| (state.clone(), state.clone())).collect();
    view! {
        {others}
        <div class="fields">
            <Line label="Name" name="name" placeholder="submit" value=form.name problem=problem("name") />
            <Line label="Label" name="label" placeholder="what the button says" value=form.label problem=None />
        </div>
        <Boxes legend="From" name="from" hint="From none: new rows may begin so." options=from checked=form.from />
        <To states=states value=form.to problem=problem("to") />
        <Boxes legend="For" name="role" hint="For none of them: for everybody who may change the row." options=roles checked=form.roles />
        <Condition
            label="Using"
            name="using"
            hint="When it is open: a condition in SQL over the row as it is."
            value=form.using
            problem=problem("using")
        />
        <Condition
            label="With check"
            name="check"
            hint="How the row must be afterwards, where other columns change with the state."
            value=form.check
            problem=problem("check")
        />
    }
}

#[component]
fn Line(
    label: &'static str,
    name: &'static str,
    placeholder: &'static str,
    value: String,
    problem: Option<Error>,
) -> impl IntoView {
    let invalid = problem.is_some();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                value=value
                autocomplete="off"
                placeholder=placeholder
                aria-invalid=invalid.then_some("true")
                aria-describedby=invalid.then(|| format!("{name}-error"))
            />
            {problem.map(|error| view! { <Problem name=name error=error /> })}
        </div>
    }
}

#[component]
fn Boxes(
    legend: &'static str,
    name: &'static str,
    hint: &'static str,
    options: Vec<(String, String)>,
    checked: Vec<String>,
) -> impl IntoView {
    let boxes = options
        .into_iter()
        .map(|(value, text)| {
            let on = checked.contains(&value);
            view! { <label class="check"><input type="checkbox" name=name value=value checked=on />{text}</label> }
        })
        .collect_view();
    view! {
        <fieldset class="states-from field">
            <legend class="label">{legend}</legend>
            <div>{boxes}</div>
            <p class="hint">{hint}</p>
        </fieldset>
    }
}

#[component]
fn To(states: Vec<String>, value: String, problem: Option<Error>) -> impl IntoView {
    let invalid = problem.is_some();
    let options = states
        .into_iter()
        .map(|state| view! { <option value=state.clone() selected=state == value>{state.clone()}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for="to">"To"</label>
            <select id="to" name="to" aria-invalid=invalid.then_some("true") aria-describedby=invalid.then_some("to-error")>{options}</select>
            {problem.map(|error| view! { <Problem name="to" error=error /> })}
        </div>
    }
}

#[component]
fn Condition(label: &'static str, name: &'static str, hint: &'static str, value: String, problem: Option<Error>) -> impl IntoView {
    let invalid = problem.is_some();
    let described = if invalid { format!("{name}-error {name}-hint") } else { format!("{name}-hint") };
    let rows = value.lines().count().clamp(2, 12).to_string();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <textarea id=name name=name class="code" rows=rows spellcheck="false" autocapitalize="off" aria-invalid=invalid.then_some("true") aria-describedby=described>
                {area_text(value)}
            </textarea>
            {problem.map(|error| view! { <Problem name=name error=error /> })}
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
        </div>
    }
}

/// What is wrong with a field: the message, its place in what was typed, and what to do.
#[component]
fn Problem(name: &'static str, error: Error) -> impl IntoView {
    let place = error.details.map(|place| format!(" ({place})"));
    let hint = error.hint.map(|hint| view! { <br />{hint} });
    view! { <p class="field-error" id=format!("{name}-error") role="alert">{error.message}{place}{hint}</p> }
}
