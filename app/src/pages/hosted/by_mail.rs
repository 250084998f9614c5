//! Asking for a mail: to sign in with, or as a way back in.

use leptos::{prelude::*, server_fn::ServerFn as _};

#[cfg(feature = "ssr")]
use super::carried::Carried;
use super::{
    entry::{Entry, load_entry},
    frame::{CaptchaBox, CarriedField, HostedPage, carried},
};
use crate::{
    AppError,
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn send_sign_in_mail(
    email: String,
    carried: String,
    #[server(default)]
    #[server(rename = "h-captcha-response")]
    captcha: String,
) -> Result<()> {
    use super::server;
    let (engine, client, carried) = (crate::context::engine()?, server::client(), Carried::parse(&carried));
    server::check_captcha(&engine, &client, captcha, &email).await?;
    let way = Some(server::confirm_page(&engine, &carried));
    let sent = engine.send_otp(email.clone(), serde_json::Map::new(), true, way, None, &client).await;
    sent.map_err(|error| server::refused(error, &email))?;
    server::go(&carried.to(&format!("/auth/code?type=email&email={}", crate::paths::encode(&email))));
    Ok(())
}

#[server]
async fn send_reset_mail(
    email: String,
    carried: String,
    #[server(default)]
    #[server(rename = "h-captcha-response")]
    captcha: String,
) -> Result<()> {
    use super::server;
    let (engine, client) = (crate::context::engine()?, server::client());
    server::check_captcha(&engine, &client, captcha, &email).await?;
    let carried = Carried::parse(&carried);
    let carried = if carried.get("then") == Some("studio") { carried } else { carried.then("new-password") };
    let sent = engine.send_recovery(email.clone(), Some(server::confirm_page(&engine, &carried)), None, &client).await;
    sent.map_err(|error| server::refused(error, &email))?;
    server::go(&carried.to(&format!("/auth/code?type=recovery&email={}", crate::paths::encode(&email))));
    Ok(())
}

/// The page that sends a link and a code to sign in with.
#[component]
pub fn MagicLink() -> impl IntoView {
    let error = form_error(SendSignInMail::PATH);
    view! { <Ask title="Sign in by mail" action=SendSignInMail::url() error=error /> }
}

/// The page for a forgotten password.
#[component]
pub fn Reset() -> impl IntoView {
    let error = form_error(SendResetMail::PATH);
    view! { <Ask title="Reset your password" action=SendResetMail::url() error=error /> }
}

#[component]
fn Ask(title: &'static str, action: &'static str, error: Memo<Option<AppError>>) -> impl IntoView {
    let carried = carried();
    loaded(page_data(|| (), |()| load_entry()), move |entry: Entry| {
        let carried = carried.clone();
        view! {
            <HostedPage brand=entry.brand.clone() title=title about="We send you a link and a code.">
                <form class="stack card" method="post" action=action>
                    <ErrorSummary error=error />
                    <CarriedField carried=carried.clone() />
                    <Field label="E-mail" name="email" kind="email" autocomplete="username" required=true error=error />
                    <CaptchaBox entry=entry />
                    <button class="button primary wide" type="submit">"Send"</button>
                </form>
                <p class="hosted-foot"><a href=carried.to("/auth/sign-in") rel="external">"Back to sign-in"</a></p>
            </HostedPage>
        }
    })
}
