//! The first owner of an empty instance.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::Lone;
use crate::{
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
};

/// Sends those away who come after there is an owner.
#[server]
async fn may_set_up() -> Result<()> {
    if crate::context::engine()?.has_owner().await? {
        crate::context::redirect("/");
    }
    Ok(())
}

#[server]
async fn create_owner(email: String, password: String) -> Result<()> {
    use crate::{AppError, context, flash};
    use tenon_model::{Code, Error};
    let engine = context::engine()?;
    let keep = |error: tenon_model::Error| AppError::from(error).keeping([("email", email.as_str())]);
    match engine.create_first_owner(email.clone(), password.clone()).await {
        // Somebody was faster. Straight to the sign-in page: a page between would use the message up.
        Err(error) if error.code == Code::AlreadyExists && engine.has_owner().await? => {
            let error = Error::new(Code::AlreadyExists, "This instance has an owner already.")
                .with_hint("Your account was not made. Sign in, or ask the owner for an account.");
            flash::leave(flash::Flash::Failed(error));
            context::redirect("/sign-in");
            return Ok(());
        }
        made => made.map_err(keep)?,
    };
    let session = engine.sign_in(email.clone(), password, &context::client()).await.map_err(keep)?;
    context::redirect(&context::admit(&session, "/welcome"));
    Ok(())
}

/// The page that makes the first owner.
#[component]
pub fn Setup() -> impl IntoView {
    let error = form_error(CreateOwner::PATH);
    let form = move |()| {
        view! {
            <Lone title="Set up Tenon" about="Make the account that owns this instance. You can add others later.">
                <form class="stack card" method="post" action=CreateOwner::url()>
                    <ErrorSummary error=error />
                    <Field label="E-mail" name="email" kind="email" autocomplete="username" required=true autofocus=true error=error />
                    <Field
                        label="Password"
                        name="password"
                        kind="password"
                        autocomplete="new-password"
                        required=true
                        minlength=8
                        hint="At least 8 characters. A few words in a row are easy to remember and hard to guess."
                        error=error
                    />
                    <button class="button primary wide" type="submit">"Create owner"</button>
                </form>
            </Lone>
        }
    };
    loaded(page_data(|| (), |()| may_set_up()), form)
}
