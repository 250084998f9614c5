//! Choosing a new password.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::carried::Carried;
use super::{
    entry::Brand,
    frame::{CarriedField, HostedPage, carried},
};
use crate::{
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Rules {
    brand: Brand,
    email: String,
    least: u32,
}

#[server]
async fn load_password_rules(carried: String) -> Result<Rules> {
    use super::server;
    let (engine, hosted) = server::surely_signed_in(&Carried::parse(&carried)).await?;
    let auth = &engine.settings().auth;
    Ok(Rules { brand: server::brand(auth), email: hosted.email.unwrap_or_default(), least: auth.password_min_length })
}

#[server]
async fn set_new_password(password: String, carried: String) -> Result<()> {
    use super::server;
    use tenon_engine::identity::flows::UserChange;
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::surely_signed_in(&carried).await?;
    let change = UserChange { password: Some(password), ..UserChange::default() };
    let changed = engine.change_user(hosted.user, hosted.session, hosted.aal, change, None, None, &server::client()).await;
    changed.map_err(|error| server::refused(error, ""))?;
    let done = "Your password is changed, and every other session has ended.";
    crate::flash::leave(crate::flash::Flash::Done(done.to_owned()));
    if carried.get("then") == Some("studio") {
        crate::context::redirect("/sign-in");
        return Ok(());
    }
    server::go(&server::next(&engine, &hosted, &carried.then("")).await?);
    Ok(())
}

/// The page for a new password, after a mail proved who one is.
#[component]
pub fn NewPassword() -> impl IntoView {
    let carried = carried();
    let error = form_error(SetNewPassword::PATH);
    let query = carried.query();
    loaded(page_data(move || query.clone(), load_password_rules), move |rules: Rules| {
        let carried = carried.clone();
        let least = rules.least;
        view! {
            <HostedPage brand=rules.brand title="Choose a new password" about=format!("For {}.", rules.email.clone())>
                <form class="stack card" method="post" action=SetNewPassword::url()>
                    <ErrorSummary error=error />
                    <CarriedField carried=carried />
                    <input class="visually-hidden" type="email" autocomplete="username" value=rules.email readonly=true tabindex="-1" aria-hidden="true" />
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
                    <button class="button primary wide" type="submit">"Save"</button>
                </form>
            </HostedPage>
        }
    })
}
