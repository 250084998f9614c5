//! Who may reach the table and its columns.

use leptos::prelude::*;

use super::data::{RoleAccess, StructureData};
use crate::{
    components::CheckField,
    ddl::{Params, column_box, table_box},
};

const BUILT_IN: [(&str, &str, &str); 2] = [
    ("anon", "Publishable key", "Anyone who has the key that your application ships."),
    ("authenticated", "Signed-in users", "Users of your application, with a token of their own."),
];

const RIGHTS: [(&str, &str); 4] =
    [("select", "Read rows"), ("insert", "Add rows"), ("update", "Change rows"), ("delete", "Delete rows")];

#[component]
pub(super) fn AccessSection(data: StructureData, typed: Params) -> impl IntoView {
    let typed = typed.typed_for("access").cloned();
    let columns: Vec<String> = data.columns.iter().map(|column| column.form.name.clone()).collect();
    let roles = data
        .access
        .into_iter()
        .map(|access| view! { <RoleBoxes access=access columns=columns.clone() typed=typed.clone() /> })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="access">
            <div>
                <h2 id="access">"Access through the API"</h2>
                <p class="muted small-text">
                    "Nothing is open by default. The secret key, builders and owners are past these switches. "
                    <a href="/roles">"Roles"</a>" have the rights of those they are members of besides their own."
                </p>
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

#[component]
fn RoleBoxes(access: RoleAccess, columns: Vec<String>, typed: Option<Params>) -> impl IntoView {
    let role = access.role.clone();
    let known = BUILT_IN.iter().find(|(name, ..)| *name == role);
    let title = known.map_or_else(|| role.clone(), |(_, title, _)| (*title).to_owned());
    let about = known.map(|(.., about)| view! { <p class="hint">{*about}</p> });
    let is_open = |field: &str, is: bool| typed.as_ref().map_or(is, |typed| typed.is(field));
    let boxes = RIGHTS
        .into_iter()
        .zip(access.table)
        .map(|((right, text), is)| {
            let field = table_box(&role, right);
            let checked = is_open(&field, is);
            view! { <CheckField label=text name=field checked=checked /> }
        })
        .collect_view();
    let has_any = access.columns.iter().flatten().any(|is| *is);
    let rows = columns
        .into_iter()
        .zip(access.columns)
        .map(|(column, held)| {
            let cells = RIGHTS
                .into_iter()
                .zip(held)
                .map(|((right, text), is)| {
                    let field = column_box(&role, right, &column);
                    let checked = is_open(&field, is);
                    let label = format!("{title}: {text}, {column}");
                    view! { <td><input type="checkbox" name=field value="true" checked=checked aria-label=label /></td> }
                })
                .collect_view();
            view! { <tr><th scope="row">{column}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <fieldset>
            <legend>{title.clone()}</legend>
            <input type="hidden" name="roles" value=role.clone() />
            {about}
            {boxes}
            <details class="fold" open=has_any>
                <summary>"Single columns"</summary>
                <div class="fold-body stack">
                    <p class="hint">
                        "For roles that may not do it with the whole table. A right on the table is one on every column: taking it \
                        from a column below changes nothing."
                    </p>
                    <table class="table column-grants">
                        <thead><tr><th scope="col">"Column"</th><th scope="col">"Read"</th><th scope="col">"Add"</th><th scope="col">"Change"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </fieldset>
    }
}
