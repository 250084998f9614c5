//! Name and address.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::section::Section;
use crate::{
    components::{ErrorSummary, Field, Icon, form_error},
    errors::Result,
};

/// Changes who is signed in, and goes back to their account with a word on it.
#[cfg(feature = "ssr")]
pub(super) async fn change(change: tenon_engine::identity::flows::UserChange, done: &str, email: &str) -> Result<()> {
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

#[component]
pub(super) fn NameForm(name: String) -> impl IntoView {
    let error = form_error(ChangeOwnName::PATH);
    view! {
        <Section id="profile" title="Profile" about="How others see you.">
            <form class="stack" method="post" action=ChangeOwnName::url()>
                <ErrorSummary error=error />
                <Field label="Name" name="name" value=name autocomplete="name" error=error />
                <div class="card-foot"><button class="button" type="submit">"Save name"</button></div>
            </form>
        </Section>
    }
}

#[component]
pub(super) fn EmailForm(email: String, waiting: Option<String>) -> impl IntoView {
    let error = form_error(ChangeOwnEmail::PATH);
    view! {
        <Section id="email-address" title="E-mail" about="Where mails to you go, and what you sign in with.">
            <form class="stack" method="post" action=ChangeOwnEmail::url()>
                <ErrorSummary error=error />
                {waiting.map(|new| view! { <p class="notice caution"><Icon name="mail" />{format!("{new} waits to be confirmed: follow the links in the mails that we sent.")}</p> })}
                <Field label="E-mail" name="email" kind="email" value=email autocomplete="email" required=true error=error />
                <div class="card-foot"><button class="button" type="submit">"Change e-mail"</button></div>
            </form>
        </Section>
    }
}
