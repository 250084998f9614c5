//! What pages and server functions share on the server: the engine, who is asking, where to send them.

use http::{HeaderMap, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tenon_engine::{
    Engine,
    identity::{Account, NewSession, StudioSession},
};
use tenon_model::{Caller, Code, Error};

use crate::{AppError, client::ClientInfo, cookies, paths};

/// The engine that the server put into the context, asked from where the request came.
///
/// # Errors
/// [`Code::Internal`] if it did not.
pub fn engine() -> Result<Engine, AppError> {
    let engine = use_context::<Engine>().ok_or_else(|| Error::internal("no engine in the context"))?;
    Ok(engine.for_client(client()))
}

/// The engine and who is asking. A visitor without a session is sent to sign in, or to set the instance up.
///
/// # Errors
/// [`Code::Unauthenticated`] without a session.
pub async fn caller() -> Result<(Engine, Caller), AppError> {
    let (engine, account) = account().await?;
    Ok((engine, account.caller()))
}

/// As [`caller`], seen as `seen_as` says (what stands in `?as=`, which links lead on with); empty for oneself. Every page and
/// server function of records asks here.
///
/// # Errors
/// As [`caller`]; [`Code::Forbidden`] for members who would see as somebody else.
pub async fn viewer(seen_as: &str) -> Result<(Engine, Caller), AppError> {
    let (engine, caller) = caller().await?;
    if seen_as.is_empty() {
        return Ok((engine, caller));
    }
    crate::answers::viewing::keep(seen_as);
    let caller = engine.view_as(&caller, &seen_as.parse()?).await?;
    Ok((engine, caller))
}

/// As [`caller`], with the account.
///
/// # Errors
/// As [`caller`].
pub async fn account() -> Result<(Engine, Account), AppError> {
    let (engine, session) = session().await?;
    Ok((engine, session.account))
}

/// As [`caller`], with the session. One that waits for a second factor is sent to prove it.
///
/// # Errors
/// As [`caller`].
pub async fn session() -> Result<(Engine, StudioSession), AppError> {
    let engine = engine()?;
    let here = here();
    match own_session(&engine).await? {
        Some(session) if !session.wants_second => return Ok((engine, session)),
        Some(_) => redirect(&paths::second_factor(&here)),
        None if engine.has_owner().await? => redirect(&paths::sign_in(&here)),
        None => redirect("/setup"),
    }
    Err(Error::new(Code::Unauthenticated, "Sign in to go on.").into())
}

/// The session that this browser has in the Studio, whether or not it waits for a second factor.
///
/// # Errors
/// Whatever the database answers.
pub async fn own_session(engine: &Engine) -> Result<Option<StudioSession>, AppError> {
    match cookies::get(cookies::session_name()) {
        Some(token) => Ok(engine.studio_session(&token).await?),
        None => Ok(None),
    }
}

/// Gives the browser a session, and says where its person goes before `next`.
pub fn admit(session: &NewSession, next: &str) -> String {
    cookies::set(cookies::session_name(), &session.token, session.max_age);
    if session.wants_second { paths::second_factor(next) } else { paths::local(next).to_owned() }
}

/// As [`caller`], for pages that only builders see.
///
/// # Errors
/// As [`caller`]; [`Code::Forbidden`] for members.
pub async fn builder() -> Result<(Engine, Caller), AppError> {
    let (engine, caller) = caller().await?;
    if caller.may_build() {
        return Ok((engine, caller));
    }
    Err(Error::new(Code::Forbidden, "Only builders and owners can open this page.").into())
}

/// As [`caller`], for pages that only owners see.
///
/// # Errors
/// As [`caller`]; [`Code::Forbidden`] for members and builders.
pub async fn owner() -> Result<(Engine, Caller), AppError> {
    let (engine, caller) = caller().await?;
    if caller.may_own() {
        return Ok((engine, caller));
    }
    Err(Error::new(Code::Forbidden, "Only owners can open this page.").into())
}

/// Sends the browser to a local path: with a script by the router, without by `303 See Other`.
pub fn redirect(path: &str) {
    leptos_axum::redirect(paths::local(path));
    if let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>())
        && accepts_html(&parts.headers)
    {
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// Sets the answer's status, where the answer is a page or data (a redirect stays one).
pub(crate) fn set_status(status: StatusCode) {
    let is_form = use_context::<Parts>().is_some_and(|parts| parts.method == http::Method::POST && accepts_html(&parts.headers));
    if let (false, Some(response)) = (is_form, use_context::<ResponseOptions>()) {
        let is_redirect = response.0.read().is_ok_and(|parts| parts.headers.contains_key(header::LOCATION));
        if !is_redirect {
            response.set_status(status);
        }
    }
}

/// The id that joins the answer to the log, if the server gave one.
pub(crate) fn request_id() -> Option<String> {
    let parts = use_context::<Parts>()?;
    Some(parts.headers.get("x-request-id")?.to_str().ok()?.to_owned())
}

/// Where the request came from, for the audit log.
#[must_use]
pub fn client() -> tenon_engine::audit::Client {
    use_context::<Parts>().map(|parts| crate::client::of(&parts)).unwrap_or_default()
}

/// Where the instance is, as the browser sees it, e.g. `http://127.0.0.1:3000`.
#[must_use]
pub fn origin() -> String {
    let Some(parts) = use_context::<Parts>() else { return String::new() };
    let client = parts.extensions.get::<ClientInfo>();
    let scheme = if client.is_some_and(|client| client.secure) { "https" } else { "http" };
    let asked = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("{scheme}://{}", client.and_then(|client| client.host.as_deref()).unwrap_or(asked))
}

/// The page the person is on: the request's own path, or where the form or script that sent it stands.
fn here() -> String {
    let Some(parts) = use_context::<Parts>() else { return "/".to_owned() };
    let text = |uri: &http::Uri| uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    let referer = || parts.headers.get(header::REFERER)?.to_str().ok()?.parse::<http::Uri>().ok().map(|uri| text(&uri));
    if parts.method == http::Method::GET && accepts_html(&parts.headers) {
        return text(&parts.uri);
    }
    referer().unwrap_or_else(|| "/".to_owned())
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("text/html"))
}
