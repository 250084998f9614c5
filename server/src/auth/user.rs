//! `GET` and `PUT /user`: what users see and change of themselves. `GET /reauthenticate`.

use axum::{Json, Router, extract::Query, response::IntoResponse as _, routing::get};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tenon_engine::identity::flows::UserChange;
use tenon_model::AuthCode;

use super::{
    AuthError, Call, Reply,
    call::Body,
    sign_up::{Challenge, RedirectTo},
};
use crate::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/user", get(user).put(update)).route("/reauthenticate", get(reauthenticate).post(reauthenticate))
}

async fn user(call: Call) -> Reply {
    let (user, session, _) = call.user()?;
    Ok(Json(call.engine.user(user, session).await?).into_response())
}

#[derive(Deserialize)]
struct Update {
    email: Option<String>,
    phone: Option<String>,
    password: Option<String>,
    current_password: Option<String>,
    nonce: Option<String>,
    data: Option<Map<String, Value>>,
    #[serde(flatten)]
    challenge: Challenge,
}

async fn update(call: Call, Query(query): Query<RedirectTo>, Body(body): Body<Update>) -> Reply {
    let (user, session, aal) = call.user()?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    if given(body.phone).is_some() {
        return Err(AuthError::new(AuthCode::PhoneProviderDisabled, "Phone numbers cannot be changed: no SMS provider"));
    }
    let change = UserChange {
        email: given(body.email),
        password: given(body.password),
        current_password: given(body.current_password),
        nonce: given(body.nonce),
        data: body.data,
    };
    let changed =
        call.engine.change_user(user, session, aal, change, query.redirect_to, body.challenge.both()?, &call.client).await?;
    Ok(Json(changed).into_response())
}

async fn reauthenticate(call: Call) -> Reply {
    let (user, session, _) = call.user()?;
    call.engine.send_reauthentication(user, session, &call.client).await?;
    Ok(Json(json!({})).into_response())
}
