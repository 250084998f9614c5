//! The policies, and the form for one of them.

use leptos::prelude::*;

use super::{
    data::{PoliciesData, Template},
    form::{Opened, PolicyPanel},
    roles_field::label,
};
use crate::{
    components::{Empty, Icon},
    ddl::{Params, PolicyForm},
    paths::{self, encode},
};

#[component]
pub(super) fn PolicySection(data: PoliciesData, typed: Params) -> impl IntoView {
    let add = format!("{}?add=policy#policies", paths::policies(&data.name));
    let opened = Opened::of(&data, &typed);
    let (is_open, is_empty) = (opened.is_some(), data.policies.is_empty());
    let panel = opened.map(|opened| view! { <PolicyPanel data=data.clone() opened=opened /> });
    let (table, is_on) = (data.name.clone(), data.row_security);
    let list = if is_empty && is_open {
        ().into_any()
    } else if is_empty {
        view! { <NoPolicies is_on=is_on table=table templates=data.templates /> }.into_any()
    } else {
        let items = data.policies.into_iter().map(|policy| view! { <Item table=table.clone() policy=policy /> }).collect_view();
        let note = (!is_on).then(|| view! { <p class="muted small-text">"These wait until row level security is on."</p> });
        view! { {note}<ul class="policies">{items}</ul> }.into_any()
    };
    view! {
        <section class="section" aria-labelledby="policies">
            <div class="section-head">
                <h2 id="policies">"Policies"</h2>
                <a class="button small" href=add><Icon name="plus" />"Add policy"</a>
            </div>
            {panel}
            {list}
        </section>
    }
}

#[component]
fn NoPolicies(is_on: bool, table: String, templates: Vec<Template>) -> impl IntoView {
    let (title, text) = if is_on {
        ("Nothing may be seen until a policy allows it", "Start from one of these, or write a condition of your own.")
    } else {
        (
            "No policies yet",
            "Write who may see and write what, then turn row level security on. Start from one of these, or from nothing.",
        )
    };
    view! {
        <Empty icon="lock" title=title text=text>
            <TemplateLinks table=table templates=templates />
        </Empty>
    }
}

/// Links to the form with a template filled in.
#[component]
pub(super) fn TemplateLinks(table: String, templates: Vec<Template>) -> impl IntoView {
    let links = templates
        .into_iter()
        .map(|template| {
            let href = format!("{}?add=policy&template={}#policies", paths::policies(&table), template.key);
            view! {
                <li>
                    <a class="button small" href=href>{template.title}</a>
                    <span class="muted small-text">{template.about}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="templates" aria-label="Templates">{links}</ul> }
}

#[component]
fn Item(table: String, policy: PolicyForm) -> impl IntoView {
    let name = policy.name.clone();
    let edit = format!("{}?edit={}#policies", paths::policies(&table), encode(&name));
    let drop = format!("/schema?do=drop-policy&table={}&policy={}", encode(&table), encode(&name));
    let role = if policy.role.is_empty() {
        "everybody".to_owned()
    } else {
        policy.role.split(", ").map(label).collect::<Vec<_>>().join(", ")
    };
    let kind = if policy.restrictive {
        view! { <span class="badge warning">"restrictive"</span> }.into_any()
    } else {
        view! { <span class="badge done">"permissive"</span> }.into_any()
    };
    let command = if policy.command.is_empty() { "all commands".to_owned() } else { policy.command };
    view! {
        <li class="card">
            <div class="section-head">
                <h3>{name.clone()}</h3>
                <div class="row">
                    <a class="button quiet small" href=edit aria-label=format!("Edit {name}")>"Edit"</a>
                    <a class="button quiet small danger" href=drop aria-label=format!("Delete {name}")>"Delete"</a>
                </div>
            </div>
            <span class="badges">{kind}<span class="badge">{command}</span><span class="badge">{role}</span></span>
            <dl>
                <Clause words="using" sql=policy.using />
                <Clause words="with check" sql=policy.check />
            </dl>
        </li>
    }
}

#[component]
fn Clause(words: &'static str, sql: String) -> impl IntoView {
    (!sql.is_empty()).then(|| view! { <dt class="type">{words}</dt><dd><code class="condition">{sql}</code></dd> })
}
