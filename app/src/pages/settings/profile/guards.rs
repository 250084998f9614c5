//! One's own second factors and passkeys.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::keys::{NewKeyButton, NewPasskeyButton};
use crate::{
    components::{ErrorSummary, form_error},
    errors::Result,
    pages::factors::{FactorItems, Guards, PasskeyItems},
};

#[server]
async fn begin_studio_app() -> Result<()> {
    use crate::context;
    use tenon_engine::identity::NewFactor;
    let (engine, session) = context::session().await?;
    let new = NewFactor { factor_type: "totp".to_owned(), ..NewFactor::default() };
    let made = engine.enrol_factor(&session.as_user(), &context::client(), new).await?;
    context::redirect(&format!("/settings/profile/app?factor={}", made["id"].as_str().unwrap_or_default()));
    Ok(())
}

#[server]
async fn remove_studio_factor(factor: String) -> Result<()> {
    use crate::{context, pages::factors::proof};
    let (engine, session) = context::session().await?;
    engine.unenrol_factor(&session.as_user(), &context::client(), proof::id(&factor)?).await?;
    done("The second factor is removed.");
    Ok(())
}

#[server]
async fn remove_studio_passkey(passkey: String) -> Result<()> {
    use crate::{context, pages::factors::proof};
    let (engine, session) = context::session().await?;
    engine.delete_passkey(&session.as_user(), &context::client(), proof::id(&passkey)?).await?;
    done("The passkey is removed.");
    Ok(())
}

#[cfg(feature = "ssr")]
fn done(text: &str) {
    crate::flash::leave(crate::flash::Flash::Done(text.to_owned()));
    crate::context::redirect("/settings/profile");
}

/// The sections of what guards one's account.
#[component]
pub(super) fn GuardSections(
    /// What there is.
    guards: Guards,
) -> impl IntoView {
    let failed = [BeginStudioApp::PATH, RemoveStudioFactor::PATH, RemoveStudioPasskey::PATH].map(form_error);
    let failed = Signal::derive(move || failed.iter().find_map(|error| error.get()));
    let passkeys = (guards.passkeys_on || !guards.passkeys.is_empty()).then(|| guards.clone());
    view! {
        <ErrorSummary error=failed />
        <section class="section narrow" aria-labelledby="factors-title">
            <h2 id="factors-title">"Second factors"</h2>
            <div class="card stack">
                <p class="muted">"Asked for beside your password, so that a password alone lets nobody in."</p>
                <FactorItems
                    guards=guards
                    begin=BeginStudioApp::url()
                    remove=RemoveStudioFactor::url()
                    recovery="/settings/profile/recovery"
                >
                    <NewKeyButton />
                </FactorItems>
            </div>
        </section>
        {passkeys.map(|guards| view! {
            <section class="section narrow" aria-labelledby="passkeys-title">
                <h2 id="passkeys-title">"Passkeys"</h2>
                <div class="card stack">
                    <p class="muted">"Sign in with your device instead of a password."</p>
                    <PasskeyItems guards=guards remove=RemoveStudioPasskey::url()><NewPasskeyButton /></PasskeyItems>
                </div>
            </section>
        })}
    }
}
