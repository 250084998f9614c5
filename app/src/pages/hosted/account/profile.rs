//! Name, address and password.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    components::{ErrorSummary, Field, form_error},
    errors::Result,
};

#[cfg(feature = "ssr")]
async fn change(change: tenon_engine::identity::flows::UserChange, done: &str, email: &str) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::{context, flash};
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let way = Some(server::confirm_page(&engine, &Carried::default()));
    let changed = engine.change_user(hosted.user, hosted.session, hosted.aal, change, way, None, &server::client()).await;
    changed.map_err(|error| server::refused(error, email))?;
    flash::leave(flash::Flash::Done(done.to_owned()));
    context::redirect("/auth/account");
    Ok(())
}

#[server]
async fn change_own_name(name: String) -> Result<()> {
    use tenon_engine::identity::flows::UserChange;
    let name = name.trim();
    if name.chars().count() > 200 {
        return Err(crate::AppError::field("name", "A name has at most 200 characters."));
    }
    let value = if name.is_empty() { serde_json::Value::Null } else { name.into() };
    let data = Some(serde_json::Map::from_iter([("name".to_owned(), value)]));
    change(UserChange { data, ..UserChange::default() }, "Your name is saved.", "").await
}

#[server]
async fn change_own_email(email: String) -> Result<()> {
    use tenon_engine::identity::flows::UserChange;
    let new = UserChange { email: Some(email.clone()), ..UserChange::default() };
    change(new, "Follow the links in the mails that we sent, to confirm the change.", &email).await
}

#[server]
async fn change_own_password(current: String, password: String) -> Result<()> {
    use tenon_engine::identity::flows::UserChange;
    use tenon_model::{AuthCode, Code};
    let current = (!current.is_empty()).then_some(current);
    let asked = super::super::server::has_password().await?;
    if asked && current.is_none() {
        return Err(crate::AppError::field("current", "Your present password comes first."));
    }
    let new = UserChange { password: Some(password), current_password: current, ..UserChange::default() };
    let changed = change(new, "Your password is changed, and every other session has ended.", "").await;
    changed.map_err(|error| match error.error.code {
        Code::InvalidCredentials => crate::AppError::field("current", "This is not your present password."),
        Code::Auth(AuthCode::ReauthenticationNeeded) => {
            let error = tenon_model::Error::auth(AuthCode::ReauthenticationNeeded, "You signed in too long ago for this.");
            error.with_hint("Sign out and in again, then change your password.").into()
        }
        _ => error,
    })
}

#[component]
pub(super) fn NameForm(name: String) -> impl IntoView {
    let error = form_error(ChangeOwnName::PATH);
    view! {
        <section class="section" aria-labelledby="name-title">
            <h2 id="name-title">"Profile"</h2>
            <form class="card stack" method="post" action=ChangeOwnName::url()>
                <ErrorSummary error=error />
                <Field label="Name" name="name" value=name autocomplete="name" error=error />
                <div class="card-foot"><button class="button" type="submit">"Save name"</button></div>
            </form>
        </section>
    }
}

#[component]
pub(super) fn EmailForm(email: String, waiting: Option<String>) -> impl IntoView {
    let error = form_error(ChangeOwnEmail::PATH);
    view! {
        <section class="section" aria-labelledby="email-title">
            <h2 id="email-title">"E-mail"</h2>
            <form class="card stack" method="post" action=ChangeOwnEmail::url()>
                <ErrorSummary error=error />
                {waiting.map(|new| view! { <p class="muted">{format!("{new} waits to be confirmed.")}</p> })}
                <Field label="E-mail" name="email" kind="email" value=email autocomplete="email" required=true error=error />
                <div class="card-foot"><button class="button" type="submit">"Change e-mail"</button></div>
            </form>
        </section>
    }
}

#[component]
pub(super) fn PasswordForm(email: String, least: u32) -> impl IntoView {
    let error = form_error(ChangeOwnPassword::PATH);
    view! {
        <section class="section" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <form class="card stack" method="post" action=ChangeOwnPassword::url()>
                <ErrorSummary error=error />
                <input class="visually-hidden" type="email" autocomplete="username" value=email readonly=true tabindex="-1" aria-hidden="true" />
                <Field
                    label="Present password"
                    name="current"
                    kind="password"
                    autocomplete="current-password"
                    hint="Empty if you have none yet."
                    error=error
                />
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
                <div class="card-foot"><button class="button" type="submit">"Change password"</button></div>
            </form>
        </section>
    }
}
