//! Signing in: with a password, a passkey, or an account elsewhere.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    carried::Carried,
    entry::{Entry, load_entry},
    frame::{CaptchaBox, CarriedField, HostedPage, carried},
    ways::OtherWays,
};
use crate::{
    AppError,
    components::{ErrorSummary, Field, Icon, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn sign_user_in(
    email: String,
    password: String,
    carried: String,
    #[server(default)]
    #[server(rename = "h-captcha-response")]
    captcha: String,
) -> Result<()> {
    use super::server;
    let (engine, client, carried) = (crate::context::engine()?, server::client(), Carried::parse(&carried));
    server::check_captcha(&engine, &client, captcha, &email).await?;
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
        let ways = view! { <Ways entry=entry.clone() carried=carried.clone() error=error /> };
        let sign_up = entry.sign_up.then(|| carried.to("/auth/sign-up"));
        view! {
            <HostedPage brand=entry.brand title="Sign in" about="Welcome back.">
                {match entry.signed_in {
                    Some(who) => view! { <GoOn who=who carried=carried failed=error.with_untracked(Option::is_some)>{ways}</GoOn> }.into_any(),
                    None => view! { <div class="card stack">{ways}</div> }.into_any(),
                }}
                {sign_up.map(|href| view! { <p class="hosted-foot">"No account yet? "<a href=href rel="external">"Make an account"</a></p> })}
            </HostedPage>
        }
    })
}

/// Every way in that is switched on.
#[component]
fn Ways(entry: Entry, carried: Carried, error: Memo<Option<AppError>>) -> impl IntoView {
    if !entry.email && !entry.passkeys && entry.providers.is_empty() {
        return view! { <p>"No way to sign in is switched on here yet."</p> }.into_any();
    }
    view! {
        {entry.email.then(|| view! { <PasswordForm entry=entry.clone() carried=carried.clone() error=error /> })}
        <OtherWays entry=entry carried=carried signs_in=true />
    }
    .into_any()
}

#[component]
fn PasswordForm(entry: Entry, carried: Carried, error: Memo<Option<AppError>>) -> impl IntoView {
    let reset = carried.to("/auth/reset");
    view! {
        <form class="stack" method="post" action=SignUserIn::url()>
            <ErrorSummary error=error />
            <CarriedField carried=carried />
            <Field label="E-mail" name="email" kind="email" autocomplete="username" required=true error=error />
            <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true error=error />
            <p class="hosted-aside"><a href=reset rel="external">"Forgot your password?"</a></p>
            <CaptchaBox entry=entry />
            <button class="button primary wide" type="submit">"Sign in"</button>
        </form>
    }
}

/// What somebody finds who is signed in here already; the children are the ways in for anybody else.
#[component]
fn GoOn(who: String, carried: Carried, failed: bool, children: Children) -> impl IntoView {
    let error = form_error(GoOnAsUser::PATH);
    view! {
        <form class="stack card" method="post" action=GoOnAsUser::url()>
            <ErrorSummary error=error />
            <CarriedField carried=carried />
            <p>"You are signed in as " <strong>{who}</strong> "."</p>
            <button class="button primary wide" type="submit">"Continue"</button>
        </form>
        <details class="fold" open=failed>
            <summary>"Use another account"<Icon name="chevron-down" /></summary>
            <div class="fold-body stack">{children()}</div>
        </details>
    }
}
