//! The Studio's pages and server functions, rendered by leptos inside this process.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::post,
};
use http::{StatusCode, header, request::Parts};
use leptos::prelude::{IntoAny as _, LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list};
use tenon_app::{App, data::record::Posted, shell};
use tenon_engine::{Engine, identity::redirect, settings::Captcha};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, predicate::SizeAbove},
};

use crate::{
    AppState,
    middleware::{Beyond, page_policy},
};

/// Every page and server function, compressed for clients that take it.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let document = document(state);
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(App), context(state), document)
        .route("/import", post(form))
        .route("/settings/mail/{kind}/{locale}", post(form))
        .route("/auth/account/recovery", post(form))
        .route("/settings/profile/recovery", post(form))
        .route("/tables/{table}/new", post(form))
        .route("/tables/{table}/records/{key}", post(form))
        .merge(tenon_app::data::http::routes(state.engine().clone()))
        .merge(tenon_app::pages::hosted::http::routes(state.engine().clone()))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(1024)))
}

/// A form whose page does what it asks, and is the answer where that fails, with all that was entered.
async fn form(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, state.http().max_body).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let (posted, usual) = (Posted(String::from_utf8_lossy(&body).into_owned()), context(&state));
    let context = move || {
        usual();
        provide_context(posted.clone());
    };
    let render = leptos_axum::render_app_async_with_context(context, document(&state));
    render(Request::from_parts(parts, Body::empty())).await
}

/// The page that says there is no such page.
pub(super) async fn missing(state: &AppState, request: Request) -> Response {
    let render = leptos_axum::render_app_to_stream_with_context(context(state), document(state));
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

fn document(state: &AppState) -> impl Fn() -> leptos::prelude::AnyView + Clone + Send + Sync + 'static {
    let options = <LeptosOptions as axum::extract::FromRef<AppState>>::from_ref(state);
    move || shell(options.clone()).into_any()
}

/// What a page or server function finds in its context.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let state = state.clone();
    move || {
        provide_context(state.engine().clone());
        provide_context(state.site().assets());
        allow_own_scripts(state.engine());
    }
}

/// The page's own inline scripts carry a nonce that its policy names; nobody else's inline scripts run.
fn allow_own_scripts(engine: &Engine) {
    let beyond = leptos::prelude::use_context::<Parts>().map(|parts| beyond(engine, &parts)).unwrap_or_default();
    let policy = leptos::nonce::use_nonce().and_then(|nonce| page_policy(&nonce, &beyond));
    if let (Some(policy), Some(response)) = (policy, leptos::prelude::use_context::<ResponseOptions>()) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The pages whose forms tell people from robots.
const CAPTCHA_PAGES: [&str; 4] = ["/auth/sign-in", "/auth/sign-up", "/auth/magic-link", "/auth/reset"];

/// What a hosted page reaches beyond this origin: the brand's logo, the application that its forms lead back to, the CAPTCHA.
fn beyond(engine: &Engine, parts: &Parts) -> Beyond {
    if !parts.uri.path().starts_with("/auth/") {
        return Beyond::default();
    }
    let settings = engine.settings();
    let source = |url: &str| {
        let url = url::Url::parse(url).ok()?;
        let origin = url.origin();
        Some(if origin.is_tuple() { format!(" {}", origin.ascii_serialization()) } else { format!(" {}:", url.scheme()) })
    };
    let query = parts.uri.query().unwrap_or_default();
    let back = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "redirect_to").map(|(_, value)| value);
    let back = back.filter(|url| redirect::allowed(&settings.auth, engine.config(), url));
    let asks = CAPTCHA_PAGES.contains(&parts.uri.path()) && !settings.auth.captcha_site_key.is_empty();
    let scripts = match settings.auth.captcha {
        Captcha::Hcaptcha if asks => " https://hcaptcha.com https://*.hcaptcha.com",
        Captcha::Turnstile if asks => " https://challenges.cloudflare.com",
        _ => "",
    };
    Beyond {
        images: source(&settings.auth.brand_logo).unwrap_or_default(),
        forms: back.and_then(|url| source(&url)).unwrap_or_default(),
        scripts: scripts.to_owned(),
    }
}
