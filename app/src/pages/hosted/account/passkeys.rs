//! Passkeys.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    super::passkey::NewPasskeyButton,
    data::{Account, Item},
    section::Section,
};
use crate::{
    components::{ErrorSummary, form_error},
    errors::Result,
};

#[server]
async fn remove_own_passkey(passkey: String) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::flash;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    engine.delete_passkey(&hosted.caller(), &server::client(), server::id(&passkey)?).await?;
    flash::leave(flash::Flash::Done("The passkey is removed.".to_owned()));
    crate::context::redirect("/auth/account");
    Ok(())
}

#[component]
pub(super) fn Passkeys(account: Account) -> impl IntoView {
    let error = form_error(RemoveOwnPasskey::PATH);
    let has_any = !account.passkeys.is_empty();
    (account.passkeys_on || has_any).then(|| {
        view! {
            <Section id="passkeys" title="Passkeys" about="Sign in with your device instead of a password.">
                    <ErrorSummary error=error />
                    {(!has_any).then(|| view! { <p class="muted">"You have none yet."</p> })}
                    {has_any.then(|| view! { <ul class="hosted-list">{account.passkeys.into_iter().map(row).collect_view()}</ul> })}
                    {account.passkeys_on.then(|| view! {
                        <NewPasskeyButton />
                        <noscript><p class="hint">"Adding a passkey needs scripts."</p></noscript>
                    })}
            </Section>
        }
    })
}

fn row(item: Item) -> impl IntoView {
    let label = format!("Remove {}", item.name);
    view! {
        <li>
            <div><strong>{item.name}</strong><p class="muted small-text">{item.about}</p></div>
            <form method="post" action=RemoveOwnPasskey::url()>
                <input type="hidden" name="passkey" value=item.id />
                <button class="button small" type="submit" aria-label=label>"Remove"</button>
            </form>
        </li>
    }
}
