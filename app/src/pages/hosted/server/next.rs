//! Where people go next: to what is still asked of them, to the application, or to their account.

use http::{StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tenon_engine::{
    Engine,
    audit::Client,
    identity::{
        flows::Verified,
        hosted::{HandedOver, Hosted},
        redirect,
    },
};
use tenon_model::{AuthCode, Error};

use super::{
    super::carried::Carried,
    session::{admit, client, current},
};
use crate::{
    context,
    errors::Result,
    flash::{self, Flash},
    paths,
};

/// Where somebody who is signed in goes next: to what is still asked of them, to the application, or to their account.
pub(in crate::pages::hosted) async fn next(engine: &Engine, hosted: &Hosted, carried: &Carried) -> Result<String> {
    next_of(engine, hosted, carried, &client()).await
}

/// As [`next`], for a request that is no server function's.
pub(in crate::pages::hosted) async fn next_of(
    engine: &Engine,
    hosted: &Hosted,
    carried: &Carried,
    client: &Client,
) -> Result<String> {
    if hosted.wants_second {
        return Ok(carried.to("/auth/mfa"));
    }
    if matches!(carried.get("then"), Some("new-password" | "studio")) {
        return Ok(carried.to("/auth/new-password"));
    }
    if carried.get("link").is_some() {
        return Ok(carried.to("/auth/link"));
    }
    let Some(target) = target(engine, carried) else { return Ok("/auth/account".to_owned()) };
    let given = engine.hand_over(hosted, &target, challenge(carried)?, client).await?;
    Ok(with_answer(&target, &given))
}

/// Where the application wants its people back, if that is allowed.
pub(in crate::pages::hosted) fn target(engine: &Engine, carried: &Carried) -> Option<String> {
    let url = carried.get("redirect_to").filter(|url| redirect::allowed(&engine.settings().auth, engine.config(), url))?;
    // Written so that a header can hold it.
    url::Url::parse(url).ok().map(String::from)
}

/// Challenge and method of PKCE.
pub(in crate::pages::hosted) fn challenge(carried: &Carried) -> Result<Option<(String, String)>> {
    match (carried.get("code_challenge"), carried.get("code_challenge_method")) {
        (Some(challenge), Some(method)) => Ok(Some((challenge.to_owned(), method.to_owned()))),
        (None, None) => Ok(None),
        _ => Err(Error::auth(AuthCode::ValidationFailed, "PKCE needs code_challenge and code_challenge_method").into()),
    }
}

/// Tokens stand in the fragment, which no server gets to see; a code stands in the query.
fn with_answer(target: &str, given: &HandedOver) -> String {
    match given {
        HandedOver::Session(session) => {
            let pairs = [
                ("access_token", session.access_token.clone()),
                ("expires_at", session.expires_at.to_string()),
                ("expires_in", session.expires_in.to_string()),
                ("refresh_token", session.refresh_token.clone()),
                ("token_type", "bearer".to_owned()),
                ("type", "signin".to_owned()),
            ];
            let text: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", paths::encode(value))).collect();
            format!("{}#{}", target.split('#').next().unwrap_or_default(), text.join("&"))
        }
        HandedOver::Code(code) => match url::Url::parse(target) {
            Ok(mut url) => {
                url.query_pairs_mut().append_pair("code", code);
                url.to_string()
            }
            Err(_) => target.to_owned(),
        },
    }
}

/// The page of this site where a mail's link comes out. What is carried goes on from there.
pub(in crate::pages::hosted) fn confirm_page(engine: &Engine, carried: &Carried) -> String {
    format!("{}{}", engine.external_url(), carried.to(redirect::CONFIRM))
}

/// Sends the browser on: to a path of this site, or to the application.
pub(in crate::pages::hosted) fn go(url: &str) {
    if url.starts_with('/') {
        return context::redirect(url);
    }
    leptos_axum::redirect(url);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(header::REFERRER_POLICY, http::HeaderValue::from_static("no-referrer"));
        response.insert_header(header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    }
}

/// Goes on after what a mail carried was right.
pub(in crate::pages::hosted) async fn after_mail(engine: &Engine, verified: Verified, carried: &Carried) -> Result<()> {
    match verified {
        Verified::Session(session) => go(&admit(engine, &session, carried).await?),
        Verified::Half => {
            let text = "Confirmed. A mail to your other address waits to be confirmed, too.".to_owned();
            flash::leave(Flash::Done(text));
            let known = current(engine).await?.is_some();
            go(if known { "/auth/account" } else { "/auth/sign-in" });
        }
        Verified::Code(_) => return Err(Error::internal("a hosted mail has no flow").into()),
    }
    Ok(())
}
