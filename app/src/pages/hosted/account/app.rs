//! Adding an authenticator app: its secret as a picture and as text, and its first code.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

use super::super::{
    entry::Brand,
    frame::{HostedPage, parameter},
};
#[cfg(feature = "ssr")]
use crate::pages::factors::proof;
use crate::{
    components::{form_error, loaded, page_data},
    errors::Result,
    pages::factors::PendingApp,
};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Pending {
    brand: Brand,
    picture: String,
    secret: String,
}

#[server]
async fn load_pending_app(factor: String) -> Result<Pending> {
    use super::super::{carried::Carried, server};
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let (picture, secret) = proof::pending_app(&engine, &hosted.caller(), &factor).await?;
    Ok(Pending { brand: server::brand(&engine.settings().auth), picture, secret })
}

#[server]
async fn finish_own_app(factor: String, code: String) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::flash;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let session = server::answer_app(&engine, &hosted, &factor, code).await.map_err(|error| server::refused(error, ""))?;
    let hosted = server::host(&engine, &session).await?;
    let has_codes = server::factors(&engine, &hosted).await?.iter().any(|factor| factor.kind == "recovery_code");
    flash::leave(flash::Flash::Done("The authenticator app guards your account now.".to_owned()));
    crate::context::redirect(if has_codes { "/auth/account" } else { "/auth/account/recovery" });
    Ok(())
}

/// The page that adds an authenticator app.
#[component]
pub fn AddApp() -> impl IntoView {
    let factor = parameter("factor");
    let error = form_error(FinishOwnApp::PATH);
    let id = factor.clone();
    loaded(page_data(move || id.clone(), load_pending_app), move |pending: Pending| {
        let factor = factor.clone();
        let about = "Scan the picture with your app, or type the secret, then enter the code that the app shows.";
        view! {
            <HostedPage brand=pending.brand title="Add an authenticator app" about=about>
                <PendingApp picture=pending.picture secret=pending.secret factor=factor action=FinishOwnApp::url() error=error />
                <p class="hosted-foot"><a href="/auth/account">"Back to your account"</a></p>
            </HostedPage>
        }
    })
}
