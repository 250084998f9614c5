//! The ways in without a password.

use leptos::prelude::*;

use super::{carried::Carried, entry::Entry, passkey::PasskeyButton};
use crate::{components::Icon, paths};

/// The ways in without a password, below a form or alone. Whoever makes an account has no passkey yet.
#[component]
pub(super) fn OtherWays(
    /// What is switched on.
    entry: Entry,
    /// What the next step is handed.
    carried: Carried,
    /// Whether somebody signs in; otherwise they make an account.
    #[prop(optional)]
    signs_in: bool,
) -> impl IntoView {
    let Entry { providers, email, passkeys, .. } = entry;
    let (has_providers, passkeys, mail) = (!providers.is_empty(), passkeys && signs_in, email && signs_in);
    let query = carried.query();
    let link = {
        let carried = carried.clone();
        move |(name, title): (String, String)| {
            let mark: String = title.chars().take(1).collect();
            let href = carried.to(&format!("/auth/with?provider={}", paths::encode(&name)));
            view! {
                <a class="button wide" href=href rel="external">
                    <span class="hosted-mark" aria-hidden="true">{mark}</span>
                    {format!("Continue with {title}")}
                </a>
            }
        }
    };
    view! {
        {(email && (has_providers || passkeys || mail)).then(|| view! { <p class="hosted-or">"or"</p> })}
        <div class="stack tight hosted-ways">
            {providers.into_iter().map(link).collect_view()}
            {passkeys.then(|| view! { <PasskeyButton carried=query /> })}
            {mail.then(|| view! {
                <a class="button wide" href=carried.to("/auth/magic-link") rel="external"><Icon name="mail" />"Sign in by mail"</a>
            })}
        </div>
    }
}
