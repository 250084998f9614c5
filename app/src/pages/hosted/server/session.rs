//! Who is signed in on this browser.

use http::request::Parts;
use leptos::prelude::use_context;
use tenon_engine::{
    Engine,
    audit::Client,
    identity::{Session, hosted::Hosted},
};
use tenon_model::{Code, Error};

use super::{super::carried::Carried, next::next};
use crate::{client::ClientInfo, context, cookies, errors::Result};

/// The session's cookie.
pub(in crate::pages::hosted) const COOKIE: &str = "tenon_user";

/// The session's cookie under TLS, where the prefix binds it to this very host.
pub(in crate::pages::hosted) const SECURE_COOKIE: &str = "__Host-tenon_user";

/// The cookie that binds a provider's answer to the browser that asked for it.
pub(in crate::pages::hosted) const VERIFIER: &str = "tenon_verifier";

/// Where the request came from.
pub(in crate::pages::hosted) fn client() -> Client {
    context::client()
}

/// What binds the way to a provider and back to this browser.
pub(in crate::pages::hosted) fn verifier() -> String {
    cookies::get(VERIFIER).unwrap_or_default()
}

fn cookie() -> &'static str {
    let secure = use_context::<Parts>().and_then(|parts| parts.extensions.get::<ClientInfo>().map(|client| client.secure));
    if secure.unwrap_or(false) { SECURE_COOKIE } else { COOKIE }
}

/// The session that this browser has here.
pub(in crate::pages::hosted) async fn current(engine: &Engine) -> Result<Option<Hosted>> {
    match cookies::get(cookie()) {
        Some(token) => Ok(engine.hosted(&token).await?),
        None => Ok(None),
    }
}

/// Who is signed in; others are sent to sign in.
pub(in crate::pages::hosted) async fn signed_in(carried: &Carried) -> Result<(Engine, Hosted)> {
    let engine = context::engine()?;
    if let Some(hosted) = current(&engine).await? {
        return Ok((engine, hosted));
    }
    context::redirect(&carried.to("/auth/sign-in"));
    Err(Error::new(Code::Unauthenticated, "Sign in to go on.").into())
}

/// As [`signed_in`], after the second factor that the user may have.
pub(in crate::pages::hosted) async fn surely_signed_in(carried: &Carried) -> Result<(Engine, Hosted)> {
    let (engine, hosted) = signed_in(carried).await?;
    if hosted.wants_second {
        context::redirect(&carried.to("/auth/mfa"));
        return Err(Error::new(Code::Unauthenticated, "Your second factor comes first.").into());
    }
    Ok((engine, hosted))
}

/// Gives the browser a session that just began or rose, and says where its person goes next.
pub(in crate::pages::hosted) async fn admit(engine: &Engine, session: &Session, carried: &Carried) -> Result<String> {
    let hosted = host(engine, session).await?;
    next(engine, &hosted, carried).await
}

/// Gives the browser a session that just began or rose.
pub(in crate::pages::hosted) async fn host(engine: &Engine, session: &Session) -> Result<Hosted> {
    if let Some(before) = cookies::get(cookie())
        && let Some(hosted) = engine.hosted(&before).await?
        && hosted.session != session.session
    {
        engine.end_hosted(&before, &client()).await?;
    }
    let new = engine.host(session).await?;
    cookies::set(cookie(), &new.token, new.max_age);
    Ok(new.hosted)
}

/// Takes the browser its session.
pub(in crate::pages::hosted) async fn leave(engine: &Engine) -> Result<()> {
    if let Some(token) = cookies::get(cookie()) {
        engine.end_hosted(&token, &client()).await?;
    }
    cookies::set(cookie(), "", 0);
    Ok(())
}
