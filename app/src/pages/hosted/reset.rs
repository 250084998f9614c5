//! Asking for a way back in.

use leptos::{prelude::*, server_fn::ServerFn as _};

#[cfg(feature = "ssr")]
use super::carried::Carried;
use super::{
    entry::{Entry, load_entry},
    frame::{CaptchaBox, CarriedField, HostedPage, carried},
};
use crate::{
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn send_reset_mail(email: String, carried: String, #[server(default)] captcha: String) -> Result<()> {
    use super::server;
    let (engine, client) = (crate::context::engine()?, server::client());
    server::check_captcha(&engine, &client, captcha).await?;
    let carried = Carried::parse(&carried);
    let carried = if carried.get("then") == Some("studio") { carried } else { carried.then("new-password") };
    let sent = engine.send_recovery(email.clone(), Some(server::confirm_page(&engine, &carried)), None, &client).await;
    sent.map_err(|error| server::refused(error, &email))?;
    server::go(&carried.to(&format!("/auth/code?type=recovery&email={}", crate::paths::encode(&email))));
    Ok(())
}

/// The page for a forgotten password.
#[component]
pub fn Reset() -> impl IntoView {
    let carried = carried();
    let error = form_error(SendResetMail::PATH);
    loaded(page_data(|| (), |()| load_entry()), move |entry: Entry| {
        let carried = carried.clone();
        view! {
            <HostedPage brand=entry.brand.clone() title="Reset your password" about="We send you a link and a code.">
                <form class="stack card" method="post" action=SendResetMail::url()>
                    <ErrorSummary error=error />
                    <CarriedField carried=carried.clone() />
                    <Field label="E-mail" name="email" kind="email" autocomplete="username" required=true error=error />
                    <CaptchaBox entry=entry />
                    <button class="button primary wide" type="submit">"Send"</button>
                </form>
                <p class="hosted-links"><a href=carried.to("/auth/sign-in")>"Back to sign-in"</a></p>
            </HostedPage>
        }
    })
}
