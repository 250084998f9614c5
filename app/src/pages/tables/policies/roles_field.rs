//! Whom a policy is for.

use leptos::prelude::*;

/// Roles by the names that people know them by.
const KNOWN: [(&str, &str); 3] =
    [("authenticated", "signed-in users"), ("anon", "the publishable key"), ("service_role", "the secret key")];

/// A role, as the list and the form say it.
pub(super) fn label(role: &str) -> &str {
    KNOWN.iter().find(|(name, _)| *name == role).map_or(role, |(_, text)| text)
}

/// Whether a role stands in a list as SQL has it.
fn is_in(list: &str, role: &str) -> bool {
    format!(", {list}, ").contains(&format!(", {role}, "))
}

/// A box for each role; with none of them checked, the policy is for everybody.
#[component]
pub(super) fn RolesField(roles: Vec<String>, value: String) -> impl IntoView {
    // The secret key is past every policy: it is offered only where it is named already.
    let offered = roles.into_iter().filter(|role| role != "service_role" || is_in(&value, role));
    let boxes = offered
        .map(|role| {
            let (checked, text) = (is_in(&value, &role), label(&role).to_owned());
            view! { <label class="check"><input type="checkbox" name="role" value=role checked=checked /><span>{text}</span></label> }
        })
        .collect_view();
    view! {
        <fieldset class="field" aria-describedby="role-hint">
            <legend>"For"</legend>
            <div class="checks">{boxes}</div>
            <p class="hint" id="role-hint">"Nobody chosen means everybody."</p>
        </fieldset>
    }
}
