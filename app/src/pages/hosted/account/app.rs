//! Adding an authenticator app: its secret as a picture and as text, and its first code.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

use super::super::{
    entry::Brand,
    frame::{HostedPage, parameter},
};
use crate::{
    components::{CopyButton, ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
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
    let shown = engine.pending_app(&hosted.caller(), server::id(&factor)?).await?;
    let text = |name: &str| shown[name].as_str().unwrap_or_default().to_owned();
    let picture = format!("data:image/svg+xml,{}", crate::paths::encode(&text("qr_code")));
    Ok(Pending { brand: server::brand(&engine.settings().auth), picture, secret: text("secret") })
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
                <form class="stack card" method="post" action=FinishOwnApp::url()>
                    <ErrorSummary error=error />
                    <img class="qr" src=pending.picture alt="The secret as a QR code" width="200" height="200" />
                    <p class="hosted-secret"><code>{pending.secret.clone()}</code><CopyButton text=pending.secret label="Copy the secret" /></p>
                    <input type="hidden" name="factor" value=factor />
                    <Field label="Code" name="code" autocomplete="one-time-code" inputmode="numeric" required=true error=error />
                    <button class="button primary wide" type="submit">"Add"</button>
                </form>
                <p class="hosted-foot"><a href="/auth/account">"Back to your account"</a></p>
            </HostedPage>
        }
    })
}
