//! One's own password and how the Studio looks.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

use crate::{
    components::{ErrorSummary, Field, PageHead, form_error, loaded, page_data},
    errors::Result,
    theme::Theme,
};

/// Who is signed in, and what they chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ProfileData {
    email: String,
    role: String,
    theme: Theme,
}

#[server]
async fn load_profile() -> Result<ProfileData> {
    let (_, account) = crate::context::account().await?;
    Ok(ProfileData { email: account.email, role: account.role.as_str().to_owned(), theme: crate::theme::chosen() })
}

#[server]
async fn choose_theme(theme: String) -> Result<()> {
    const YEAR: u64 = 365 * 24 * 60 * 60;
    crate::context::account().await?;
    crate::cookies::set(Theme::COOKIE, Theme::parse(&theme).as_str(), YEAR);
    crate::context::redirect("/settings/profile");
    Ok(())
}

#[server]
async fn change_password(current: String, password: String) -> Result<()> {
    use crate::{AppError, context, cookies, flash};
    let (engine, account) = context::account().await?;
    // Whoever finds a signed-in browser must not be able to take the account over.
    let proof = engine.sign_in(account.email.clone(), current, context::client_address()).await;
    let proof = proof.map_err(|error| match error.code {
        tenon_model::Code::InvalidCredentials => AppError::field("current", "This is not your present password."),
        _ => error.into(),
    })?;
    engine.sign_out(&proof.token).await?;
    engine.set_account_password(&account.caller(), account.id, password.clone()).await?;
    // Every session ends with the old password; this browser gets a new one.
    let session = engine.sign_in(account.email, password, context::client_address()).await?;
    cookies::set(cookies::session_name(), &session.token, session.max_age);
    flash::leave(flash::Flash::Done("Your password is changed, and every other session has ended.".to_owned()));
    context::redirect("/settings/profile");
    Ok(())
}

/// The page of one's own settings.
#[component]
pub fn Profile() -> impl IntoView {
    loaded(page_data(|| (), |()| load_profile()), |profile| {
        view! {
            <PageHead title="Profile" about=format!("Signed in as {}, {}.", profile.email, profile.role) />
            <ThemeForm theme=profile.theme />
            <PasswordForm email=profile.email />
        }
    })
}

#[component]
fn ThemeForm(theme: Theme) -> impl IntoView {
    let choice = |choice: Theme, text: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="theme" value=choice.as_str() checked={choice == theme} />
                <span>{text}</span>
            </label>
        }
    };
    view! {
        <section class="section narrow" aria-labelledby="theme">
            <h2 id="theme">"Appearance"</h2>
            <form class="card stack" method="post" action=ChooseTheme::url()>
                <fieldset class="row">
                    <legend class="visually-hidden">"Theme"</legend>
                    {choice(Theme::System, "As the system")}
                    {choice(Theme::Light, "Light")}
                    {choice(Theme::Dark, "Dark")}
                </fieldset>
                <div class="card-foot"><button class="button" type="submit">"Save"</button></div>
            </form>
        </section>
    }
}

#[component]
fn PasswordForm(email: String) -> impl IntoView {
    let error = form_error(ChangePassword::PATH);
    view! {
        <section class="section narrow" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <form class="card stack" method="post" action=ChangePassword::url()>
                <ErrorSummary error=error />
                <input class="visually-hidden" type="email" autocomplete="username" value=email readonly=true tabindex="-1" aria-hidden="true" />
                <Field label="Present password" name="current" kind="password" autocomplete="current-password" required=true error=error />
                <Field
                    label="New password"
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    required=true
                    minlength=8
                    hint="At least 8 characters."
                    error=error
                />
                <div class="card-foot"><button class="button" type="submit">"Change password"</button></div>
            </form>
        </section>
    }
}
