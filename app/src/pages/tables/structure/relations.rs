//! Where the table refers to, and who refers to it.

use leptos::prelude::*;

use super::{
    super::column_fields::{Choose, actions},
    data::{RelationData, StructureData},
    panel::{ChangeLink, Panel},
};
use crate::{
    components::Icon,
    ddl::Params,
    paths::{self, encode},
};

#[component]
pub(super) fn RelationSection(data: StructureData, add: String, typed: Params) -> impl IntoView {
    let table = data.name.clone();
    let add_href = format!("{}?add=relation#relations", paths::structure(&table));
    let is_empty = data.relations.is_empty() && data.referenced_by.is_empty();
    let panel = (add == "relation").then(|| {
        let columns = data.columns.iter().map(|c| (c.form.name.clone(), c.form.name.clone())).collect();
        let typed = typed.typed_for("add-relation").cloned().unwrap_or_default();
        let chosen = move |field: &str| typed.get(field).to_owned();
        let tables = data.offers.tables.iter().map(|name| (name.clone(), name.clone())).collect();
        view! {
            <Panel title="Add a relation" change="add-relation" table=table.clone()>
                <div class="fields">
                    <Choose label="This column" name="column".to_owned() chosen=chosen("column") choices=columns />
                    <Choose label="Refers to the key of" name="references".to_owned() chosen=chosen("references") choices=tables />
                    <Choose label="When that row goes" name="ondelete".to_owned() chosen=chosen("ondelete") choices=actions() />
                </div>
            </Panel>
        }
    });
    let own = data.relations.into_iter().map(|relation| view! { <Relation relation=relation is_own=true /> }).collect_view();
    let others =
        data.referenced_by.into_iter().map(|relation| view! { <Relation relation=relation is_own=false /> }).collect_view();
    view! {
        <section class="section" aria-labelledby="relations">
            <div class="section-head">
                <h2 id="relations">"Relations"</h2>
                <a class="button small" href=add_href><Icon name="plus" />"Add relation"</a>
            </div>
            {panel}
            {if is_empty {
                view! { <p class="muted">"Nothing refers to this table, and it refers to nothing."</p> }.into_any()
            } else {
                view! { <ul class="effects">{own}{others}</ul> }.into_any()
            }}
        </section>
    }
}

#[component]
fn Relation(relation: RelationData, is_own: bool) -> impl IntoView {
    let other = if is_own { &relation.to } else { &relation.from };
    let href = paths::structure(other);
    let from = format!("{}.{}", relation.from, relation.columns.join(", "));
    let to = format!("{}.{}", relation.to, relation.to_columns.join(", "));
    let drop = format!("do=drop-constraint&table={}&name={}", encode(&relation.from), encode(&relation.name));
    view! {
        <li>
            <span class="row">
                <Icon name="link" />
                <a href=href>{format!("{from} → {to}")}</a>
                <span class="muted small-text">{format!("on delete {}", relation.on_delete)}</span>
            </span>
            {is_own.then(|| view! { <ChangeLink label=format!("Drop the relation {}", relation.name) query=drop text="Drop" /> })}
        </li>
    }
}
