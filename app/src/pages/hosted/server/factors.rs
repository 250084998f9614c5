//! Second factors of who is signed in.

use tenon_engine::{
    Engine,
    identity::{Session, hosted::Hosted},
};

use super::session::client;
use crate::{
    errors::Result,
    pages::factors::proof::{self, Factor, factors_of},
};

/// The second factors of somebody who is signed in.
pub(in crate::pages::hosted) async fn factors(engine: &Engine, hosted: &Hosted) -> Result<Vec<Factor>> {
    let user = engine.user(hosted.user, hosted.session).await?;
    Ok(factors_of(&user))
}

/// Takes the code of an authenticator app.
pub(in crate::pages::hosted) async fn answer_app(
    engine: &Engine,
    hosted: &Hosted,
    factor: &str,
    code: String,
) -> tenon_model::Result<Session> {
    proof::answer_app(engine, &hosted.caller(), &client(), factor, &code).await
}

/// Asks a security key; what the browser hands to it, beside the challenge's id.
pub(in crate::pages::hosted) async fn ask_key(engine: &Engine, hosted: &Hosted, factor: &str) -> tenon_model::Result<String> {
    proof::ask_key(engine, &hosted.caller(), factor).await
}

/// Takes what a security key signed.
pub(in crate::pages::hosted) async fn answer_key(
    engine: &Engine,
    hosted: &Hosted,
    factor: &str,
    challenge: &str,
    signed: &str,
) -> tenon_model::Result<Session> {
    proof::answer_key(engine, &hosted.caller(), &client(), factor, challenge, signed).await
}
