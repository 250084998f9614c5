//! A table's structure: its columns, keys, relations, indexes, checks and who may reach it.

mod access;
mod checks;
mod columns;
mod computed;
mod data;
mod keys;
mod panel;
mod relations;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::{
    access::AccessSection,
    checks::CheckSection,
    columns::ColumnSection,
    data::{StructureData, load_structure},
    keys::KeySection,
    relations::RelationSection,
    table::TableSection,
};
use super::TableTabs;
use crate::{
    components::{Icon, PageHead, loaded, page_data},
    ddl::Params,
    paths,
};

/// The structure of a table. `?edit=` and `?add=` open a form; so does `?do=`, with what was typed before a review.
#[component]
pub fn Structure() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let table = Memo::new(move |_| params.with(|params| paths::table_name(&params.get("table").unwrap_or_default())));
    let data = page_data(move || table.get(), load_structure);
    let typed = Memo::new(move |_| query.with(|query| Params::from(query)));
    loaded(data, move |data| {
        let name = data.name.clone();
        let (tabs_of, about) = (name.clone(), data.comment.clone());
        view! {
            <PageHead title=name.clone() crumbs=vec![("Tables".to_owned(), "/tables".to_owned())] about=about>
                <a class="button" href="/diagram"><Icon name="diagram" />"Diagram"</a>
                <a class="button" href=format!("/schema?back={}", paths::encode(&paths::structure(&name)))><Icon name="code" />"Change with SQL"</a>
            </PageHead>
            <TableTabs table=tabs_of />
            {move || view! { <Sections data=data.clone() typed=typed.get() /> }}
        }
    })
}

/// What the address opens: the kind of thing to add, and the column to edit.
fn open(typed: &Params) -> (&str, &str) {
    match typed.get("do") {
        "add-column" => ("column", ""),
        "add-computed" => ("computed", ""),
        "add-lookup" => ("lookup", ""),
        "add-rollup" => ("rollup", ""),
        "change-computed" => ("", typed.get("column")),
        "add-relation" => ("relation", ""),
        "set-key" => ("key", ""),
        "add-unique" => ("unique", ""),
        "add-index" => ("index", ""),
        "add-check" => ("check", ""),
        "change-column" => ("", typed.get("column")),
        _ => (typed.get("add"), typed.get("edit")),
    }
}

#[component]
fn Sections(data: StructureData, typed: Params) -> impl IntoView {
    let (add, edit) = open(&typed);
    let (add, edit) = (add.to_owned(), edit.to_owned());
    view! {
        <ColumnSection data=data.clone() add=add.clone() edit=edit typed=typed.clone() />
        <RelationSection data=data.clone() add=add.clone() typed=typed.clone() />
        <KeySection data=data.clone() add=add.clone() typed=typed.clone() />
        <CheckSection data=data.clone() add=add typed=typed.clone() />
        <AccessSection data=data.clone() typed=typed.clone() />
        <TableSection data=data typed=typed />
    }
}
