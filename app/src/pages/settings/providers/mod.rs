//! The providers that people may sign in with.

mod data;
mod form;
mod trial;

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_url;

use self::{
    data::{EnableProvider, ProvidersData, RemoveProvider, Row, SaveProvider, load_providers},
    form::ProviderForm,
    trial::Trial,
};
use crate::components::{CopyButton, Empty, ErrorSummary, Icon, PageHead, form_error, loaded, page_data};

/// The page of the providers: the list, and one of them to change or try out.
#[component]
pub fn Providers() -> impl IntoView {
    let url = use_url();
    let asked = Memo::new(move |_| {
        url.with(|url| ["add", "edit", "test"].map(|name| url.search_params().get_str(name).unwrap_or_default().to_owned()))
    });
    let failure = [SaveProvider::PATH, EnableProvider::PATH, RemoveProvider::PATH].map(form_error);
    let failure = Signal::derive(move || failure.iter().find_map(|error| error.get()));
    let data = page_data(move || asked.get(), |[add, edit, test]| load_providers(add, edit, test));
    loaded(data, move |data| {
        let ProvidersData { rows, presets, callback_url, form, trial } = data;
        let choosing = form.is_none();
        let list = if rows.is_empty() {
            let text = "With one, people sign in by an account that they have elsewhere.";
            view! { <Empty icon="key" title="No providers yet" text=text /> }.into_any()
        } else {
            let rows = rows.into_iter().map(|row| view! { <ProviderRow row=row /> }).collect_view();
            view! { <ul class="effects narrow">{rows}</ul> }.into_any()
        };
        let presets = presets
            .into_iter()
            .map(|(name, label)| view! { <a class="button" href=format!("/settings/providers?add={name}")>{label}</a> })
            .collect_view();
        view! {
            <PageHead title="Providers" about="Where else people may have an account to sign in with.".to_owned() />
            <ErrorSummary error=failure />
            {trial.map(|trial| view! { <Trial trial=trial /> })}
            {list}
            {form.map(|form| view! { <ProviderForm form=form callback_url=callback_url.clone() /> })}
            {choosing.then(|| view! {
                <section class="section narrow" aria-labelledby="add">
                    <h2 id="add">"Add a provider"</h2>
                    <div class="row">{presets}</div>
                </section>
            })}
        }
    })
}

#[component]
fn ProviderRow(row: Row) -> impl IntoView {
    let Row { name, label, enabled, about } = row;
    let (badge, state) = if enabled { ("badge accent", "on") } else { ("badge", "off") };
    let switch = if enabled { "Switch off" } else { "Switch on" };
    view! {
        <li>
            <span>
                <strong>{label.clone()}</strong>" "<span class=badge>{state}</span>
                <span class="muted small-text cell-note">" "{about}</span>
            </span>
            <span class="row">
                <form method="post" action=EnableProvider::url()>
                    <input type="hidden" name="name" value=name.clone() />
                    <input type="hidden" name="enabled" value=(!enabled).to_string() />
                    <button class="button small" type="submit" aria-label=format!("{switch}: {label}")>{switch}</button>
                </form>
                <form method="get" action="/settings/providers">
                    <input type="hidden" name="test" value=name.clone() />
                    <button class="button small" type="submit" aria-label=format!("Test this provider: {label}")>"Test this provider"</button>
                </form>
                <a class="button small" href=format!("/settings/providers?edit={name}") aria-label=format!("Change {label}")>"Change"</a>
                <details class="menu manage">
                    <summary class="button small" aria-label=format!("Remove {label}…")>"Remove"<Icon name="chevron-down" /></summary>
                    <div class="menu-body menu-forms">
                        <form class="row" method="post" action=RemoveProvider::url()>
                            <input type="hidden" name="name" value=name />
                            <label class="check"><input type="checkbox" required=true /><span>"People who sign in with it no longer can."</span></label>
                            <input class="button small danger" type="submit" value="Remove provider" />
                        </form>
                    </div>
                </details>
            </span>
        </li>
    }
}

/// The address to tell the provider.
#[component]
fn Callback(url: String) -> impl IntoView {
    view! {
        <div class="field">
            <span>"Callback address"</span>
            <div class="row apart">
                <code class="clip">{url.clone()}</code>
                <CopyButton text=url label="Copy the callback address" />
            </div>
        </div>
    }
}
