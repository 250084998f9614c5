//! Second factors.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    super::passkey::NewKeyButton,
    data::{Account, Item},
    section::Section,
};
use crate::{
    components::{ErrorSummary, Icon, form_error},
    errors::Result,
};

#[server]
async fn begin_own_app() -> Result<()> {
    use super::super::{carried::Carried, server};
    use tenon_engine::identity::NewFactor;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let new = NewFactor { factor_type: "totp".to_owned(), ..NewFactor::default() };
    let made = engine.enrol_factor(&hosted.caller(), &server::client(), new).await?;
    crate::context::redirect(&format!("/auth/account/app?factor={}", made["id"].as_str().unwrap_or_default()));
    Ok(())
}

#[server]
async fn remove_own_factor(factor: String) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::flash;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    engine.unenrol_factor(&hosted.caller(), &server::client(), server::id(&factor)?).await?;
    flash::leave(flash::Flash::Done("The second factor is removed.".to_owned()));
    crate::context::redirect("/auth/account");
    Ok(())
}

#[component]
pub(super) fn Factors(account: Account) -> impl IntoView {
    let (begun, removed) = (form_error(BeginOwnApp::PATH), form_error(RemoveOwnFactor::PATH));
    let has_any = !account.factors.is_empty();
    let codes = match account.recovery {
        Some(left) => format!("{left} recovery codes are left."),
        None => "Recovery codes let you in when the factor is gone.".to_owned(),
    };
    view! {
        <Section
            id="factors"
            title="Second factors"
            about="Asked for beside your password, so that a password alone lets nobody in."
        >
                <ErrorSummary error=begun />
                <ErrorSummary error=removed />
                {(!has_any).then(|| view! { <p class="muted">"You have none yet."</p> })}
                {has_any.then(|| view! { <ul class="hosted-list">{account.factors.into_iter().map(row).collect_view()}</ul> })}
                <div class="row">
                    {account.apps_on.then(|| view! {
                        <form method="post" action=BeginOwnApp::url()>
                            <button class="button" type="submit"><Icon name="plus" />"Add an authenticator app"</button>
                        </form>
                    })}
                    {account.keys_on.then(|| view! { <NewKeyButton /> })}
                </div>
                {has_any.then(|| view! { <p>{codes}" "<a href="/auth/account/recovery">"Recovery codes"</a></p> })}
        </Section>
    }
}

fn row(item: Item) -> impl IntoView {
    let label = format!("Remove {}", item.name);
    view! {
        <li>
            <div><strong>{item.name}</strong>{(!item.about.is_empty()).then(|| view! { <p class="muted small-text">{item.about}</p> })}</div>
            <form method="post" action=RemoveOwnFactor::url()>
                <input type="hidden" name="factor" value=item.id />
                <button class="button small" type="submit" aria-label=label>"Remove"</button>
            </form>
        </li>
    }
}
