//! Buttons that need scripts: sign in with a passkey, answer with a security key, add one of either.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::carried::Carried;
use crate::{
    errors::Result,
    pages::factors::{Act, ScriptButton, Sentence, ask, boxed, parts},
};

#[server]
async fn ask_passkey() -> Result<String> {
    Ok(crate::context::engine()?.start_passkey_sign_in().await?.to_string())
}

#[server]
async fn answer_passkey(challenge: String, signed: String, carried: String) -> Result<String> {
    use super::server;
    let engine = crate::context::engine()?;
    let (challenge, signed) = (server::id(&challenge)?, server::signed_by_key(&signed)?);
    let session = engine.finish_passkey_sign_in(&server::client(), challenge, signed).await?;
    server::admit(&engine, &session, &Carried::parse(&carried)).await
}

#[server]
async fn ask_security_key(factor: String, carried: String) -> Result<String> {
    use super::server;
    let (engine, hosted) = server::signed_in(&Carried::parse(&carried)).await?;
    Ok(server::ask_key(&engine, &hosted, &factor).await?)
}

#[server]
async fn answer_security_key(factor: String, challenge: String, signed: String, carried: String) -> Result<String> {
    use super::server;
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::signed_in(&carried).await?;
    let session = server::answer_key(&engine, &hosted, &factor, &challenge, &signed).await?;
    server::admit(&engine, &session, &carried).await
}

#[server]
async fn begin_passkey() -> Result<String> {
    use super::server;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    Ok(engine.start_passkey_registration(&hosted.caller()).await?.to_string())
}

#[server]
async fn add_passkey(challenge: String, signed: String) -> Result<()> {
    use super::server;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let (challenge, signed) = (server::id(&challenge)?, server::signed_by_key(&signed)?);
    engine.finish_passkey_registration(&hosted.caller(), &server::client(), challenge, signed).await?;
    crate::flash::leave(crate::flash::Flash::Done("The passkey is added.".to_owned()));
    Ok(())
}

/// Begins a security key as second factor: its id, before what the browser hands to it.
#[server]
async fn begin_security_key() -> Result<(String, String)> {
    use super::server;
    use tenon_engine::identity::NewFactor;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let new = NewFactor { factor_type: "webauthn".to_owned(), ..NewFactor::default() };
    let made = engine.enrol_factor(&hosted.caller(), &server::client(), new).await?;
    let factor = made["id"].as_str().unwrap_or_default().to_owned();
    let options = server::ask_key(&engine, &hosted, &factor).await?;
    Ok((factor, options))
}

async fn sign_in(carried: String) -> Sentence {
    let asked = ask_passkey().await.map_err(|error| error.to_string())?;
    let (challenge, options) = parts(&asked);
    let signed = ask(Act::Get, &options).await?;
    answer_passkey(challenge, signed, carried).await.map_err(|error| error.to_string())
}

async fn answer(factor: String, carried: String) -> Sentence {
    let asked = ask_security_key(factor.clone(), carried.clone()).await.map_err(|error| error.to_string())?;
    let (challenge, options) = parts(&asked);
    let signed = ask(Act::Get, &options).await?;
    answer_security_key(factor, challenge, signed, carried).await.map_err(|error| error.to_string())
}

async fn new_passkey() -> Sentence {
    let asked = begin_passkey().await.map_err(|error| error.to_string())?;
    let (challenge, options) = parts(&asked);
    let signed = ask(Act::Create, &options).await?;
    add_passkey(challenge, signed).await.map_err(|error| error.to_string())?;
    Ok("/auth/account".to_owned())
}

async fn new_key() -> Sentence {
    let (factor, asked) = begin_security_key().await.map_err(|error| error.to_string())?;
    let (challenge, options) = parts(&asked);
    let signed = ask(Act::Create, &options).await?;
    answer_security_key(factor, challenge, signed, String::new()).await.map_err(|error| error.to_string())
}

/// Signs in with a passkey.
#[component]
pub(super) fn PasskeyButton(carried: String) -> impl IntoView {
    let press = Callback::new(move |()| boxed(sign_in(carried.clone())));
    view! { <ScriptButton text="Sign in with a passkey".to_owned() press=press /> }
}

/// Answers with a security key.
#[component]
pub(super) fn KeyButton(factor: String, name: String, carried: String) -> impl IntoView {
    let press = Callback::new(move |()| boxed(answer(factor.clone(), carried.clone())));
    view! { <ScriptButton text=format!("Use {name}") press=press /> }
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
