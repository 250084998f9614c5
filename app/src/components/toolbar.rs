//! Above a list: what of it is shown. A form, so that it works without scripts.

use leptos::prelude::*;

use super::Icon;

/// The form that says what of a list is shown.
#[component]
pub fn Toolbar(
    /// The list's own address.
    action: &'static str,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="toolbar" method="get" action=action role="search">
            {children()}
            <button class="button" type="submit">"Show"</button>
        </form>
    }
}

/// What is searched for.
#[component]
pub fn SearchInput(
    /// Its name in the address.
    #[prop(default = "q")]
    name: &'static str,
    /// What stands in it at first.
    value: String,
    /// What it is called.
    label: &'static str,
    /// What an empty one shows.
    placeholder: &'static str,
) -> impl IntoView {
    view! {
        <div class="search">
            <Icon name="search" />
            <input type="search" name=name value=value placeholder=placeholder aria-label=label />
        </div>
    }
}

/// A choice of one among few.
#[component]
pub fn Choice(
    /// Its name in the address.
    name: &'static str,
    /// What it is called.
    label: &'static str,
    /// Value and text of each.
    options: &'static [(&'static str, &'static str)],
    /// The value chosen at first.
    chosen: String,
) -> impl IntoView {
    let options =
        options.iter().map(|(key, text)| view! { <option value=*key selected={*key == chosen}>{*text}</option> }).collect_view();
    view! { <select name=name aria-label=label>{options}</select> }
}
