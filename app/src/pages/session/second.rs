//! The second factor of who signs in to the Studio.

use leptos::{prelude::*, server_fn::ServerFn as _};
#[cfg(feature = "ssr")]
use tenon_engine::{Engine, identity::StudioSession};

use super::{Lone, SignOut, passkey::KeyButton, sign_in::next};
use crate::{
    components::{form_error, loaded, page_data},
    errors::Result,
    pages::factors::{AppForm, Proofs, RecoveryForm},
};
#[cfg(feature = "ssr")]
use crate::{context, pages::factors::proof, paths};

/// Who waits here; others are sent where they belong.
#[cfg(feature = "ssr")]
pub(super) async fn waiting(next: &str) -> Result<(Engine, StudioSession)> {
    let engine = context::engine()?;
    if let Some(session) = context::own_session(&engine).await? {
        return Ok((engine, session));
    }
    context::redirect(&paths::sign_in(next));
    Err(crate::AppError::new(tenon_model::Code::Unauthenticated, "Sign in to go on."))
}

#[server]
async fn load_second(next: String) -> Result<Proofs> {
    let (engine, session) = waiting(&next).await?;
    if !session.wants_second {
        // Nothing is asked any more: pages that lead here may be reloaded, or gone back to.
        context::redirect(&next);
        return Ok(Proofs::default());
    }
    let user = engine.user(session.account.id, session.session).await?;
    Ok(proof::proofs(&user))
}

#[server]
async fn prove_by_app(factor: String, code: String, next: String) -> Result<()> {
    let (engine, session) = waiting(&next).await?;
    let client = context::client();
    let raised = proof::answer_app(&engine, &session.as_user(), &client, &factor, &code).await;
    let raised = raised.map_err(|error| proof::wrong_code(error, "code"))?;
    context::redirect(&context::admit(&engine.admit_to_studio(&raised, &client).await?, &next));
    Ok(())
}

#[server]
async fn prove_by_recovery(recovery: String, next: String) -> Result<()> {
    let (engine, session) = waiting(&next).await?;
    let client = context::client();
    let raised = engine.verify_recovery_code(&session.as_user(), &client, &recovery).await;
    let raised = raised.map_err(|error| proof::wrong_code(error, "recovery"))?;
    context::redirect(&context::admit(&engine.admit_to_studio(&raised, &client).await?, &next));
    Ok(())
}

/// The page that asks for a second factor.
#[component]
pub fn SecondFactor() -> impl IntoView {
    let next = next();
    let (app, code) = (form_error(ProveByApp::PATH), form_error(ProveByRecovery::PATH));
    loaded(page_data(next, load_second), move |proofs: Proofs| {
        let Proofs { apps, keys, recovery } = proofs;
        let hidden = move || view! { <input type="hidden" name="next" value=next() /> };
        let keys = keys.into_iter().map(|(id, name)| view! { <KeyButton factor=id name=name next=next() /> }).collect_view();
        view! {
            <Lone title="One more proof" about="This account is guarded by a second factor.">
                {(!apps.is_empty()).then(|| view! { <AppForm apps=apps action=ProveByApp::url() error=app>{hidden()}</AppForm> })}
                {keys}
                {recovery.then(|| view! { <RecoveryForm action=ProveByRecovery::url() error=code>{hidden()}</RecoveryForm> })}
                <details class="fold">
                    <summary>"None of these is at hand"</summary>
                    <p class="fold-body small-text">
                        "An owner can reset your second factors on your page under Users. If you are the only owner, whoever runs this server can: "
                        <code>"tenon owner reset-factors YOUR-ADDRESS"</code>
                    </p>
                </details>
                <form class="hosted-links" method="post" action=SignOut::url()>
                    <button class="button" type="submit">"Sign out"</button>
                </form>
            </Lone>
        }
    })
}
