//! Consent: asked before an account elsewhere becomes a way in to an account that is there already.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

use super::{
    carried::Carried,
    entry::Brand,
    frame::{CarriedField, HostedPage, carried},
};
use crate::{
    components::{ErrorSummary, form_error, loaded, page_data},
    errors::Result,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Question {
    brand: Brand,
    /// None if it is too late to answer.
    asked: Option<Asked>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    provider: String,
    /// How the provider knows them.
    known_as: String,
    /// The account here.
    account: String,
    /// Whether they are signed in to it.
    signed_in: bool,
    /// Whether they have to be.
    needs_session: bool,
}

#[server]
async fn load_question(carried: String) -> Result<Question> {
    use super::server;
    use tenon_model::{AuthCode, Code};
    let (engine, carried) = (crate::context::engine()?, Carried::parse(&carried));
    let brand = server::brand(&engine.settings().auth);
    let token = carried.get("link").unwrap_or_default().to_owned();
    let pending = match engine.pending_link(token, server::verifier()).await {
        Ok(pending) => pending,
        Err(error) if matches!(error.code, Code::Auth(AuthCode::FlowStateNotFound | AuthCode::FlowStateExpired)) => {
            return Ok(Question { brand, asked: None });
        }
        Err(error) => return Err(error.into()),
    };
    let known = server::current(&engine).await?.filter(|hosted| !hosted.wants_second);
    let asked = Asked {
        provider: server::provider_title(&pending.provider),
        known_as: pending.known_as.unwrap_or_default(),
        account: pending.email.unwrap_or_default(),
        signed_in: known.is_some_and(|hosted| hosted.user == pending.user),
        needs_session: pending.needs_session,
    };
    Ok(Question { brand, asked: Some(asked) })
}

#[server]
async fn agree_to_link(carried: String) -> Result<()> {
    use super::server;
    use crate::flash::{self, Flash};
    let (engine, carried) = (crate::context::engine()?, Carried::parse(&carried));
    let known = server::current(&engine).await?;
    let token = carried.get("link").unwrap_or_default().to_owned();
    let begun = engine.accept_link(token, server::verifier(), known.as_ref(), &server::client()).await;
    let begun = begun.map_err(server::refused_link)?;
    let carried = carried.without_link();
    let next = match (begun, known) {
        (Some(session), _) => server::admit(&engine, &session, &carried).await?,
        (None, Some(known)) => server::next(&engine, &known, &carried).await?,
        (None, None) => carried.to("/auth/sign-in"),
    };
    if next.starts_with('/') {
        flash::leave(Flash::Done("Linked. From now on both ways lead to this account.".to_owned()));
    }
    server::go(&next);
    Ok(())
}

/// The page that asks before it links.
#[component]
pub fn ConsentToLink() -> impl IntoView {
    let carried = carried();
    let query = carried.query();
    loaded(page_data(move || query.clone(), load_question), move |question: Question| {
        let carried = carried.clone();
        let Question { brand, asked } = question;
        match asked {
            None => view! { <TooLate brand=brand carried=carried /> }.into_any(),
            Some(asked) if asked.signed_in || !asked.needs_session => {
                view! { <Consent brand=brand asked=asked carried=carried /> }.into_any()
            }
            Some(asked) => view! { <SignInFirst brand=brand asked=asked carried=carried /> }.into_any(),
        }
    })
}

#[component]
fn Consent(brand: Brand, asked: Asked, carried: Carried) -> impl IntoView {
    let error = form_error(AgreeToLink::PATH);
    let Asked { provider, known_as, account, signed_in, .. } = asked;
    let about = match signed_in {
        true => format!("You are about to add {provider} to your account."),
        false => "There is an account with this address already.".to_owned(),
    };
    let back = if signed_in { "/auth/account".to_owned() } else { carried.clone().without_link().to("/auth/sign-in") };
    let explained = format!("Whoever signs in to this {provider} account can then open this account, too.");
    view! {
        <HostedPage brand=brand title="Link the two?" about=about>
            <form class="stack card" method="post" action=AgreeToLink::url()>
                <ErrorSummary error=error />
                <CarriedField carried=carried />
                <dl class="hosted-pair">
                    <div><dt>{provider.clone()}</dt><dd>{known_as}</dd></div>
                    <div><dt>"Account here"</dt><dd>{account}</dd></div>
                </dl>
                <p class="muted small-text">{explained}</p>
                <button class="button primary wide" type="submit">{format!("Link {provider}")}</button>
                <a class="button wide" href=back rel="external">"Do not link"</a>
            </form>
        </HostedPage>
    }
}

#[component]
fn SignInFirst(brand: Brand, asked: Asked, carried: Carried) -> impl IntoView {
    let Asked { provider, account, .. } = asked;
    let about = format!("{account} has an account here already.");
    view! {
        <HostedPage brand=brand title="Sign in once more" about=about>
            <div class="stack card">
                <p>{format!("Sign in to it as you do otherwise. Then you are asked whether {provider} is to be linked to it.")}</p>
                <a class="button primary wide" href=carried.to("/auth/sign-in") rel="external">"Sign in"</a>
                <a class="button wide" href=carried.without_link().to("/auth/sign-in") rel="external">"Do not link"</a>
            </div>
        </HostedPage>
    }
}

#[component]
fn TooLate(brand: Brand, carried: Carried) -> impl IntoView {
    view! {
        <HostedPage brand=brand title="Nothing to link" about="It was answered already, or it took too long, or it began in another browser.">
            <div class="stack card">
                <a class="button primary wide" href=carried.without_link().to("/auth/sign-in") rel="external">"Back to sign-in"</a>
            </div>
        </HostedPage>
    }
}
