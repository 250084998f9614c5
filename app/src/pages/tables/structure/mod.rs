//! A table's structure: its columns, keys, relations, indexes and who may reach it.

mod access;
mod columns;
mod data;
mod keys;
mod panel;
mod relations;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::{
    access::AccessSection,
    columns::ColumnSection,
    data::{StructureData, load_structure},
    keys::KeySection,
    relations::RelationSection,
    table::TableSection,
};
use super::TableTabs;
use crate::{
    components::{Icon, PageHead, loaded, page_data},
    paths,
};

/// The structure of a table. `?edit=` and `?add=` open a form.
#[component]
pub fn Structure() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let table = Memo::new(move |_| params.with(|params| params.get("table").unwrap_or_default()));
    let data = page_data(move || table.get(), load_structure);
    let open =
        Memo::new(move |_| query.with(|query| (query.get("add").unwrap_or_default(), query.get("edit").unwrap_or_default())));
    loaded(data, move |data| {
        let name = data.name.clone();
        let (tabs_of, about) = (name.clone(), data.comment.clone());
        view! {
            <PageHead title=name.clone() crumbs=vec![("Tables".to_owned(), "/tables".to_owned())] about=about>
                <a class="button" href="/diagram"><Icon name="diagram" />"Diagram"</a>
                <a class="button" href=format!("/schema?back={}", paths::encode(&paths::structure(&name)))><Icon name="code" />"Change with SQL"</a>
            </PageHead>
            <TableTabs table=tabs_of />
            {move || {
                let (add, edit) = open.get();
                view! { <Sections data=data.clone() add=add edit=edit /> }
            }}
        }
    })
}

#[component]
fn Sections(data: StructureData, add: String, edit: String) -> impl IntoView {
    view! {
        <ColumnSection data=data.clone() add=add.clone() edit=edit />
        <RelationSection data=data.clone() add=add.clone() />
        <KeySection data=data.clone() add=add />
        <AccessSection data=data.clone() />
        <TableSection data=data />
    }
}
