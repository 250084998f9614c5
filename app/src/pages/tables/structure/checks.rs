//! What every row of the table must fulfil.

use leptos::prelude::*;

use super::{
    data::{CheckData, StructureData},
    panel::{ChangeLink, Panel},
};
use crate::{
    components::{CheckField, Field, Icon, area_text},
    ddl::Params,
    paths::{self, encode},
};

#[component]
pub(super) fn CheckSection(data: StructureData, add: String, typed: Params) -> impl IntoView {
    let table = data.name.clone();
    let add_href = format!("{}?add=check#checks", paths::structure(&table));
    let edited = match typed.typed_for("change-check") {
        Some(typed) => typed.get("name").to_owned(),
        None => typed.get("check").to_owned(),
    };
    let edited = data.checks.iter().find(|check| check.name == edited).cloned();
    let panel = match edited {
        Some(check) => Some(view! { <EditCheck table=table.clone() check=check typed=&typed /> }.into_any()),
        None if add == "check" => Some(view! { <AddCheck table=table.clone() typed=&typed /> }.into_any()),
        None => None,
    };
    let is_empty = data.checks.is_empty();
    let checks = data.checks.into_iter().map(|check| view! { <Check table=table.clone() check=check /> }).collect_view();
    view! {
        <section class="section" aria-labelledby="checks">
            <div class="section-head">
                <h2 id="checks">"Checks"</h2>
                <a class="button small" href=add_href><Icon name="plus" />"Add check"</a>
            </div>
            {panel}
            {if is_empty {
                view! { <p class="muted">"Any row that fits the columns’ types is valid."</p> }.into_any()
            } else {
                view! { <ul class="effects">{checks}</ul> }.into_any()
            }}
        </section>
    }
}

#[component]
fn AddCheck<'a>(table: String, typed: &'a Params) -> impl IntoView + use<> {
    let typed = typed.typed_for("add-check").cloned().unwrap_or_default();
    let not_valid = typed.is("notvalid");
    let text = move |field: &str| typed.get(field).to_owned();
    view! {
        <Panel title="Add a check" change="add-check" table=table>
            <div class="field">
                <label for="expr">"Every row must fulfil"</label>
                <textarea id="expr" class="code" name="expr" rows="3" required=true spellcheck="false" autocapitalize="off" placeholder="ends >= starts" aria-describedby="expr-hint">
                    {area_text(text("expr"))}
                </textarea>
                <p class="hint" id="expr-hint">"SQL over the row’s own columns. Where it comes to null, the row passes."</p>
            </div>
            <Field label="What people are told otherwise" name="message" value=text("message") placeholder="It ends after it begins." />
            <Field label="Name" name="name" value=text("name") hint="Left empty, it is named after the table and the column." />
            <CheckField label="Leave the rows that are there alone" name="notvalid" checked=not_valid />
        </Panel>
    }
}

#[component]
fn EditCheck<'a>(table: String, check: CheckData, typed: &'a Params) -> impl IntoView + use<> {
    let (message, to) = match typed.typed_for("change-check") {
        Some(typed) => (typed.get("message").to_owned(), typed.get("newname").to_owned()),
        None => (check.message, check.name.clone()),
    };
    view! {
        <Panel title=format!("Change {}", check.name) change="change-check" table=table>
            <input type="hidden" name="name" value=check.name />
            <Field label="What people are told whose row does not pass" name="message" value=message />
            <Field label="Name" name="newname" value=to required=true />
        </Panel>
    }
}

#[component]
fn Check(table: String, check: CheckData) -> impl IntoView {
    let CheckData { name, sql, message, not_valid } = check;
    let (own, key) = (encode(&table), encode(&name));
    let edit = format!("{}?check={key}#checks", paths::structure(&table));
    let drop = format!("do=drop-constraint&table={own}&name={key}");
    let validate = format!("/schema?do=validate-check&table={own}&name={key}");
    view! {
        <li>
            <div class="check-of-table">
                <code>{sql}</code>
                {(!message.is_empty()).then(|| view! { <span>{message}</span> })}
                <span class="row">
                    <span class="muted small-text">{name.clone()}</span>
                    {not_valid.then(|| view! { <span class="badge warning">"older rows may fail"</span> })}
                </span>
            </div>
            <span class="row">
                {not_valid.then(|| view! { <a class="button quiet small" href=validate aria-label=format!("Ask every row of {name}")>"Ask every row"</a> })}
                <a class="button quiet small" href=edit aria-label=format!("Edit {name}")>"Edit"</a>
                <ChangeLink label=format!("Drop {name}") query=drop text="Drop" />
            </span>
        </li>
    }
}
