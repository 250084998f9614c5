//! Signing in.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

use super::{Lone, passkey::PasskeyButton};
use crate::{
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
};

/// Sends those on who need not sign in, or cannot yet. Tells the others whether passkeys will do.
#[server]
async fn may_sign_in(next: String) -> Result<bool> {
    use crate::{context, paths};
    let engine = context::engine()?;
    if !engine.has_owner().await? {
        context::redirect("/setup");
    } else if let Some(session) = context::own_session(&engine).await? {
        context::redirect(&if session.wants_second { paths::second_factor(&next) } else { next });
    }
    Ok(engine.settings().auth.passkeys)
}

#[server]
async fn start_session(email: String, password: String, next: String) -> Result<()> {
    use crate::{AppError, context};
    let keep = |error: tenon_model::Error| AppError::from(error).keeping([("email", email.as_str())]);
    let signed_in = context::engine()?.sign_in(email.clone(), password, &context::client()).await;
    let session = signed_in.map_err(keep)?;
    context::redirect(&context::admit(&session, &next));
    Ok(())
}

/// Where the address says that the person goes on to.
pub(super) fn next() -> impl Fn() -> String + Copy + Send + Sync {
    let query = use_query_map();
    move || query.with(|query| query.get("next").unwrap_or_else(|| "/".to_owned()))
}

/// The sign-in page.
#[component]
pub fn SignIn() -> impl IntoView {
    let next = next();
    let error = form_error(StartSession::PATH);
    let form = move |passkeys: bool| {
        view! {
            <Lone title="Sign in" about="Welcome back.">
                <form class="stack card" method="post" action=StartSession::url()>
                    <ErrorSummary error=error />
                    <input type="hidden" name="next" value=next />
                    <Field label="E-mail" name="email" kind="email" autocomplete="username" required=true autofocus=true error=error />
                    <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true error=error />
                    <button class="button primary wide" type="submit">"Sign in"</button>
                </form>
                {passkeys.then(|| view! { <PasskeyButton next=next() /> })}
                <p class="hosted-links"><a href="/auth/reset?then=studio">"Forgot your password?"</a></p>
            </Lone>
        }
    };
    loaded(page_data(next, may_sign_in), form)
}
