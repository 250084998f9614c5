//! Asking for a mail to sign in with.

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
async fn send_sign_in_mail(email: String, carried: String, #[server(default)] captcha: String) -> Result<()> {
    use super::server;
    let (engine, client, carried) = (crate::context::engine()?, server::client(), Carried::parse(&carried));
    server::check_captcha(&engine, &client, captcha).await?;
    let way = Some(server::confirm_page(&engine, &carried));
    let sent = engine.send_otp(email.clone(), serde_json::Map::new(), true, way, None, &client).await;
    sent.map_err(|error| server::refused(error, &email))?;
    server::go(&carried.to(&format!("/auth/code?type=email&email={}", crate::paths::encode(&email))));
    Ok(())
}

/// The page that sends a link and a code.
#[component]
pub fn MagicLink() -> impl IntoView {
    let carried = carried();
    let error = form_error(SendSignInMail::PATH);
    loaded(page_data(|| (), |()| load_entry()), move |entry: Entry| {
        let carried = carried.clone();
        view! {
            <HostedPage brand=entry.brand.clone() title="Sign in by mail" about="We send you a link and a code.">
                <form class="stack card" method="post" action=SendSignInMail::url()>
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
