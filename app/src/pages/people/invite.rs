//! Inviting somebody by mail.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{load::may_manage, roles};
use crate::{
    components::{ErrorSummary, Field, PageHead, SelectField, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn invite_person(email: String, role: String) -> Result<()> {
    use tenon_model::{AuthCode, Code, Error};

    use super::mails::way;
    use crate::{AppError, context, flash};
    let (engine, caller) = context::owner().await?;
    let kept = [("email", email.as_str()), ("role", role.as_str())];
    let client = context::client();
    let refused = |error: Error| match error.code {
        Code::Auth(AuthCode::ValidationFailed) => AppError::field("email", "This is no e-mail address."),
        Code::Auth(AuthCode::EmailExists) => {
            let known = Error::new(Code::AlreadyExists, "Somebody has confirmed this address already.");
            known.with_hint("Find them under Users: their page gives them a role, and sends them a link.").into()
        }
        _ => error.into(),
    };
    let made = match roles::parse(&role).map_err(|error| error.keeping(kept))? {
        Some(role) => engine.invite_to_studio(&caller, &client, &email, role, &way(&engine, "studio")).await,
        None => {
            let way = way(&engine, "new-password");
            engine.invite_user(&caller, &client, &email, serde_json::Map::new(), Some(&way)).await
        }
    };
    let made = made.map_err(|error| refused(error).keeping(kept))?;
    let sends = !engine.settings().mail.smtp_host.is_empty();
    let text =
        if sends { "The invitation is on its way." } else { "There is no mail server yet: the invitation is in the mailbox." };
    flash::leave(flash::Flash::Done(text.to_owned()));
    context::redirect(&format!("/users/{}", made["id"].as_str().unwrap_or_default()));
    Ok(())
}

/// The page that invites somebody.
#[component]
pub fn Invite() -> impl IntoView {
    let error = form_error(InvitePerson::PATH);
    loaded(page_data(|| (), |()| may_manage()), move |()| {
        let role = error.with_untracked(|error| error.as_ref().and_then(|error| error.kept("role"))).unwrap_or_default();
        let about = "They get a mail with a link, confirm their address by following it, and choose a password.";
        view! {
            <PageHead title="Invite somebody" crumbs=vec![("Users".to_owned(), "/users".to_owned())] about=about.to_owned() />
            <form class="card stack narrow" method="post" action=InvitePerson::url()>
                <ErrorSummary error=error />
                <Field label="E-mail" name="email" kind="email" required=true autofocus=true error=error />
                <SelectField
                    label="Role in the Studio"
                    name="role"
                    options=roles::options()
                    value=role
                    hint="With a role they come into this Studio; without one they are a user of your application alone."
                />
                <div class="card-foot"><button class="button primary" type="submit">"Send invitation"</button></div>
            </form>
        }
    })
}
