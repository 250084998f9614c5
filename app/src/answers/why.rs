//! The page that explains: may they do that to this record, and why?

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{choose::Choices, tree::Answer, why_model::WhyModel};
use crate::{
    components::{Failure, Icon, PageHead, loaded, page_data, page_query},
    data::urls,
    errors::Result,
    paths,
};

const COMMANDS: [(&str, &str); 4] = [("select", "see it"), ("insert", "add it"), ("update", "change it"), ("delete", "delete it")];

#[server(endpoint = "why")]
async fn read_why(table: String, query: String) -> Result<WhyModel> {
    let (engine, caller) = crate::context::builder().await?;
    super::why_load::why(&engine, &caller, &table, &query).await
}

/// Why somebody may do something to a record, or may not. The address has the whole question.
#[component]
pub fn WhyPage() -> impl IntoView {
    let params = use_params_map();
    let query = page_query();
    let table = Memo::new(move |_| params.with(|params| paths::table_name(&params.get("table").unwrap_or_default())));
    let page = page_data(move || (table.get(), query.get()), |(table, query)| read_why(table, query));
    loaded(page, |model| view! { <WhyView model=model /> })
}

#[component]
fn WhyView(model: WhyModel) -> impl IntoView {
    let crumbs = vec![("Tables".to_owned(), "/tables".to_owned()), (model.table.clone(), urls::grid(&model.table))];
    let problem = model.problem.clone().map(|problem| view! { <Failure error=problem /> });
    let answer = model.explanation.clone().map(|explanation| view! { <Answer explanation=explanation name=model.name.clone() /> });
    let record = (!model.key.is_empty()).then(|| {
        let href = urls::record(&model.table, &model.key);
        view! { <a class="button quiet" href=href><Icon name="external" />"Open the record"</a> }
    });
    let (title, policies) = (format!("Why? {}", model.title), paths::policies(&model.table));
    view! {
        <PageHead title=title crumbs=crumbs about="What the grants and policies say, clause by clause, with the values that each one sees.">
            {record}
            <a class="button quiet" href=policies><Icon name="lock" />"Policies"</a>
        </PageHead>
        <QuestionForm model=model />
        {problem}
        {answer}
    }
}

#[component]
fn QuestionForm(model: WhyModel) -> impl IntoView {
    let action = paths::why(&model.table);
    let is_new = model.key.is_empty();
    let commands = COMMANDS
        .into_iter()
        .filter(|(command, _)| (*command == "insert") == is_new)
        .map(|(command, text)| view! { <option value=command selected={command == model.command}>{text}</option> })
        .collect_view();
    let has_values = model.fields.iter().any(|(_, value)| !value.is_empty());
    let fields = model
        .fields
        .iter()
        .map(|(name, value)| {
            let (id, name) = (format!("v.{name}"), name.clone());
            view! {
                <div class="field">
                    <label for=id.clone()>{name}</label>
                    <input id=id.clone() name=id value=value.clone() autocomplete="off" />
                </div>
            }
        })
        .collect_view();
    view! {
        <form class="card stack why-form" method="get" action=action aria-label="The question">
            {(!is_new).then(|| view! { <input type="hidden" name="key" value=model.key.clone() /> })}
            <div class="fields">
                <div class="field">
                    <label for="who">"May"</label>
                    <Who choices=model.choices.clone() who=model.who.clone() />
                </div>
                <div class="field">
                    <label for="command">"do what"</label>
                    <select id="command" name="command">{commands}</select>
                </div>
                <div class="field">
                    <label for="q">"Find a person"</label>
                    <input id="q" type="search" name="q" value=model.words.clone() placeholder="Address, phone number or id" autocomplete="off" />
                </div>
            </div>
            <details class="fold" open=has_values || is_new>
                <summary>{if is_new { "With which values" } else { "With which new values" }}</summary>
                <div class="fold-body stack">
                    <p class="hint">"What stays empty is left as it is, or becomes its default; "<code>"null"</code>" is null."</p>
                    <div class="fields">{fields}</div>
                </div>
            </details>
            <div class="row end"><button class="button primary" type="submit">"Ask why"</button></div>
        </form>
    }
}

#[component]
fn Who(choices: Choices, who: String) -> impl IntoView {
    let option = |(value, name): (String, String)| {
        let selected = value == who;
        view! { <option value=value selected=selected>{name}</option> }
    };
    let roles = choices.roles.into_iter().map(option).collect_view();
    let people = choices.people.into_iter().map(option).collect_view();
    view! {
        <select id="who" name="who">
            <optgroup label="Roles">{roles}</optgroup>
            <optgroup label="People">{people}</optgroup>
        </select>
    }
}
