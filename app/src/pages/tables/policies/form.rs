//! The form for a policy, with what is wrong beside each field.

use leptos::prelude::*;
use tenon_model::Error;

use super::{
    data::{PoliciesData, Template},
    list::TemplateLinks,
    roles_field::RolesField,
};
use crate::{
    components::{
        Failure, SelectField,
        expression::{ExpressionField, Subject, condition},
    },
    ddl::{Params, PolicyForm},
    paths,
};

/// What the form shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    /// The policy that is changed; none for a new one.
    old: Option<String>,
    form: PolicyForm,
    typed: Params,
}

impl Opened {
    /// What the address opens, if it opens the form.
    pub(super) fn of(data: &PoliciesData, typed: &Params) -> Option<Self> {
        let open = |old: Option<String>, form: PolicyForm| Some(Self { old, form, typed: typed.clone() });
        match typed.get("do") {
            "create-policy" => return open(None, PolicyForm::read(typed)),
            "change-policy" => return open(Some(typed.get("policy").to_owned()), PolicyForm::read(typed)),
            _ => {}
        }
        if let Some(form) = data.policies.iter().find(|policy| policy.name == typed.get("edit")) {
            return open(Some(form.name.clone()), form.clone());
        }
        if typed.get("add") != "policy" {
            return None;
        }
        let template = data.templates.iter().find(|template| template.key == typed.get("template"));
        open(None, template.map(|Template { form, .. }| form.clone()).unwrap_or_default())
    }
}

fn options(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect()
}

#[component]
pub(super) fn PolicyPanel(data: PoliciesData, opened: Opened) -> impl IntoView {
    let Opened { old, form, typed } = opened;
    let here = paths::policies(&data.name);
    let action = format!("{here}#policies");
    let title = old.as_ref().map_or_else(|| "Add a policy".to_owned(), |name| format!("Edit {name}"));
    let change = if old.is_some() { "change-policy" } else { "create-policy" };
    let templates = old.is_none().then(|| view! { <TemplateLinks table=data.name.clone() templates=data.templates.clone() /> });
    view! {
        <form class="card stack policy-form" method="get" action=action aria-label=title>
            <h3>{title.clone()}</h3>
            // Enter in a field is the form's first button: it must not be one that only tries a condition.
            <button type="submit" hidden=true></button>
            {templates}
            <input type="hidden" name="do" value=change />
            <input type="hidden" name="review" value="true" />
            {old.map(|name| view! { <input type="hidden" name="policy" value=name /> })}
            <PolicyFields form=form data=data typed=typed />
            <div class="row end">
                <a class="button quiet" href=here>"Cancel"</a>
                <button class="button primary" type="submit">"Review"</button>
            </div>
        </form>
    }
}

#[component]
fn PolicyFields(form: PolicyForm, data: PoliciesData, typed: Params) -> impl IntoView {
    let subject = Subject { table: data.name.clone(), wanted: condition(), old: false, queries: true };
    let commands = [("", "all commands"), ("select", "select"), ("insert", "insert"), ("update", "update"), ("delete", "delete")];
    let kinds = [("permissive", "allows rows"), ("restrictive", "restricts what others allow")];
    let kind = if form.restrictive { "restrictive" } else { "permissive" };
    let problem = |field: &str| data.problems.iter().find(|p| p.field == field).map(|problem| problem.error.clone());
    let others = ["command", "role"].into_iter().filter_map(problem).map(|error| view! { <Failure error=error /> }).collect_view();
    let condition_field = |name: &'static str, label: &'static str, hint: &'static str, value: String| {
        let tried = data.tried.as_ref().filter(|(field, _)| field == name).map(|(_, posted)| posted.clone());
        let typed = typed.get(&format!("{name}.who")).to_owned();
        let who = if typed.is_empty() { data.people.first().cloned().unwrap_or_else(|| "anon".to_owned()) } else { typed };
        view! {
            <ExpressionField
                label=label
                name=name
                hint=hint
                value=value
                problem=problem(name)
                subject=subject.clone()
                tried=tried
                who=who
                rows_label=if name == "using" { "Rows that are there" } else { "Rows as they would be" }
                people=data.people.clone()
            />
        }
    };
    view! {
        {others}
        <div class="fields">
            <NameField value=form.name problem=problem("name") />
            <SelectField label="Command" name="command" options=options(&commands) value=form.command />
            <RolesField roles=data.roles value=form.role />
            <SelectField label="Kind" name="kind" options=options(&kinds) value=kind />
        </div>
        {condition_field("using", "Using", "Which of the rows that are there: a condition in SQL over one row.", form.using)}
        {condition_field(
            "check",
            "With check",
            "How rows must be that are added or changed; if empty, as under “using”.",
            form.check,
        )}
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

/// What is wrong with a field: the message, its place in what was typed, and what to do.
#[component]
fn Problem(name: &'static str, error: Error) -> impl IntoView {
    let place = error.details.map(|place| format!(" ({place})"));
    let hint = error.hint.map(|hint| view! { <br />{hint} });
    view! { <p class="field-error" id=format!("{name}-error") role="alert">{error.message}{place}{hint}</p> }
}
