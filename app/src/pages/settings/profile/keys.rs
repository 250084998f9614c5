//! Buttons that need scripts: add a passkey, or a security key as second factor.

use leptos::prelude::*;

use crate::{
    errors::Result,
    pages::factors::{Act, ScriptButton, Sentence, ask, boxed, parts},
};

const PROFILE: &str = "/settings/profile";

#[server]
async fn begin_studio_passkey() -> Result<String> {
    let (engine, session) = crate::context::session().await?;
    Ok(engine.start_passkey_registration(&session.as_user()).await?.to_string())
}

#[server]
async fn add_studio_passkey(challenge: String, signed: String) -> Result<()> {
    use crate::{context, flash, pages::factors::proof};
    let (engine, session) = context::session().await?;
    let (challenge, signed) = (proof::id(&challenge)?, proof::signed_by_key(&signed)?);
    engine.finish_passkey_registration(&session.as_user(), &context::client(), challenge, signed).await?;
    flash::leave(flash::Flash::Done("The passkey is added.".to_owned()));
    Ok(())
}

/// Begins a security key as second factor: its id, before what the browser hands to it.
#[server]
async fn begin_studio_key() -> Result<(String, String)> {
    use crate::{context, pages::factors::proof};
    use tenon_engine::identity::NewFactor;
    let (engine, session) = context::session().await?;
    let new = NewFactor { factor_type: "webauthn".to_owned(), ..NewFactor::default() };
    let made = engine.enrol_factor(&session.as_user(), &context::client(), new).await?;
    let factor = made["id"].as_str().unwrap_or_default().to_owned();
    let options = proof::ask_key(&engine, &session.as_user(), &factor).await?;
    Ok((factor, options))
}

#[server]
async fn add_studio_key(factor: String, challenge: String, signed: String) -> Result<()> {
    use crate::{context, flash, pages::factors::proof};
    let (engine, session) = context::session().await?;
    let client = context::client();
    let raised = proof::answer_key(&engine, &session.as_user(), &client, &factor, &challenge, &signed).await?;
    context::admit(&engine.admit_to_studio(&raised, &client).await?, PROFILE);
    flash::leave(flash::Flash::Done("The security key guards your account now.".to_owned()));
    Ok(())
}

async fn new_passkey() -> Sentence {
    let asked = begin_studio_passkey().await.map_err(|error| error.to_string())?;
    let (challenge, options) = parts(&asked);
    let signed = ask(Act::Create, &options).await?;
    add_studio_passkey(challenge, signed).await.map_err(|error| error.to_string())?;
    Ok(PROFILE.to_owned())
}

async fn new_key() -> Sentence {
    let (factor, asked) = begin_studio_key().await.map_err(|error| error.to_string())?;
    let (challenge, options) = parts(&asked);
    let signed = ask(Act::Create, &options).await?;
    add_studio_key(factor, challenge, signed).await.map_err(|error| error.to_string())?;
    Ok(PROFILE.to_owned())
}

/// Adds a passkey.
#[component]
pub(super) fn NewPasskeyButton() -> impl IntoView {
    view! { <ScriptButton text="Add a passkey".to_owned() press=Callback::new(|()| boxed(new_passkey())) /> }
}

/// Adds a security key as second factor.
#[component]
pub(super) fn NewKeyButton() -> impl IntoView {
    view! { <ScriptButton text="Add a security key".to_owned() press=Callback::new(|()| boxed(new_key())) /> }
}
