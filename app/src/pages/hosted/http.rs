//! Plain handlers beside the hosted pages: signing out, the brand's colours, the export of one's data, and providers.

use axum::{
    Router,
    extract::{RawQuery, State},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use tenon_engine::Engine;

use super::{
    carried::Carried,
    server::{COOKIE, SECURE_COOKIE, client_of},
};
use crate::{client::ClientInfo, cookies, data::urls};

/// The handlers, for the server's router.
pub fn routes<S: Clone + Send + Sync + 'static>(engine: Engine) -> Router<S> {
    Router::new()
        .route("/auth/sign-out", post(sign_out))
        .route("/auth/brand.css", get(brand))
        .route("/auth/account/export", get(export))
        .route("/auth/with", get(with_provider))
        .route("/auth/continue", get(go_on))
        .with_state(engine)
}

fn is_secure(parts: &Parts) -> bool {
    parts.extensions.get::<ClientInfo>().is_some_and(|client| client.secure)
}

fn cookie(parts: &Parts) -> &'static str {
    if is_secure(parts) { SECURE_COOKIE } else { COOKIE }
}

/// Ends the session of this browser.
async fn sign_out(State(engine): State<Engine>, parts: Parts) -> Response {
    let name = cookie(&parts);
    if let Some(token) = cookies::find(&parts, name)
        && let Err(error) = engine.end_hosted(token, &client_of(&parts)).await
    {
        tracing::error!("{}", error.message);
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let secure = if is_secure(&parts) { "; Secure" } else { "" };
    let gone = format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}");
    ([(header::SET_COOKIE, gone)], Redirect::to("/auth/sign-in")).into_response()
}

/// Everything about who is signed in, as a file.
async fn export(State(engine): State<Engine>, parts: Parts) -> Response {
    let hosted = match cookies::find(&parts, cookie(&parts)) {
        Some(token) => engine.hosted(token).await,
        None => Ok(None),
    };
    let hosted = match hosted {
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

fn failed(error: &tenon_model::Error) -> Response {
    tracing::error!("{}", error.message);
    (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.\n").into_response()
}

/// The cookie that binds a provider's answer to the browser that asked for it.
const VERIFIER: &str = "tenon_verifier";

fn set(parts: &Parts, name: &str, value: &str, max_age: u64) -> (header::HeaderName, String) {
    let secure = if is_secure(parts) { "; Secure" } else { "" };
    (header::SET_COOKIE, format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}"))
}

/// Goes to a provider, which leads back to `/auth/continue` with a code for this browser.
async fn with_provider(State(engine): State<Engine>, RawQuery(query): RawQuery, parts: Parts) -> Response {
    let query = query.unwrap_or_default();
    let provider = urls::pairs(&query).into_iter().find(|(name, _)| name == "provider").map(|(_, value)| value);
    let (verifier, challenge) = match tenon_engine::identity::hosted::new_verifier() {
        Ok(pair) => pair,
        Err(error) => return failed(&error),
    };
    let back = format!("{}{}", engine.external_url(), Carried::parse(&query).to("/auth/continue"));
    let address = format!(
        "/auth/v1/authorize?provider={}&redirect_to={}&code_challenge={challenge}&code_challenge_method=s256",
        crate::paths::encode(&provider.unwrap_or_default()),
        crate::paths::encode(&back),
    );
    (axum::response::AppendHeaders([set(&parts, VERIFIER, &verifier, 900)]), Redirect::to(&address)).into_response()
}

/// Comes back from a provider.
async fn go_on(State(engine): State<Engine>, RawQuery(query): RawQuery, parts: Parts) -> Response {
    let query = query.unwrap_or_default();
    let carried = Carried::parse(&query);
    let code = urls::pairs(&query).into_iter().find(|(name, _)| name == "code").map(|(_, value)| value);
    let arrived = match (code, cookies::find(&parts, VERIFIER)) {
        (Some(code), Some(verifier)) => arrive(&engine, &parts, code, verifier.to_owned(), &carried).await,
        _ => {
            Err(tenon_model::Error::new(tenon_model::Code::InvalidCredentials, "Signing in there did not work. Try again.").into())
        }
    };
    let gone = set(&parts, VERIFIER, "", 0);
    match arrived {
        Ok((token, max_age, next)) => {
            let cookies = axum::response::AppendHeaders([gone, set(&parts, cookie(&parts), &token, max_age)]);
            ([(header::REFERRER_POLICY, "no-referrer")], cookies, Redirect::to(&next)).into_response()
        }
        Err(error) => {
            let flash = crate::flash::text(crate::flash::Flash::Failed(error.error));
            let cookies = axum::response::AppendHeaders([gone, set(&parts, crate::flash::COOKIE, &flash, 60)]);
            (cookies, Redirect::to(&carried.to("/auth/sign-in"))).into_response()
        }
    }
}

/// The session's token, its seconds, and where its person goes next.
async fn arrive(
    engine: &Engine,
    parts: &Parts,
    code: String,
    verifier: String,
    carried: &Carried,
) -> crate::errors::Result<(String, u64, String)> {
    let client = client_of(parts);
    let session = engine.exchange_code(code, verifier, &client).await?;
    let new = engine.host(&session).await?;
    let next = super::server::next_of(engine, &new.hosted, carried, &client).await?;
    Ok((new.token, new.max_age, next))
}

/// The brand's colour as the pages use it: dark enough on light ground, light enough on dark ground.
async fn brand(State(engine): State<Engine>) -> Response {
    let css = super::color::parse(&engine.settings().auth.brand_color).map(super::color::css).unwrap_or_default();
    let caching = HeaderValue::from_static("private, max-age=300");
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")), (header::CACHE_CONTROL, caching)], css)
        .into_response()
}
