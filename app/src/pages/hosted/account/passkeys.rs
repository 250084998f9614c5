//! Passkeys.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{super::passkey::NewPasskeyButton, data::Account, section::Section};
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
            <Section id="passkeys" title="Passkeys" about="Sign in with your device instead of a password.">
                    <ErrorSummary error=error />
                    <PasskeyItems guards=guards remove=RemoveOwnPasskey::url()>
                        <NewPasskeyButton />
                        <noscript><p class="hint">"Adding a passkey needs scripts."</p></noscript>
                    </PasskeyItems>
            </Section>
        }
    })
}
