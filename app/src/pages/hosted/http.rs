//! Plain handlers beside the hosted pages: signing out, the brand's colours, the export of one's data, and providers.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use tenon_engine::{Engine, identity::hosted::Hosted};

use super::{
    providers::{come_back, with_provider},
    server::{COOKIE, SECURE_COOKIE},
};
use crate::{
    client::{self, ClientInfo},
    cookies,
};

/// The handlers, for the server's router.
pub fn routes<S: Clone + Send + Sync + 'static>(engine: Engine) -> Router<S> {
    Router::new()
        .route("/auth/sign-out", post(sign_out))
        .route("/auth/brand.css", get(brand))
        .route("/auth/account/export", get(export))
        .route("/auth/with", get(with_provider))
        .route("/auth/continue", get(come_back))
        .with_state(engine)
}

/// Whether the request came over TLS.
pub(super) fn is_secure(parts: &Parts) -> bool {
    parts.extensions.get::<ClientInfo>().is_some_and(|client| client.secure)
}

/// The name of the session's cookie.
pub(super) fn cookie(parts: &Parts) -> &'static str {
    if is_secure(parts) { SECURE_COOKIE } else { COOKIE }
}

/// Ends the session of this browser.
async fn sign_out(State(engine): State<Engine>, parts: Parts) -> Response {
    let name = cookie(&parts);
    if let Some(token) = cookies::find(&parts, name)
        && let Err(error) = engine.end_hosted(token, &client::of(&parts)).await
    {
        tracing::error!("{}", error.message);
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let secure = if is_secure(&parts) { "; Secure" } else { "" };
    let gone = format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}");
    ([(header::SET_COOKIE, gone)], Redirect::to("/auth/sign-in")).into_response()
}

/// Who is signed in.
pub(super) async fn hosted(engine: &Engine, parts: &Parts) -> tenon_model::Result<Option<Hosted>> {
    match cookies::find(parts, cookie(parts)) {
        Some(token) => engine.hosted(token).await,
        None => Ok(None),
    }
}

/// Everything about who is signed in, as a file.
async fn export(State(engine): State<Engine>, parts: Parts) -> Response {
    let hosted = match hosted(&engine, &parts).await {
        Ok(Some(hosted)) if hosted.wants_second => return Redirect::to("/auth/mfa").into_response(),
        Ok(Some(hosted)) => hosted,
        Ok(None) => return Redirect::to("/auth/sign-in").into_response(),
        Err(error) => return failed(&error),
    };
    match engine.export_own_data(&hosted.caller()).await {
        Ok(data) => {
            let text = serde_json::to_string_pretty(&data).unwrap_or_default();
            let headers = [
                (header::CONTENT_TYPE, "application/json; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"account.json\""),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, text).into_response()
        }
        Err(error) => failed(&error),
    }
}

/// The answer where something of our own failed.
pub(super) fn failed(error: &tenon_model::Error) -> Response {
    tracing::error!("{}", error.message);
    (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.\n").into_response()
}

/// The brand's colour as the pages use it: dark enough on light ground, light enough on dark ground.
async fn brand(State(engine): State<Engine>) -> Response {
    let css = super::color::parse(&engine.settings().auth.brand_color).map(super::color::css).unwrap_or_default();
    let caching = HeaderValue::from_static("private, max-age=300");
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")), (header::CACHE_CONTROL, caching)], css)
        .into_response()
}
