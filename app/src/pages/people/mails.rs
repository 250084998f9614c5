//! Mails to a user: what they would else ask for themselves.

use leptos::{prelude::*, server_fn::ServerFn as _};
#[cfg(feature = "ssr")]
use tenon_engine::{Engine, identity::redirect};

use super::load::UserData;
use crate::errors::Result;

#[server]
pub(super) async fn send_user_mail(user: String, mail: String) -> Result<()> {
    use tenon_engine::identity::UserMail;

    use crate::{AppError, context, flash};
    let (engine, caller) = context::owner().await?;
    let id = super::actions::parse_id(&user)?;
    let unknown = || AppError::new(tenon_model::Code::NotFound, "There is no such mail.");
    let kind = UserMail::parse(&mail).ok_or_else(unknown)?;
    let works_here = engine.user_details(&caller, id).await?.summary.studio_role.is_some();
    let way = match kind {
        UserMail::MagicLink => way(&engine, ""),
        _ if works_here => way(&engine, "studio"),
        _ => way(&engine, "new-password"),
    };
    engine.send_user_mail(&caller, &context::client(), id, kind, &way).await?;
    flash::leave(flash::Flash::Done("The mail is on its way.".to_owned()));
    context::redirect(&format!("/users/{}", crate::paths::encode(&user)));
    Ok(())
}

/// Where a mail's link leads: to the hosted page that takes it, from there to a step in between, and to the application at last.
#[cfg(feature = "ssr")]
pub(super) fn way(engine: &Engine, step: &str) -> String {
    let settings = engine.settings();
    let site = if step == "studio" { "" } else { settings.auth.site_url.as_str() };
    let carried = [("redirect_to", site), ("then", step)];
    let query: Vec<String> = carried
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", crate::paths::encode(value)))
        .collect();
    format!("{}{}?{}", engine.external_url(), redirect::CONFIRM, query.join("&"))
}

/// What may be sent.
#[component]
pub(super) fn Mails(user: UserData) -> impl IntoView {
    let send = |mail: &'static str, text: &'static str| {
        let id = user.id.clone();
        view! {
            <form method="post" action=SendUserMail::url()>
                <input type="hidden" name="user" value=id />
                <input type="hidden" name="mail" value=mail />
                <button class="button small" type="submit">{text}</button>
            </form>
        }
    };
    let again = if user.invited { "Invite again" } else { "Send the confirmation again" };
    let buttons = if user.confirmed {
        view! {
            {send("recovery", "Send a link for a new password")}
            {send("magiclink", "Send a link to sign in")}
        }
        .into_any()
    } else {
        send("confirmation", again).into_any()
    };
    (!user.email.is_empty()).then(|| view! { <li><span>"Mail"</span><span class="row">{buttons}</span></li> })
}
