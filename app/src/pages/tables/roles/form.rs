//! The form for a role.

use leptos::prelude::*;

use super::data::{RoleData, RolesData};
use crate::components::{CheckField, Field};

#[component]
pub(super) fn RoleForm(data: RolesData, role: RoleData, is_new: bool) -> impl IntoView {
    let (title, change) =
        if is_new { ("Add a role".to_owned(), "create-role") } else { (format!("Edit {}", role.name), "change-role") };
    let name = if is_new {
        view! { <Field label="Name" name="role" value=role.name.clone() required=true hint="e.g. editor" /> }.into_any()
    } else {
        view! { <input type="hidden" name="role" value=role.name.clone() /> }.into_any()
    };
    let boxes = data
        .roles
        .iter()
        .filter(|other| other.name != role.name)
        .map(|other| {
            let text = if other.name == "authenticated" { "like signed-in users".to_owned() } else { other.name.clone() };
            let checked = role.groups.contains(&other.name);
            view! {
                <label class="check">
                    <input type="checkbox" name="in" value=other.name.clone() checked=checked />
                    <span>{text}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <form class="card stack narrow" method="get" action="/schema" aria-label=title.clone()>
            <h3>{title.clone()}</h3>
            <input type="hidden" name="do" value=change />
            {name}
            <Field label="What it is for" name="comment" value=role.comment />
            <fieldset class="field" aria-describedby="in-hint">
                <legend>"Member of"</legend>
                <div class="checks">{boxes}</div>
                <p class="hint" id="in-hint">"It has the privileges of these roles, and their policies are for it, too."</p>
            </fieldset>
            <CheckField label="Inherits their rights" name="inherit" checked=role.inherit />
            <div class="row end">
                <a class="button quiet" href="/roles">"Cancel"</a>
                <button class="button primary" type="submit">"Review"</button>
            </div>
        </form>
    }
}
