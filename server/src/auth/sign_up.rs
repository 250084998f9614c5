//! `POST /signup`: by address and password, or without saying who one is.

use axum::{Json, Router, extract::Query, response::IntoResponse as _, routing::post};
use serde::Deserialize;
use serde_json::{Map, Value};
use tenon_engine::identity::flows::{Answer, NewUser};
use tenon_model::AuthCode;

use super::{AuthError, Call, Reply, call::Body};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/signup", post(sign_up))
}

/// Where links in mails lead in the end.
#[derive(Deserialize)]
pub(super) struct RedirectTo {
    pub(super) redirect_to: Option<String>,
}

/// What every call that strangers can make may carry.
#[derive(Default, Deserialize)]
pub(super) struct Security {
    #[serde(default)]
    pub(super) captcha_token: Option<String>,
}

/// The code challenge of PKCE (RFC 7636).
#[derive(Default, Deserialize)]
pub(super) struct Challenge {
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

impl Challenge {
    /// Challenge and method, where there are both.
    pub(super) fn both(self) -> Result<Option<(String, String)>, AuthError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        match (given(self.code_challenge), given(self.code_challenge_method)) {
            (Some(challenge), Some(method)) => Ok(Some((challenge, method))),
            (None, None) => Ok(None),
            _ => Err(AuthError::new(AuthCode::ValidationFailed, "PKCE flow requires code_challenge_method and code_challenge")),
        }
    }
}

#[derive(Deserialize)]
struct SignUp {
    email: Option<String>,
    phone: Option<String>,
    password: Option<String>,
    data: Option<Map<String, Value>>,
    #[serde(default)]
    gotrue_meta_security: Security,
    #[serde(flatten)]
    challenge: Challenge,
}

async fn sign_up(call: Call, Query(query): Query<RedirectTo>, Body(body): Body<SignUp>) -> Reply {
    call.engine.check_captcha(body.gotrue_meta_security.captcha_token.as_deref(), &call.client.address).await?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let data = body.data.unwrap_or_default();
    let (Some(email), None) = (given(body.email), given(body.phone.clone())) else {
        if given(body.phone).is_some() {
            return Err(AuthError::new(AuthCode::PhoneProviderDisabled, "Phone signups are disabled"));
        }
        let session = call.engine.sign_in_anonymously(data, &call.client).await?;
        return Ok(Json(session.json).into_response());
    };
    let user = NewUser { email, password: body.password.unwrap_or_default(), data };
    let redirect_to = query.redirect_to;
    Ok(answer(call.engine.sign_up(user, redirect_to, body.challenge.both()?, &call.client).await?))
}

/// A session, or the user without one.
pub(super) fn answer(answer: Answer) -> axum::response::Response {
    match answer {
        Answer::Session(session) => Json(session.json).into_response(),
        Answer::User(user) => Json(user).into_response(),
    }
}
