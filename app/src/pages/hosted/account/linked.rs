//! Accounts elsewhere that lead to this one.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    data::{Account, Linked},
    section::Section,
};
use crate::{
    components::{ErrorSummary, Icon, form_error},
    errors::Result,
    paths,
};

/// Accounts elsewhere that lead to a user's, and the providers that could.
#[cfg(feature = "ssr")]
pub(super) async fn load(
    engine: &tenon_engine::Engine,
    user: &serde_json::Value,
) -> tenon_model::Result<(Vec<Linked>, Vec<(String, String)>)> {
    use super::super::server;
    use crate::pages::factors::Item;
    let choices = engine.sign_in_choices().await?;
    let settings = engine.settings();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let identities = user["identities"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_open = |provider: &str| match provider {
        "email" => settings.auth.email_enabled,
        other => choices.iter().any(|choice| choice.name == other),
    };
    let title = |provider: &str| {
        let label = choices.iter().find(|choice| choice.name == provider).map_or(provider, |choice| choice.label.as_str());
        server::provider_title(label)
    };
    let linked = identities.iter().filter(|identity| identity["provider"] != "email").map(|identity| {
        let (id, provider) = (text(&identity["identity_id"]), text(&identity["provider"]));
        let others = |other: &&serde_json::Value| other["identity_id"] != identity["identity_id"];
        let way_left = identities.iter().filter(others).any(|other| is_open(&text(&other["provider"])));
        let known_as = [&identity["email"], &identity["identity_data"]["email"], &identity["identity_data"]["name"]];
        let about = known_as.into_iter().map(text).find(|name| !name.is_empty()).unwrap_or_default();
        Linked { item: Item { id, name: title(&provider), about }, removable: way_left && settings.auth.manual_linking }
    });
    let linked = linked.collect();
    let has = |name: &str| identities.iter().any(|identity| identity["provider"] == name);
    let linkable = choices.iter().filter(|choice| settings.auth.manual_linking && !has(&choice.name));
    let linkable = linkable.map(|choice| (choice.name.clone(), title(&choice.name))).collect();
    Ok((linked, linkable))
}

#[server]
async fn unlink_own_account(identity: String) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::flash;
    use tenon_model::{AuthCode, Error};
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let user = engine.user(hosted.user, hosted.session).await?;
    let (linked, _) = load(&engine, &user).await?;
    if linked.iter().any(|linked| linked.item.id == identity && !linked.removable) && engine.settings().auth.manual_linking {
        let last = Error::auth(AuthCode::SingleIdentityNotDeletable, "");
        return Err(server::refused_link(last));
    }
    let gone = engine.unlink(&hosted.caller(), &identity, &server::client()).await;
    gone.map_err(server::refused_link)?;
    flash::leave(flash::Flash::Done("It does not lead to your account any more.".to_owned()));
    crate::context::redirect("/auth/account");
    Ok(())
}

#[component]
pub(super) fn LinkedAccounts(account: Account) -> impl IntoView {
    let error = form_error(UnlinkOwnAccount::PATH);
    let Account { linked, linkable, .. } = account;
    let (has_any, can_add) = (!linked.is_empty(), !linkable.is_empty());
    let add = |(name, title): (String, String)| {
        let href = format!("/auth/with?add=1&provider={}", paths::encode(&name));
        view! { <li><a class="button" href=href rel="external"><Icon name="link" />{format!("Link {title}")}</a></li> }
    };
    (has_any || can_add).then(|| {
        view! {
            <Section id="linked" title="Linked accounts" about="Sign in here with an account that you have elsewhere.">
                    <ErrorSummary error=error />
                    {has_any.then(|| view! { <ul class="hosted-list">{linked.into_iter().map(row).collect_view()}</ul> })}
                    {can_add.then(|| view! { <ul class="row plain">{linkable.into_iter().map(add).collect_view()}</ul> })}
            </Section>
        }
    })
}

fn row(Linked { item, removable }: Linked) -> impl IntoView {
    let label = format!("Unlink {}", item.name);
    let end = match removable {
        false => view! { <span class="badge">"Your way in"</span> }.into_any(),
        true => view! {
            <form method="post" action=UnlinkOwnAccount::url()>
                <input type="hidden" name="identity" value=item.id />
                <button class="button small" type="submit" aria-label=label>"Unlink"</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <li>
            <div><strong>{item.name}</strong><p class="muted small-text">{item.about}</p></div>
            {end}
        </li>
    }
}
