//! The diagram of tables and relations, drawn on the server.

#[cfg(feature = "ssr")]
mod draw;
#[cfg(feature = "ssr")]
mod layout;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    components::{Empty, Icon, PageHead, loaded, page_data},
    errors::Result,
    paths,
};

/// The drawing, and the same in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct DiagramData {
    svg: String,
    tables: Vec<Described>,
    relations: usize,
}

/// A table in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Described {
    name: String,
    columns: usize,
    relations: Vec<String>,
}

#[server]
async fn load_diagram() -> Result<DiagramData> {
    let (engine, _) = crate::context::builder().await?;
    let schema = engine.schema();
    let join = |names: &[tenon_model::Ident]| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let describe = |table: &std::sync::Arc<tenon_model::Table>| Described {
        name: table.name.to_string(),
        columns: table.columns.len(),
        relations: table.foreign_keys.iter().map(|key| format!("{} → {}", join(&key.columns), key.target_sql())).collect(),
    };
    let tables: Vec<_> = schema.tables.values().map(describe).collect();
    let relations = tables.iter().map(|table| table.relations.len()).sum();
    Ok(DiagramData { svg: draw::svg(&layout::layout(&schema)), tables, relations })
}

/// The page of the diagram.
#[component]
pub fn Diagram() -> impl IntoView {
    loaded(page_data(|| (), |()| load_diagram()), |data| {
        let summary = format!(
            "{} tables, {} relations. A line runs from the column that refers to the key it refers to.",
            data.tables.len(),
            data.relations
        );
        view! {
            <PageHead title="Diagram" about=summary>
                <a class="button" href="/tables/new"><Icon name="plus" />"New table"</a>
            </PageHead>
            {if data.tables.is_empty() {
                view! {
                    <Empty icon="diagram" title="Nothing to draw yet" text="Tables and the relations between them show here.">
                        <a class="button primary" href="/tables/new"><Icon name="plus" />"New table"</a>
                    </Empty>
                }
                .into_any()
            } else {
                view! { <Drawing data=data /> }.into_any()
            }}
        }
    })
}

#[component]
fn Drawing(data: DiagramData) -> impl IntoView {
    let item = |table: Described| {
        let relations = table.relations.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
        let href = paths::structure(&table.name);
        view! {
            <li>
                <a href=href>{table.name}</a>
                {format!(": {} columns", table.columns)}
                <ul>{relations}</ul>
            </li>
        }
    };
    let items = data.tables.into_iter().map(item).collect_view();
    view! {
        <div class="diagram" tabindex="0" role="region" aria-label="Diagram of tables and relations" inner_html=data.svg></div>
        <details class="fold">
            <summary><Icon name="list" />"The same as a list"</summary>
            <div class="fold-body"><ul class="diagram-list">{items}</ul></div>
        </details>
    }
}
