//! Signing in: with a password, a passkey, or an account elsewhere.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    carried::Carried,
    entry::{Entry, load_entry},
    frame::{CaptchaBox, CarriedField, HostedPage, carried},
    passkey::PasskeyButton,
};
use crate::{
    AppError,
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
    paths,
};

#[server]
async fn sign_user_in(email: String, password: String, carried: String, #[server(default)] captcha: String) -> Result<()> {
    use super::server;
    let (engine, client, carried) = (crate::context::engine()?, server::client(), Carried::parse(&carried));
    server::check_captcha(&engine, &client, captcha).await?;
    let signed_in = engine.sign_in_with_password(email.clone(), password, &client).await;
    let session = signed_in.map_err(|error| server::refused(error, &email))?;
    server::go(&server::admit(&engine, &session, &carried).await?);
    Ok(())
}

/// Goes on as who is signed in here already.
#[server]
async fn go_on_as_user(carried: String) -> Result<()> {
    use super::server;
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::signed_in(&carried).await?;
    server::go(&server::next(&engine, &hosted, &carried).await?);
    Ok(())
}

/// The sign-in page of the application's users.
#[component]
pub fn HostedSignIn() -> impl IntoView {
    let carried = carried();
    let error = form_error(SignUserIn::PATH);
    loaded(page_data(|| (), |()| load_entry()), move |entry: Entry| {
        let carried = carried.clone();
        view! {
            <HostedPage brand=entry.brand.clone() title="Sign in" about="Welcome back.">
                {entry.signed_in.clone().map(|who| view! { <GoOn who=who carried=carried.clone() /> })}
                {entry.email.then(|| view! { <PasswordForm entry=entry.clone() carried=carried.clone() error=error /> })}
                <Others entry=entry.clone() carried=carried.clone() />
                <p class="hosted-links">
                    {entry.email.then(|| view! { <a href=carried.to("/auth/magic-link")>"Sign in by mail"</a> })}
                    {entry.email.then(|| view! { <a href=carried.to("/auth/reset")>"Forgot your password?"</a> })}
                    {entry.sign_up.then(|| view! { <a href=carried.to("/auth/sign-up")>"Make an account"</a> })}
                </p>
            </HostedPage>
        }
    })
}

#[component]
fn PasswordForm(entry: Entry, carried: Carried, error: Memo<Option<AppError>>) -> impl IntoView {
    view! {
        <form class="stack card" method="post" action=SignUserIn::url()>
            <ErrorSummary error=error />
            <CarriedField carried=carried />
            <Field label="E-mail" name="email" kind="email" autocomplete="username" required=true error=error />
            <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true error=error />
            <CaptchaBox entry=entry />
            <button class="button primary wide" type="submit">"Sign in"</button>
        </form>
    }
}

#[component]
fn GoOn(who: String, carried: Carried) -> impl IntoView {
    let error = form_error(GoOnAsUser::PATH);
    view! {
        <form class="stack card" method="post" action=GoOnAsUser::url()>
            <ErrorSummary error=error />
            <CarriedField carried=carried />
            <p>"You are signed in as " <strong>{who}</strong> "."</p>
            <button class="button primary wide" type="submit">"Continue"</button>
        </form>
    }
}

/// The ways in without a password.
#[component]
fn Others(entry: Entry, carried: Carried) -> impl IntoView {
    let link = |(name, title): (String, String)| {
        let href = carried.to(&format!("/auth/with?provider={}", paths::encode(&name)));
        view! { <li><a class="button wide" href=href rel="external">{format!("Continue with {title}")}</a></li> }
    };
    let providers = (!entry.providers.is_empty())
        .then(|| view! { <ul class="stack tight plain">{entry.providers.clone().into_iter().map(link).collect_view()}</ul> });
    view! {
        {entry.passkeys.then(|| view! { <PasskeyButton carried=carried.query() /> })}
        {providers}
    }
}
