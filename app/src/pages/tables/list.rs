//! The list of tables.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::{
    components::{Empty, Icon, PageHead, loaded, page_data},
    errors::Result,
    numbers::grouped,
    paths,
};

/// A table in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    name: String,
    comment: String,
    rows: Option<u64>,
    columns: usize,
    relations: usize,
    open_to_read: Vec<String>,
    open_to_write: Vec<String>,
    /// Whether those it is open to reach every row.
    is_unguarded: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct List {
    items: Vec<Item>,
    total: usize,
    may_build: bool,
}

#[server]
async fn tables(search: String) -> Result<List> {
    let (engine, caller) = crate::context::caller().await?;
    let sizes = engine.table_sizes(&caller).await?;
    let schema = engine.schema_for(&caller)?;
    let needle = search.trim().to_lowercase();
    let matches = |table: &&std::sync::Arc<tenon_model::Table>| {
        let comment = table.comment.as_deref().unwrap_or_default();
        table.name.as_str().to_lowercase().contains(&needle) || comment.to_lowercase().contains(&needle)
    };
    let item = |table: &std::sync::Arc<tenon_model::Table>| Item {
        name: table.name.as_str().to_owned(),
        comment: table.comment.clone().unwrap_or_default(),
        rows: sizes.iter().find(|size| size.table == table.name).map(|size| size.rows),
        columns: table.columns.len(),
        relations: table.foreign_keys.len(),
        is_unguarded: !table.row_security && !table.access.is_none(),
        open_to_read: open_to(&table.access, |rights| rights.select),
        open_to_write: open_to(&table.access, |rights| rights.insert || rights.update || rights.delete),
    };
    let items = schema.tables.values().filter(matches).map(item).collect();
    Ok(List { items, total: schema.tables.len(), may_build: caller.may_build() })
}

#[cfg(feature = "ssr")]
fn open_to(access: &tenon_model::Access, is_open: fn(&tenon_model::Privileges) -> bool) -> Vec<String> {
    let label = |role: &tenon_model::Ident| match role.as_str() {
        "anon" => "publishable".to_owned(),
        "authenticated" => "signed-in".to_owned(),
        "public" => "everybody".to_owned(),
        name => name.to_owned(),
    };
    access.all().filter(|(_, grants)| is_open(&grants.any())).map(|(role, _)| label(role)).collect()
}

/// The list of tables, with a search by name and comment.
#[component]
pub fn TableList() -> impl IntoView {
    let query = use_query_map();
    let search = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let list = page_data(move || search.get(), tables);
    loaded(list, move |list| {
        let may_build = list.may_build;
        let is_empty = list.total == 0;
        let body = if is_empty {
            view! { <NoTables may_build=may_build /> }.into_any()
        } else {
            view! { <Found list=list search=search.get_untracked() /> }.into_any()
        };
        view! {
            <PageHead title="Tables">
                {may_build.then(|| view! {
                    <a class="button" href="/schema"><Icon name="code" />"Change with SQL"</a>
                    <a class="button" href="/import"><Icon name="upload" />"Import"</a>
                    <a class="button primary" href="/tables/new"><Icon name="plus" />"New table"</a>
                })}
            </PageHead>
            {body}
        }
    })
}

#[component]
fn NoTables(may_build: bool) -> impl IntoView {
    if !may_build {
        return view! { <Empty icon="table" title="No tables yet" text="When a builder has made one, it shows here." /> }
            .into_any();
    }
    view! {
        <Empty icon="table" title="No tables yet" text="A table holds records of one kind: customers, flights, invoices. Make one, or let a CSV file tell its columns.">
            <a class="button primary" href="/tables/new"><Icon name="plus" />"New table"</a>
            <a class="button" href="/import"><Icon name="upload" />"Import a CSV file"</a>
            <a class="button" href="/welcome"><Icon name="sparkle" />"Try a sample"</a>
        </Empty>
    }
    .into_any()
}

#[component]
fn Found(list: List, search: String) -> impl IntoView {
    let shown = list.items.len();
    let summary = if shown == list.total { format!("{shown} tables") } else { format!("{shown} of {} tables", list.total) };
    let may_build = list.may_build;
    let rows = list.items.into_iter().map(|item| view! { <Row item=item may_build=may_build /> }).collect_view();
    view! {
        <div class="row apart">
            <form class="search" method="get" action="/tables" role="search">
                <Icon name="search" />
                <input type="search" name="q" value=search aria-label="Search tables" placeholder="Search tables" />
            </form>
            <p class="muted small-text numbers">{summary}</p>
        </div>
        <div class="table-wrap" tabindex="0" role="region" aria-label="Tables">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="number">"Rows"</th>
                        <th scope="col" class="number wide-only">"Columns"</th>
                        <th scope="col" class="number wide-only">"Relations"</th>
                        <th scope="col">"Open to"</th>
                        {may_build.then(|| view! { <th scope="col" class="tail"><span class="visually-hidden">"Structure"</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(item: Item, may_build: bool) -> impl IntoView {
    let href = paths::table(&item.name);
    let policies = item.is_unguarded.then(|| paths::policies(&item.name));
    let structure = may_build.then(|| {
        let (label, href) = (format!("Structure of {}", item.name), paths::structure(&item.name));
        view! { <td class="tail"><a class="button quiet small" href=href aria-label=label>"Structure"</a></td> }
    });
    view! {
        <tr>
            <th scope="row">
                <a href=href>{item.name}</a>
                {(!item.comment.is_empty()).then(|| view! { <div class="muted cell-note">{item.comment}</div> })}
            </th>
            <td class="number">{item.rows.map(grouped)}</td>
            <td class="number wide-only">{item.columns}</td>
            <td class="number wide-only">{item.relations}</td>
            <td><Access read=item.open_to_read write=item.open_to_write policies=policies /></td>
            {structure}
        </tr>
    }
}

#[component]
fn Access(
    read: Vec<String>,
    write: Vec<String>,
    /// Where row level security can be turned on, if the table is open without it.
    policies: Option<String>,
) -> impl IntoView {
    if read.is_empty() && write.is_empty() {
        return view! { <span class="badge"><Icon name="lock" />"closed"</span> }.into_any();
    }
    let badge = |verb: &'static str, roles: Vec<String>, class: &'static str| {
        (!roles.is_empty())
            .then(|| view! { <span class=class><Icon name="globe" />{format!("{verb}: {}", roles.join(", "))}</span> })
    };
    view! {
        <span class="badges">
            {badge("read", read, "badge accent")}
            {badge("write", write, "badge warning")}
            {policies.map(|href| view! {
                <a class="badge danger" href=href title="No row level security">
                    <Icon name="warning" />
                    "every row"
                    <span class="visually-hidden">": no row level security"</span>
                </a>
            })}
        </span>
    }
    .into_any()
}
