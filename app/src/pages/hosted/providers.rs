//! The way to a provider and back. Nothing is linked on it: that is asked on a page of its own.

use axum::{
    extract::{RawQuery, State},
    response::{AppendHeaders, IntoResponse as _, Redirect, Response},
};
use http::{header, request::Parts};
use tenon_engine::{
    Engine,
    identity::{
        hosted::{Hosted, new_verifier},
        providers::Authorize,
    },
};
use tenon_model::{AuthCode, Code, Error};

use super::{
    carried::Carried,
    http::{cookie, failed, hosted, is_secure},
    server::{VERIFIER, next_of},
};
use crate::{
    AppError, client, cookies,
    data::urls,
    flash::{self, Flash},
};

/// How long somebody may take at a provider, and to answer whether to link. Seconds.
const PATIENCE: u64 = 1800;

fn set(parts: &Parts, name: &str, value: &str, max_age: u64) -> (header::HeaderName, String) {
    let secure = if is_secure(parts) { "; Secure" } else { "" };
    (header::SET_COOKIE, format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}"))
}

fn value(query: &str, name: &str) -> Option<String> {
    urls::pairs(query).into_iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value)
}

/// Goes to a provider, which leads back to `/auth/continue` with a code for this browser. With `add`, the account there
/// becomes a further way in to that of who is signed in.
pub(super) async fn with_provider(State(engine): State<Engine>, RawQuery(query): RawQuery, parts: Parts) -> Response {
    let query = query.unwrap_or_default();
    let carried = Carried::parse(&query).without_link();
    let adds = value(&query, "add").is_some();
    let known = match hosted(&engine, &parts).await {
        Ok(known) => known.filter(|_| adds),
        Err(error) => return failed(&error),
    };
    let carried = match (&known, adds) {
        (None, true) => return Redirect::to("/auth/sign-in").into_response(),
        (Some(hosted), true) if hosted.wants_second => return Redirect::to("/auth/mfa").into_response(),
        (_, true) => Carried::default().then("account"),
        (_, false) => carried,
    };
    match away(&engine, &parts, value(&query, "provider").unwrap_or_default(), known.as_ref(), &carried).await {
        Ok((verifier, url)) => (AppendHeaders([set(&parts, VERIFIER, &verifier, PATIENCE)]), Redirect::to(&url)).into_response(),
        Err(error) => turned_back(&parts, AppError::from(error), &carried),
    }
}

/// The verifier of the way back, and where the way begins.
async fn away(
    engine: &Engine,
    parts: &Parts,
    provider: String,
    link_to: Option<&Hosted>,
    carried: &Carried,
) -> tenon_model::Result<(String, String)> {
    let (verifier, challenge) = new_verifier()?;
    let asked = Authorize {
        provider,
        redirect_to: Some(format!("{}{}", engine.external_url(), carried.to("/auth/continue"))),
        code_challenge: Some(challenge),
        code_challenge_method: Some("s256".to_owned()),
        ..Authorize::default()
    };
    let caller = link_to.map(Hosted::caller);
    let url = engine.hosted_provider_url(caller.as_ref(), asked, &client::of(parts)).await?;
    Ok((verifier, url))
}

/// Comes back from a provider: with a code, with a link that waits for its person's word, or with what went wrong.
pub(super) async fn come_back(State(engine): State<Engine>, RawQuery(query): RawQuery, parts: Parts) -> Response {
    let query = query.unwrap_or_default();
    let carried = Carried::parse(&query);
    if carried.get("link").is_some() {
        return ([(header::REFERRER_POLICY, "no-referrer")], Redirect::to(&carried.to("/auth/link"))).into_response();
    }
    let arrived = match (value(&query, "code"), cookies::find(&parts, VERIFIER)) {
        (Some(code), Some(verifier)) => arrive(&engine, &parts, code, verifier.to_owned(), &carried).await,
        _ => Err(refusal(&value(&query, "error_code").unwrap_or_default()).into()),
    };
    match arrived {
        Ok((token, max_age, next)) => {
            let cookies = AppendHeaders([set(&parts, VERIFIER, "", 0), set(&parts, cookie(&parts), &token, max_age)]);
            ([(header::REFERRER_POLICY, "no-referrer")], cookies, Redirect::to(&next)).into_response()
        }
        Err(error) => turned_back(&parts, error, &carried),
    }
}

/// Back to where the way began, with what went wrong.
fn turned_back(parts: &Parts, error: AppError, carried: &Carried) -> Response {
    let flash = flash::text(Flash::Failed(error.error));
    let cookies = AppendHeaders([set(parts, VERIFIER, "", 0), set(parts, flash::COOKIE, &flash, 60)]);
    let to = if carried.get("then") == Some("account") { "/auth/account".to_owned() } else { carried.to("/auth/sign-in") };
    (cookies, Redirect::to(&to)).into_response()
}

/// What went wrong, in words of our own: the address could be anybody's.
fn refusal(code: &str) -> Error {
    let is = |known: AuthCode| code == known.as_str();
    let text = if is(AuthCode::IdentityAlreadyExists) {
        "That account is linked already: to yours, or to another one here."
    } else if is(AuthCode::SignupDisabled) {
        "There is no account here for you yet, and new ones are made by invitation."
    } else if is(AuthCode::UserBanned) {
        "This account is blocked."
    } else if is(AuthCode::EmailExists) {
        "Your address belongs to an account that cannot be entered this way. Sign in to it as you do otherwise."
    } else {
        "Signing in there did not work. Try again."
    };
    Error::new(Code::InvalidCredentials, text)
}

/// The session's token, its seconds, and where its person goes next.
async fn arrive(
    engine: &Engine,
    parts: &Parts,
    code: String,
    verifier: String,
    carried: &Carried,
) -> crate::errors::Result<(String, u64, String)> {
    let client = client::of(parts);
    let session = engine.exchange_code(code, verifier, &client).await?;
    if let Some(before) = cookies::find(parts, cookie(parts)) {
        engine.end_hosted(before, &client).await?;
    }
    let new = engine.host(&session).await?;
    let next = next_of(engine, &new.hosted, carried, &client).await?;
    Ok((new.token, new.max_age, next))
}
