//! Providers elsewhere: `GET /authorize`, `/callback` by link and by form, `/user/identities`.

use axum::{
    Form, Json, Router,
    extract::Query,
    response::{IntoResponse as _, Response},
    routing::{delete, get},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use tenon_engine::identity::providers::{Authorize, Away, Returned};

use super::{AuthError, Call, Reply};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/authorize", get(authorize))
        .route("/callback", get(came_back).post(posted_back))
        .route("/user/identities/authorize", get(link))
        .route("/user/identities/{id}", delete(unlink))
}

/// The cookie that binds a flow to its browser.
const COOKIE: &str = "tenon_flow";

/// The parameters of a way, those of the protocol and those for the provider.
fn asked(pairs: Vec<(String, String)>) -> Authorize {
    let mut asked = Authorize::default();
    for (name, value) in pairs {
        match name.as_str() {
            "provider" => asked.provider = value,
            "redirect_to" => asked.redirect_to = Some(value),
            "scopes" => asked.scopes = Some(value),
            "code_challenge" => asked.code_challenge = Some(value),
            "code_challenge_method" => asked.code_challenge_method = Some(value),
            "ticket" => asked.ticket = Some(value),
            _ => asked.params.push((name, value)),
        }
    }
    asked
}

async fn authorize(call: Call, headers: HeaderMap, Query(pairs): Query<Vec<(String, String)>>) -> Reply {
    let mut asked = asked(pairs);
    asked.browser = cookie(&headers);
    let away = call.engine.authorize_url(asked, &call.client).await?;
    let secure = call.engine.external_url().starts_with("https://");
    let mut response = found(&away.url);
    if let Ok(cookie) = HeaderValue::from_str(&set_cookie(&away, secure)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The cookie comes back from the provider's pages: by a link, which `Lax` lets through, or by a form, which only `None` does.
fn set_cookie(away: &Away, secure: bool) -> String {
    let Away { browser, max_age, .. } = away;
    let site = match (away.posts_back, secure) {
        (true, _) => "SameSite=None; Secure",
        (false, true) => "SameSite=Lax; Secure",
        (false, false) => "SameSite=Lax",
    };
    // The way there reads it, too: two flows at once in a browser share it.
    format!("{COOKIE}={browser}; Path=/auth/v1; Max-Age={max_age}; HttpOnly; {site}")
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

#[derive(Deserialize)]
struct Back {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    user: Option<String>,
}

async fn came_back(call: Call, headers: HeaderMap, Query(back): Query<Back>) -> Response {
    end(call, cookie(&headers), back).await
}

async fn posted_back(call: Call, headers: HeaderMap, Form(back): Form<Back>) -> Response {
    end(call, cookie(&headers), back).await
}

async fn end(call: Call, browser: Option<String>, back: Back) -> Response {
    let Back { state, code, error, error_description, user } = back;
    let returned = Returned { state, code, error, error_description, user };
    found(&call.engine.callback(returned, browser, call.client).await)
}

/// The browser goes on by a GET, also after a form. The address may hold a code: it goes to nobody else.
fn found(url: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    match HeaderValue::from_str(url) {
        Ok(location) => response.headers_mut().insert(header::LOCATION, location),
        Err(_) => return StatusCode::BAD_REQUEST.into_response(),
    };
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn link(call: Call, Query(pairs): Query<Vec<(String, String)>>) -> Reply {
    call.user()?;
    let as_json = pairs.iter().any(|(name, value)| name == "skip_http_redirect" && value == "true");
    let url = call.engine.link_url(&call.caller, asked(pairs)).await?;
    Ok(if as_json { Json(json!({ "url": url })).into_response() } else { found(&url) })
}

async fn unlink(call: Call, axum::extract::Path(id): axum::extract::Path<String>) -> Reply {
    call.user()?;
    call.engine.unlink(&call.caller, &id, &call.client).await.map_err(AuthError::from)?;
    Ok(Json(json!({})).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_this_flow_alone() {
        let away = |posts_back| Away { url: String::new(), browser: "b".into(), posts_back, max_age: 600 };
        assert_eq!(set_cookie(&away(false), false), "tenon_flow=b; Path=/auth/v1; Max-Age=600; HttpOnly; SameSite=Lax");
        assert_eq!(set_cookie(&away(false), true), "tenon_flow=b; Path=/auth/v1; Max-Age=600; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(set_cookie(&away(true), true), "tenon_flow=b; Path=/auth/v1; Max-Age=600; HttpOnly; SameSite=None; Secure");
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; tenon_flow=b; tenon_flow2=c"));
        assert_eq!(cookie(&headers).as_deref(), Some("b"));
    }
}
