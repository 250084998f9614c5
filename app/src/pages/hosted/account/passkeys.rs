//! Passkeys.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{super::passkey::NewPasskeyButton, data::Account};
use crate::{
    components::{ErrorSummary, form_error},
    errors::Result,
    pages::factors::PasskeyItems,
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
    let guards = account.guards;
    (guards.passkeys_on || !guards.passkeys.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="passkeys-title">
                <h2 id="passkeys-title">"Passkeys"</h2>
                <div class="card stack">
                    <ErrorSummary error=error />
                    <PasskeyItems guards=guards remove=RemoveOwnPasskey::url()><NewPasskeyButton /></PasskeyItems>
                </div>
            </section>
        }
    })
}
