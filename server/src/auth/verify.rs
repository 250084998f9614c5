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
    redirect::{self, with_fragment, with_query},
};
use tenon_model::AuthCode;

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
        Ok(Verified::Session(session)) => go(&signed_in(&target, &session, &link.kind)),
        Ok(Verified::Code(code)) => go(&with_query(&target, &[("code", &code)])),
        Ok(Verified::Half) => go(&with_fragment(&target, &[("message", HALF)])),
        Err(error) => go(&failed(&target, &error)),
    }
}

/// What goes wrong stands in the query for servers and in the fragment for scripts.
fn failed(target: &str, error: &AuthError) -> String {
    let kind = if error.name() == "unexpected_failure" { "server_error" } else { "access_denied" };
    let parts = [("error", kind), ("error_code", error.name()), ("error_description", error.message())];
    with_fragment(&with_query(target, &parts), &parts)
}

/// The tokens as a fragment, which no server gets to see.
fn signed_in(target: &str, session: &Session, kind: &str) -> String {
    let (expires_at, expires_in) = (session.expires_at.to_string(), session.expires_in.to_string());
    let pairs = [
        ("access_token", session.access_token.as_str()),
        ("expires_at", &expires_at),
        ("expires_in", &expires_in),
        ("refresh_token", &session.refresh_token),
        ("token_type", "bearer"),
        ("type", kind),
    ];
    with_fragment(target, &pairs)
}

fn go(target: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::from_str(target) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
