//! What sends a mail: `POST /otp`, `/magiclink`, `/recover`, `/resend`.

use axum::{Json, Router, extract::Query, response::IntoResponse as _, routing::post};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tenon_engine::identity::flows::Resend;
use tenon_model::AuthCode;

use super::{
    AuthError, Call, Reply,
    call::Body,
    sign_up::{Challenge, RedirectTo, Security},
};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/otp", post(otp))
        .route("/magiclink", post(otp))
        .route("/recover", post(recover))
        .route("/resend", post(resend))
}

#[derive(Deserialize)]
struct Otp {
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    data: Option<Map<String, Value>>,
    #[serde(default = "yes")]
    create_user: bool,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    gotrue_meta_security: Security,
    #[serde(flatten)]
    challenge: Challenge,
}

fn yes() -> bool {
    true
}

impl Otp {
    async fn checked(self, call: &Call) -> Result<Self, AuthError> {
        call.engine.check_captcha(self.gotrue_meta_security.captcha_token.as_deref(), &call.client.address).await?;
        match (self.email.is_empty(), self.phone.is_empty()) {
            (false, true) => Ok(self),
            (true, false) => Err(AuthError::new(AuthCode::PhoneProviderDisabled, "Unsupported phone provider")),
            _ => Err(AuthError::new(AuthCode::ValidationFailed, "Only an email address or phone number should be provided")),
        }
    }
}

async fn otp(call: Call, Query(query): Query<RedirectTo>, Body(body): Body<Otp>) -> Reply {
    let body = body.checked(&call).await?;
    let data = body.data.unwrap_or_default();
    let challenge = body.challenge.both()?;
    call.engine.send_otp(body.email, data, body.create_user, query.redirect_to, challenge, &call.client).await?;
    Ok(Json(json!({})).into_response())
}

async fn recover(call: Call, Query(query): Query<RedirectTo>, Body(body): Body<Otp>) -> Reply {
    let body = body.checked(&call).await?;
    call.engine.send_recovery(body.email, query.redirect_to, body.challenge.both()?, &call.client).await?;
    Ok(Json(json!({})).into_response())
}

async fn resend(call: Call, Query(query): Query<RedirectTo>, Body(body): Body<Otp>) -> Reply {
    let body = body.checked(&call).await?;
    let what = match body.kind.as_deref() {
        Some("signup") => Resend::Signup,
        Some("email_change") => Resend::EmailChange,
        _ => {
            return Err(AuthError::new(
                AuthCode::ValidationFailed,
                "Missing one of these types: signup, email_change, sms, phone_change",
            ));
        }
    };
    call.engine.resend(what, body.email, query.redirect_to, body.challenge.both()?, &call.client).await?;
    Ok(Json(json!({})).into_response())
}
