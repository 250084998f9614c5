//! The form for a policy, with what is wrong beside each field.

use leptos::prelude::*;
use tenon_model::Error;

use super::{
    data::{PoliciesData, Template},
    list::TemplateLinks,
    roles_field::RolesField,
};
use crate::{
    components::{Failure, SelectField, area_text},
    ddl::{Params, PolicyForm},
    paths,
};

/// What the form shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    /// The policy that is changed; none for a new one.
    old: Option<String>,
    form: PolicyForm,
}

impl Opened {
    /// What the address opens, if it opens the form.
    pub(super) fn of(data: &PoliciesData, typed: &Params) -> Option<Self> {
        match typed.get("do") {
            "create-policy" => return Some(Self { old: None, form: PolicyForm::read(typed) }),
            "change-policy" => return Some(Self { old: Some(typed.get("policy").to_owned()), form: PolicyForm::read(typed) }),
            _ => {}
        }
        if let Some(form) = data.policies.iter().find(|policy| policy.name == typed.get("edit")) {
            return Some(Self { old: Some(form.name.clone()), form: form.clone() });
        }
        (typed.get("add") == "policy").then(|| {
            let template = data.templates.iter().find(|template| template.key == typed.get("template"));
            Self { old: None, form: template.map(|Template { form, .. }| form.clone()).unwrap_or_default() }
        })
    }
}

fn options(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect()
}

#[component]
pub(super) fn PolicyPanel(data: PoliciesData, opened: Opened) -> impl IntoView {
    let Opened { old, form } = opened;
    let here = paths::policies(&data.name);
    let action = format!("{here}#policies");
    let title = old.as_ref().map_or_else(|| "Add a policy".to_owned(), |name| format!("Edit {name}"));
    let change = if old.is_some() { "change-policy" } else { "create-policy" };
    let templates = old.is_none().then(|| view! { <TemplateLinks table=data.name.clone() templates=data.templates.clone() /> });
    view! {
        <form class="card stack policy-form" method="get" action=action aria-label=title>
            <h3>{title.clone()}</h3>
            {templates}
            <input type="hidden" name="do" value=change />
            <input type="hidden" name="review" value="true" />
            {old.map(|name| view! { <input type="hidden" name="policy" value=name /> })}
            <PolicyFields form=form data=data />
            <div class="row end">
                <a class="button quiet" href=here>"Cancel"</a>
                <button class="button primary" type="submit">"Review"</button>
            </div>
        </form>
    }
}

#[component]
fn PolicyFields(form: PolicyForm, data: PoliciesData) -> impl IntoView {
    let commands = [("", "all commands"), ("select", "select"), ("insert", "insert"), ("update", "update"), ("delete", "delete")];
    let kinds = [("permissive", "allows rows"), ("restrictive", "restricts what others allow")];
    let kind = if form.restrictive { "restrictive" } else { "permissive" };
    let problem = |field: &str| data.problems.iter().find(|p| p.field == field).map(|problem| problem.error.clone());
    let others = ["command", "role"].into_iter().filter_map(problem).map(|error| view! { <Failure error=error /> }).collect_view();
    view! {
        {others}
        <div class="fields">
            <NameField value=form.name problem=problem("name") />
            <SelectField label="Command" name="command" options=options(&commands) value=form.command />
            <RolesField roles=data.roles value=form.role />
            <SelectField label="Kind" name="kind" options=options(&kinds) value=kind />
        </div>
        <Condition
            label="Using"
            name="using"
            hint="Which of the rows that are there: a condition in SQL over one row."
            value=form.using
            problem=problem("using")
        />
        <Condition
            label="With check"
            name="check"
            hint="How rows must be that are added or changed; if empty, as under “using”."
            value=form.check
            problem=problem("check")
        />
        <Words columns=data.columns />
    }
}

/// What a condition can speak of.
#[component]
fn Words(columns: Vec<(String, String)>) -> impl IntoView {
    let columns = columns
        .into_iter()
        .map(|(name, data_type)| view! { <li><code>{name}</code>" "<span class="type">{data_type}</span></li> })
        .collect_view();
    view! {
        <details class="fold">
            <summary>"What a condition can speak of"</summary>
            <div class="fold-body stack">
                <ul class="words" aria-label="Columns">{columns}</ul>
                <p class="hint">
                    <code>"auth.uid()"</code>" is the id of the user who asks, "<code>"auth.role()"</code>" is the name of their role, "
                    <code>"auth.jwt() ->> 'email'"</code>" is a claim of the token, and "
                    <code>"exists (select 1 from …)"</code>" looks into other tables, of which policies hide what they hide."
                </p>
            </div>
        </details>
    }
}

#[component]
fn NameField(value: String, problem: Option<Error>) -> impl IntoView {
    let invalid = problem.is_some();
    view! {
        <div class="field">
            <label for="name">"Name"</label>
            <input
                id="name"
                name="name"
                value=value
                autocomplete="off"
                placeholder="what it allows"
                aria-invalid=invalid.then_some("true")
                aria-describedby=invalid.then_some("name-error")
            />
            {problem.map(|error| view! { <Problem name="name" error=error /> })}
        </div>
    }
}

#[component]
fn Condition(label: &'static str, name: &'static str, hint: &'static str, value: String, problem: Option<Error>) -> impl IntoView {
    let invalid = problem.is_some();
    let described = if invalid { format!("{name}-error {name}-hint") } else { format!("{name}-hint") };
    let idle = if value.is_empty() && !invalid { "idle" } else { "" };
    let rows = value.lines().count().clamp(2, 12).to_string();
    view! {
        <div class=format!("field of-{name} {idle}")>
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
