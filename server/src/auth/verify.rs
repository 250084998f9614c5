//! `/verify`: what a mail carried comes back, as a code (POST) or as a link that was followed (GET).

use axum::{
    Json, Router,
    extract::Query,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use tenon_engine::identity::{
    Session,
    flows::{Proof, Verified, VerifyKind},
    redirect,
};
use tenon_model::AuthCode;
use url::form_urlencoded::Serializer;

use super::{AuthError, Call, Reply, call::Body};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/verify", get(follow).post(verify))
}

#[derive(Deserialize)]
struct Verify {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    token_hash: String,
}

async fn verify(call: Call, Body(body): Body<Verify>) -> Reply {
    let kind = kind(&body.kind)?;
    if !body.phone.is_empty() {
        return Err(AuthError::new(AuthCode::PhoneProviderDisabled, "Phone logins are disabled"));
    }
    let proof = if !body.token_hash.is_empty() {
        Proof::Link(body.token_hash)
    } else if body.email.is_empty() || body.token.is_empty() {
        return Err(AuthError::new(AuthCode::ValidationFailed, "Verify requires a token and an email, or a token hash"));
    } else {
        Proof::Code { email: body.email, code: body.token }
    };
    Ok(match call.engine.verify(kind, proof, &call.client).await? {
        Verified::Session(session) => Json(session.json).into_response(),
        Verified::Code(code) => Json(json!({ "auth_code": code })).into_response(),
        Verified::Half => Json(json!({ "msg": HALF, "code": "200" })).into_response(),
    })
}

const HALF: &str = "Confirmation link accepted. Please proceed to confirm link sent to the other email";

fn kind(name: &str) -> Result<VerifyKind, AuthError> {
    VerifyKind::parse(name).ok_or_else(|| AuthError::new(AuthCode::ValidationFailed, "Verify requires a verification type"))
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
    #[serde(default)]
    token_hash: String,
    #[serde(rename = "type", default)]
    kind: String,
    redirect_to: Option<String>,
}

/// A link in a mail was followed: the browser goes on to the application, with tokens, a code, or what went wrong.
async fn follow(call: Call, Query(link): Query<Link>) -> Response {
    let settings = call.engine.settings();
    let target = redirect::target(&settings.auth, call.engine.config(), link.redirect_to.as_deref());
    let token = if link.token.is_empty() { link.token_hash } else { link.token };
    let verified = match kind(&link.kind) {
        Ok(kind) => call.engine.verify_link(kind, token, &call.client).await.map_err(AuthError::from),
        Err(error) => Err(error),
    };
    match verified {
        Ok(Verified::Session(session)) => go(&with_fragment(&target, &tokens(&session, &link.kind))),
        Ok(Verified::Code(code)) => go(&with_query(&target, &[("code", &code)])),
        Ok(Verified::Half) => go(&with_fragment(&target, &Serializer::new(String::new()).append_pair("message", HALF).finish())),
        Err(error) => go(&failed(&target, &error)),
    }
}

/// What goes wrong stands in the query for servers and in the fragment for scripts.
pub(super) fn failed(target: &str, error: &AuthError) -> String {
    let kind = if error.name() == "unexpected_failure" { "server_error" } else { "access_denied" };
    let parts = [("error", kind), ("error_code", error.name()), ("error_description", error.message())];
    let text = Serializer::new(String::new()).extend_pairs(parts).finish();
    with_fragment(&with_query(target, &parts), &text)
}

/// The tokens as a fragment, which no server gets to see.
pub(super) fn tokens(session: &Session, kind: &str) -> String {
    let mut pairs = Serializer::new(String::new());
    pairs.append_pair("access_token", &session.access_token);
    pairs.append_pair("expires_at", &session.expires_at.to_string());
    pairs.append_pair("expires_in", &session.expires_in.to_string());
    pairs.append_pair("refresh_token", &session.refresh_token);
    pairs.append_pair("token_type", "bearer");
    pairs.append_pair("type", kind);
    pairs.finish()
}

pub(super) fn with_fragment(target: &str, fragment: &str) -> String {
    let base = target.split('#').next().unwrap_or_default();
    format!("{base}#{fragment}")
}

pub(super) fn with_query(target: &str, pairs: &[(&str, &str)]) -> String {
    match url::Url::parse(target) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(pairs);
            url.to_string()
        }
        Err(_) => target.to_owned(),
    }
}

pub(super) fn go(target: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::from_str(target) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
