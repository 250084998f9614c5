//! A new user.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    components::{CheckField, ErrorSummary, Field, PageHead, form_error},
    errors::Result,
};

#[server]
async fn make_user(email: String, phone: String, password: String, confirmed: Option<String>) -> Result<()> {
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
    let keep = |error: tenon_model::Error| AppError::from(error).keeping([("email", email.as_str()), ("phone", phone.as_str())]);
    let made = engine.create_user(&caller, &context::client(), attributes).await.map_err(keep)?;
    flash::leave(flash::Flash::Done("The user is made.".to_owned()));
    context::redirect(&format!("/users/{}", made["id"].as_str().unwrap_or_default()));
    Ok(())
}

/// The page that makes a user.
#[component]
pub fn NewUser() -> impl IntoView {
    let error = form_error(MakeUser::PATH);
    view! {
        <PageHead title="New user" crumbs=vec![("Users".to_owned(), "/users".to_owned())] about="They can sign in at once if you confirm the address and set a password.".to_owned() />
        <form class="card stack narrow" method="post" action=MakeUser::url()>
            <ErrorSummary error=error />
            <Field label="E-mail" name="email" kind="email" error=error />
            <Field label="Phone" name="phone" kind="tel" hint="With its country code, e.g. +49 30 123456. Either of the two is needed." error=error />
            <Field label="Password" name="password" kind="password" autocomplete="new-password" hint="Empty: they sign in by mail or in another way." error=error />
            <CheckField label="Address and phone number count as confirmed" name="confirmed" checked=true />
            <div class="card-foot"><button class="button primary" type="submit">"Make user"</button></div>
        </form>
    }
}
