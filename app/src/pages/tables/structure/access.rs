//! Who may reach the table through the API.

use leptos::prelude::*;

use super::data::StructureData;
use crate::{components::CheckField, ddl::Params};

const ROLES: [(&str, &str, &str); 2] = [
    ("anon", "Publishable key", "Anyone who has the key that your application ships."),
    ("authenticated", "Signed-in users", "Users of your application, with a token of their own."),
];

const RIGHTS: [(&str, &str); 4] =
    [("select", "Read rows"), ("insert", "Add rows"), ("update", "Change rows"), ("delete", "Delete rows")];

#[component]
pub(super) fn AccessSection(data: StructureData, typed: Params) -> impl IntoView {
    let typed = typed.typed_for("access");
    let is_open = |field: &str, is: bool| typed.map_or(is, |typed| typed.is(field));
    let roles = ROLES
        .into_iter()
        .zip(data.access)
        .map(|((role, title, about), rights)| {
            let boxes = RIGHTS
                .into_iter()
                .zip(rights)
                .map(|((right, text), is)| {
                    let field = format!("{role}.{right}");
                    let checked = is_open(&field, is);
                    view! { <CheckField label=text name=field checked=checked /> }
                })
                .collect_view();
            view! {
                <fieldset>
                    <legend>{title}</legend>
                    <p class="hint">{about}</p>
                    {boxes}
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="access">
            <div>
                <h2 id="access">"Access through the API"</h2>
                <p class="muted small-text">"Nothing is open by default. The secret key and accounts of the Studio are past these switches."</p>
            </div>
            <form class="card stack" method="get" action="/schema" aria-labelledby="access">
                <input type="hidden" name="do" value="access" />
                <input type="hidden" name="table" value=data.name />
                <div class="access">{roles}</div>
                <div class="row end"><button class="button" type="submit">"Review"</button></div>
            </form>
        </section>
    }
}
