//! A new user.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::load::may_manage;
use crate::{
    components::{CheckField, ErrorSummary, Field, PageHead, SelectField, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn make_user(email: String, phone: String, password: String, role: String, confirmed: Option<String>) -> Result<()> {
    use tenon_engine::identity::UserAttributes;

    use crate::{AppError, context, flash};
    let (engine, caller) = context::owner().await?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let confirm = confirmed.as_deref() == Some("true");
    let attributes = UserAttributes {
        email: given(&email),
        phone: given(&phone),
        password: Some(password).filter(|text| !text.is_empty()),
        email_confirm: Some(confirm),
        phone_confirm: Some(confirm),
        ..UserAttributes::default()
    };
    let kept = [("email", email.as_str()), ("phone", phone.as_str()), ("role", role.as_str())];
    let keep = |error: tenon_model::Error| AppError::from(error).keeping(kept);
    let role = super::roles::parse(&role).map_err(|error| error.keeping(kept))?;
    if role.is_some() && (!confirm || attributes.email.is_none()) {
        let problem = "Who works in the Studio has a confirmed address. Invite them instead, to have them confirm it.";
        return Err(AppError::field("email", problem).keeping(kept));
    }
    let made = engine.create_user(&caller, &context::client(), attributes).await.map_err(keep)?;
    if role.is_some() {
        let id = super::actions::parse_id(made["id"].as_str().unwrap_or_default())?;
        engine.set_studio_role(&caller, &context::client(), id, role).await?;
    }
    flash::leave(flash::Flash::Done("The user is made.".to_owned()));
    context::redirect(&format!("/users/{}", made["id"].as_str().unwrap_or_default()));
    Ok(())
}

/// The page that makes a user.
#[component]
pub fn NewUser() -> impl IntoView {
    let error = form_error(MakeUser::PATH);
    loaded(page_data(|| (), |()| may_manage()), move |()| {
        let role = error.with_untracked(|error| error.as_ref().and_then(|error| error.kept("role"))).unwrap_or_default();
        view! {
            <PageHead title="New user" crumbs=vec![("Users".to_owned(), "/users".to_owned())] about="They can sign in at once if you confirm the address and set a password.".to_owned() />
            <form class="card stack narrow" method="post" action=MakeUser::url()>
                <ErrorSummary error=error />
                <Field label="E-mail" name="email" kind="email" error=error />
                <Field label="Phone" name="phone" kind="tel" hint="With its country code, e.g. +49 30 123456. Either of the two is needed." error=error />
                <Field label="Password" name="password" kind="password" autocomplete="new-password" hint="Empty: they sign in by mail or in another way." error=error />
                <SelectField label="Role in the Studio" name="role" options=super::roles::options() value=role />
                <CheckField label="Address and phone number count as confirmed" name="confirmed" checked=true />
                <div class="card-foot"><button class="button primary" type="submit">"Make user"</button></div>
            </form>
        }
    })
}
