//! Second factors.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{super::passkey::NewKeyButton, data::Account, section::Section};
use crate::{
    components::{ErrorSummary, form_error},
    errors::Result,
    pages::factors::FactorItems,
};

#[server]
async fn begin_own_app() -> Result<()> {
    use super::super::{carried::Carried, server};
    use tenon_engine::identity::NewFactor;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let new = NewFactor { factor_type: "totp".to_owned(), ..NewFactor::default() };
    let made = engine.enrol_factor(&hosted.caller(), &server::client(), new).await?;
    crate::context::redirect(&format!("/auth/account/app?factor={}", made["id"].as_str().unwrap_or_default()));
    Ok(())
}

#[server]
async fn remove_own_factor(factor: String) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::flash;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    engine.unenrol_factor(&hosted.caller(), &server::client(), server::id(&factor)?).await?;
    flash::leave(flash::Flash::Done("The second factor is removed.".to_owned()));
    crate::context::redirect("/auth/account");
    Ok(())
}

#[component]
pub(super) fn Factors(account: Account) -> impl IntoView {
    let (begun, removed) = (form_error(BeginOwnApp::PATH), form_error(RemoveOwnFactor::PATH));
    view! {
        <Section
            id="factors"
            title="Second factors"
            about="Asked for beside your password, so that a password alone lets nobody in."
        >
                <ErrorSummary error=begun />
                <ErrorSummary error=removed />
                <FactorItems
                    guards=account.guards
                    begin=BeginOwnApp::url()
                    remove=RemoveOwnFactor::url()
                    recovery="/auth/account/recovery"
                >
                    <NewKeyButton />
                </FactorItems>
        </Section>
    }
}
