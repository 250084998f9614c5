//! Buttons that need scripts: coming in with a passkey, proving a second factor with a security key.

use leptos::prelude::*;

use crate::{
    errors::Result,
    pages::factors::{Act, ScriptButton, Sentence, ask, boxed, parts},
};

#[server]
async fn ask_studio_passkey() -> Result<String> {
    Ok(crate::context::engine()?.start_passkey_sign_in().await?.to_string())
}

#[server]
async fn answer_studio_passkey(challenge: String, signed: String, next: String) -> Result<String> {
    use crate::{context, pages::factors::proof};
    let (engine, client) = (context::engine()?, context::client());
    let (challenge, signed) = (proof::id(&challenge)?, proof::signed_by_key(&signed)?);
    let begun = engine.finish_passkey_sign_in(&client, challenge, signed).await?;
    Ok(context::admit(&engine.admit_to_studio(&begun, &client).await?, &next))
}

#[server]
async fn ask_studio_key(factor: String) -> Result<String> {
    let (engine, session) = super::second::waiting("/").await?;
    Ok(crate::pages::factors::proof::ask_key(&engine, &session.as_user(), &factor).await?)
}

#[server]
async fn answer_studio_key(factor: String, challenge: String, signed: String, next: String) -> Result<String> {
    use crate::{context, pages::factors::proof};
    let (engine, session) = super::second::waiting(&next).await?;
    let client = context::client();
    let raised = proof::answer_key(&engine, &session.as_user(), &client, &factor, &challenge, &signed).await?;
    Ok(context::admit(&engine.admit_to_studio(&raised, &client).await?, &next))
}

async fn sign_in(next: String) -> Sentence {
    let asked = ask_studio_passkey().await.map_err(|error| error.to_string())?;
    let (challenge, options) = parts(&asked);
    let signed = ask(Act::Get, &options).await?;
    answer_studio_passkey(challenge, signed, next).await.map_err(|error| error.to_string())
}

async fn answer(factor: String, next: String) -> Sentence {
    let asked = ask_studio_key(factor.clone()).await.map_err(|error| error.to_string())?;
    let (challenge, options) = parts(&asked);
    let signed = ask(Act::Get, &options).await?;
    answer_studio_key(factor, challenge, signed, next).await.map_err(|error| error.to_string())
}

/// Signs in with a passkey.
#[component]
pub(super) fn PasskeyButton(
    /// Where the person goes then.
    next: String,
) -> impl IntoView {
    let press = Callback::new(move |()| boxed(sign_in(next.clone())));
    view! { <ScriptButton text="Sign in with a passkey".to_owned() press=press /> }
}

/// Proves a second factor with a security key.
#[component]
pub(super) fn KeyButton(
    /// The key's id.
    factor: String,
    /// What it is called.
    name: String,
    /// Where the person goes then.
    next: String,
) -> impl IntoView {
    let press = Callback::new(move |()| boxed(answer(factor.clone(), next.clone())));
    view! { <ScriptButton text=format!("Use {name}") press=press /> }
}
