//! The table itself: its name, its comment, its end.

use leptos::prelude::*;

use super::data::StructureData;
use crate::{
    components::{Field, Icon},
    paths::encode,
};

#[component]
pub(super) fn TableSection(data: StructureData) -> impl IntoView {
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
    let rename = view! { <Field label="Name" name="to" value=data.name.clone() required=true /> }.into_any();
    let comment = view! { <Field label="Comment" name="comment" value=data.comment.clone() /> }.into_any();
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
