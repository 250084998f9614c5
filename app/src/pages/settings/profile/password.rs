//! One's own password.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    components::{ErrorSummary, Field, form_error},
    errors::Result,
};

#[server]
async fn change_password(current: String, password: String) -> Result<()> {
    use crate::{AppError, context, flash};
    // Whoever finds a signed-in browser must not be able to take the account over.
    let (engine, session) = context::session().await?;
    let changed = engine.change_studio_password(&session, &context::client(), current, password).await;
    let renewed = changed.map_err(|error| match error.code {
        tenon_model::Code::InvalidCredentials => AppError::field("current", "This is not your present password."),
        _ => error.into(),
    })?;
    flash::leave(flash::Flash::Done("Your password is changed, and every other session has ended.".to_owned()));
    context::redirect(&context::admit(&renewed, "/settings/profile"));
    Ok(())
}

#[component]
pub(super) fn PasswordForm(
    /// The account's address, for the browser's store of passwords.
    email: String,
    /// The fewest characters of a password.
    least: u32,
) -> impl IntoView {
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
                    minlength=least
                    hint=format!("At least {least} characters.")
                    error=error
                />
                <div class="card-foot"><button class="button" type="submit">"Change password"</button></div>
            </form>
        </section>
    }
}
