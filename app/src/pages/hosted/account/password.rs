//! The password.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{data::Account, section::Section};
use crate::{
    components::{ErrorSummary, Field, form_error},
    errors::Result,
};

#[server]
async fn change_own_password(password: String, #[server(default)] current: String, #[server(default)] nonce: String) -> Result<()> {
    use super::{
        super::{carried::Carried, server},
        profile::change,
    };
    use crate::AppError;
    use tenon_engine::identity::flows::UserChange;
    use tenon_model::{AuthCode, Code};
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let asked = engine.password_change(&hosted.caller()).await?;
    if asked.has_password && current.is_empty() {
        return Err(AppError::field("current", "Your present password comes first."));
    }
    if asked.needs_code && nonce.trim().is_empty() {
        return Err(AppError::field("nonce", "The code from the mail comes first."));
    }
    let given = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let current = Some(current).filter(|_| asked.has_password);
    let new = UserChange { password: Some(password), current_password: current, nonce: given(nonce), ..UserChange::default() };
    let changed = change(new, "Your password is changed, and every other session has ended.", "").await;
    changed.map_err(|error| match error.error.code {
        Code::InvalidCredentials => AppError::field("current", "This is not your present password."),
        Code::Auth(AuthCode::ReauthenticationNeeded) => AppError::field("nonce", "The code from the mail comes first."),
        Code::Auth(AuthCode::ReauthenticationNotValid) => {
            AppError::field("nonce", "This code is not right, or not any more. Ask for a new one.")
        }
        _ => error,
    })
}

/// Sends the code that a new password takes.
#[server]
async fn send_password_code() -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::flash;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    engine.send_reauthentication(hosted.user, hosted.session, &server::client()).await?;
    flash::leave(flash::Flash::Done("A code is on its way to your address. Enter it below, with your new password.".to_owned()));
    crate::context::redirect("/auth/account#change-password");
    Ok(())
}

#[component]
pub(super) fn PasswordForm(account: Account) -> impl IntoView {
    let error = form_error(ChangeOwnPassword::PATH);
    let least = account.password_min;
    let label = if account.has_password { "Change password" } else { "Set password" };
    view! {
        <Section id="change-password" title="Password" about="A new one ends every other session.">
                {account.needs_code.then(|| view! { <CodeForm /> })}
                <form class="stack" method="post" action=ChangeOwnPassword::url()>
                    <ErrorSummary error=error />
                    <input class="visually-hidden" type="email" autocomplete="username" value=account.email readonly=true tabindex="-1" aria-hidden="true" />
                    {account.needs_code.then(|| view! {
                        <Field label="Code from the mail" name="nonce" autocomplete="one-time-code" required=true error=error />
                    })}
                    {account.has_password.then(|| view! {
                        <Field
                            label="Present password"
                            name="current"
                            kind="password"
                            autocomplete="current-password"
                            required=true
                            error=error
                        />
                    })}
                    <Field
                        label="New password"
                        name="password"
                        kind="password"
                        autocomplete="new-password"
                        required=true
                        minlength=least
                        hint=format!("At least {least} characters.")
                        error=error
                    />
                    <div class="card-foot"><button class="button" type="submit">{label}</button></div>
                </form>
        </Section>
    }
}

/// Asks for the code that a new password takes, once signing in is too long ago to prove enough.
#[component]
fn CodeForm() -> impl IntoView {
    let error = form_error(SendPasswordCode::PATH);
    view! {
        <form class="stack" method="post" action=SendPasswordCode::url()>
            <ErrorSummary error=error />
            <p class="muted">"You signed in a while ago, so a code that we send to your address comes first."</p>
            <div><button class="button" type="submit">"Send me a code"</button></div>
        </form>
    }
}
