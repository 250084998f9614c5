//! The table itself: its name, its comment, its end.

use leptos::prelude::*;

use super::data::StructureData;
use crate::{
    components::{Field, Icon},
    ddl::Params,
    paths::encode,
};

#[component]
pub(super) fn TableSection(data: StructureData, typed: Params) -> impl IntoView {
    let value = |change: &str, field: &str, now: &str| typed.typed_for(change).map_or(now, |typed| typed.get(field)).to_owned();
    let form = |change: &'static str, field: AnyView, text: &'static str| {
        view! {
            <form class="row inline-form" method="get" action="/schema">
                <input type="hidden" name="do" value=change />
                <input type="hidden" name="table" value=data.name.clone() />
                {field}
                <button class="button" type="submit">{text}</button>
            </form>
        }
    };
    let rename = view! { <Field label="Name" name="to" value=value("rename-table", "to", &data.name) required=true /> }.into_any();
    let comment = value("comment-table", "table_comment", &data.comment);
    let comment = view! { <Field label="Comment" name="table_comment" value=comment /> }.into_any();
    let drop = format!("/schema?do=drop-table&table={}", encode(&data.name));
    view! {
        <section class="section" aria-labelledby="table">
            <h2 id="table">"The table"</h2>
            <div class="card stack">
                {form("rename-table", rename, "Rename")}
                {form("comment-table", comment, "Change comment")}
                <div class="card-foot apart">
                    <span class="muted small-text">"Dropping a table loses its rows for good; you see how many first."</span>
                    <a class="button danger" href=drop><Icon name="trash" />"Drop table"</a>
                </div>
            </div>
        </section>
    }
}
