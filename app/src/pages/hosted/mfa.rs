//! The second factor: a code of an authenticator app, a security key, or a recovery code.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::carried::Carried;
use super::{
    entry::Brand,
    frame::{CarriedField, HostedPage, carried},
    passkey::KeyButton,
};
#[cfg(feature = "ssr")]
use crate::pages::factors::proof;
use crate::{
    components::{form_error, loaded, page_data},
    errors::Result,
    pages::factors::{AppForm, Proofs, RecoveryForm},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    brand: Brand,
    proofs: Proofs,
}

#[server]
async fn load_asked(carried: String) -> Result<Asked> {
    use super::server;
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::signed_in(&carried).await?;
    let brand = server::brand(&engine.settings().auth);
    if !hosted.wants_second {
        // Nothing is asked any more: pages that lead here may be reloaded, or gone back to.
        crate::context::redirect(&carried.to("/auth/sign-in"));
        return Ok(Asked { brand, proofs: Proofs::default() });
    }
    let user = engine.user(hosted.user, hosted.session).await?;
    Ok(Asked { brand, proofs: proof::proofs(&user) })
}

#[server]
async fn answer_with_app(factor: String, code: String, carried: String) -> Result<()> {
    use super::server;
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::signed_in(&carried).await?;
    let session = server::answer_app(&engine, &hosted, &factor, code).await.map_err(|error| server::refused(error, ""))?;
    server::go(&server::admit(&engine, &session, &carried).await?);
    Ok(())
}

#[server]
async fn answer_with_recovery(recovery: String, carried: String) -> Result<()> {
    use super::server;
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::signed_in(&carried).await?;
    let session = engine.verify_recovery_code(&hosted.caller(), &server::client(), &recovery).await;
    let session = session.map_err(|error| proof::wrong_code(error, "recovery"))?;
    server::go(&server::admit(&engine, &session, &carried).await?);
    Ok(())
}

/// The page that asks for a second factor.
#[component]
pub fn SecondFactor() -> impl IntoView {
    let carried = carried();
    let query = carried.query();
    let (app, code) = (form_error(AnswerWithApp::PATH), form_error(AnswerWithRecovery::PATH));
    loaded(page_data(move || query.clone(), load_asked), move |asked: Asked| {
        let carried = carried.clone();
        let query = carried.query();
        let (by_app, by_recovery) = (carried.clone(), carried);
        let Proofs { apps, keys, recovery } = asked.proofs;
        let keys =
            keys.into_iter().map(|(id, name)| view! { <KeyButton factor=id name=name carried=query.clone() /> }).collect_view();
        view! {
            <HostedPage brand=asked.brand title="One more proof" about="This account is guarded by a second factor." signed_in=true>
                {(!apps.is_empty()).then(|| view! {
                    <AppForm apps=apps action=AnswerWithApp::url() error=app><CarriedField carried=by_app /></AppForm>
                })}
                {keys}
                {recovery.then(|| view! {
                    <RecoveryForm action=AnswerWithRecovery::url() error=code><CarriedField carried=by_recovery /></RecoveryForm>
                })}
            </HostedPage>
        }
    })
}
