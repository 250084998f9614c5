//! Signing in.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

use super::Lone;
use crate::{
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
};

/// Sends those on who need not sign in, or cannot yet.
#[server]
async fn may_sign_in(next: String) -> Result<()> {
    use crate::{context, cookies};
    let engine = context::engine()?;
    if !engine.has_owner().await? {
        context::redirect("/setup");
    } else if let Some(token) = cookies::get(cookies::session_name())
        && engine.session(&token).await?.is_some()
    {
        context::redirect(&next);
    }
    Ok(())
}

#[server]
async fn start_session(email: String, password: String, next: String) -> Result<()> {
    use crate::{AppError, context, cookies};
    let keep = |error: tenon_model::Error| AppError::from(error).keeping([("email", email.as_str())]);
    let signed_in = context::engine()?.sign_in(email.clone(), password, context::client_address()).await;
    let session = signed_in.map_err(keep)?;
    cookies::set(cookies::session_name(), &session.token, session.max_age);
    context::redirect(&next);
    Ok(())
}

/// The sign-in page.
#[component]
pub fn SignIn() -> impl IntoView {
    let query = use_query_map();
    let next = move || query.with(|query| query.get("next").unwrap_or_else(|| "/".to_owned()));
    let error = form_error(StartSession::PATH);
    let form = move |()| {
        view! {
            <Lone title="Sign in" about="Welcome back.">
                <form class="stack card" method="post" action=StartSession::url()>
                    <ErrorSummary error=error />
                    <input type="hidden" name="next" value=next />
                    <Field label="E-mail" name="email" kind="email" autocomplete="username" required=true autofocus=true error=error />
                    <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true error=error />
                    <button class="button primary wide" type="submit">"Sign in"</button>
                </form>
            </Lone>
        }
    };
    loaded(page_data(next, may_sign_in), form)
}
