//! Passkeys.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    super::passkey::NewPasskeyButton,
    data::{Account, Item},
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
            <section class="section" aria-labelledby="passkeys-title">
                <h2 id="passkeys-title">"Passkeys"</h2>
                <div class="card stack">
                    <ErrorSummary error=error />
                    <p class="muted">"Sign in with your device instead of a password."</p>
                    {has_any.then(|| view! { <ul class="hosted-list">{account.passkeys.into_iter().map(row).collect_view()}</ul> })}
                    {account.passkeys_on.then(|| view! { <NewPasskeyButton /> })}
                </div>
            </section>
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
