//! Keys, unique constraints and indexes.

use leptos::prelude::*;

use super::{
    data::{Constraint, IndexData, StructureData},
    panel::{ChangeLink, ColumnBoxes, Panel},
};
use crate::{
    components::{CheckField, Icon},
    ddl::Params,
    paths::{self, encode},
};

#[component]
pub(super) fn KeySection(data: StructureData, add: String, typed: Params) -> impl IntoView {
    let table = data.name.clone();
    let link = |what: &'static str, text: &'static str| {
        let href = format!("{}?add={what}#keys", paths::structure(&table));
        view! { <a class="button small" href=href><Icon name="plus" />{text}</a> }
    };
    let (has_key, key) = (data.primary_key.is_some(), data.primary_key);
    let links = view! {
        {(!has_key).then(|| link("key", "Set primary key"))}
        {link("unique", "Add unique")}
        {link("index", "Add index")}
    };
    let columns = data.columns.into_iter().map(|column| column.form.name).collect();
    let keys = key.into_iter().map(|key| (key, "primary key")).chain(data.uniques.into_iter().map(|key| (key, "unique")));
    let keys = keys.map(|(key, what)| view! { <Key table=table.clone() key_of=key what=what /> }).collect_view();
    let indexes = data.indexes.into_iter().map(|index| view! { <IndexItem table=table.clone() index=index /> }).collect_view();
    view! {
        <section class="section" aria-labelledby="keys">
            <div class="section-head">
                <h2 id="keys">"Keys and indexes"</h2>
                <div class="row">{links}</div>
            </div>
            <AddPanel table=table.clone() add=add columns=columns typed=typed />
            <ul class="effects">{keys}{indexes}</ul>
        </section>
    }
}

#[component]
fn AddPanel(table: String, add: String, columns: Vec<String>, typed: Params) -> impl IntoView {
    let (title, change) = match add.as_str() {
        "key" => ("Set the primary key", "set-key"),
        "unique" => ("Add a unique constraint", "add-unique"),
        "index" => ("Add an index", "add-index"),
        _ => return ().into_any(),
    };
    let typed = typed.typed_for(change);
    let chosen = typed.map(|typed| typed.all("columns").into_iter().map(str::to_owned).collect()).unwrap_or_default();
    let unique = typed.is_some_and(|typed| typed.is("unique"));
    let is_index = change == "add-index";
    view! {
        <Panel title=title change=change table=table>
            <ColumnBoxes columns=columns chosen=chosen />
            {is_index.then(|| view! { <CheckField label="Unique" name="unique" checked=unique /> })}
        </Panel>
    }
    .into_any()
}

#[component]
fn Key(table: String, key_of: Constraint, what: &'static str) -> impl IntoView {
    let drop = format!("do=drop-constraint&table={}&name={}", encode(&table), encode(&key_of.name));
    view! {
        <li>
            <span class="row">
                <Icon name="key" />
                <span>{key_of.columns.join(", ")}</span>
                <span class="badge">{what}</span>
                <span class="muted small-text">{key_of.name.clone()}</span>
            </span>
            <ChangeLink label=format!("Drop {}", key_of.name) query=drop text="Drop" />
        </li>
    }
}

#[component]
fn IndexItem(table: String, index: IndexData) -> impl IntoView {
    let drop = format!("do=drop-index&table={}&name={}", encode(&table), encode(&index.name));
    view! {
        <li>
            <span class="row">
                <Icon name="sort" />
                <span>{index.columns.join(", ")}</span>
                <span class="badge">{if index.unique { "unique index" } else { "index" }}</span>
                <span class="muted small-text">{index.name.clone()}</span>
            </span>
            <ChangeLink label=format!("Drop {}", index.name) query=drop text="Drop" />
        </li>
    }
}
