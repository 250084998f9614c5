//! The Studio's pages and server functions, rendered by leptos inside this process.

use axum::{Router, extract::Request, response::Response};
use http::{StatusCode, header};
use leptos::prelude::{IntoAny as _, LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list};
use tenon_app::{App, shell};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, predicate::SizeAbove},
};

use crate::{AppState, middleware::page_policy};

/// Every page and server function, compressed for clients that take it.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let document = document(state);
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(App), context(state), document)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(1024)))
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
        allow_own_scripts();
    }
}

/// The page's own inline scripts carry a nonce that its policy names; nobody else's inline scripts run.
fn allow_own_scripts() {
    let policy = leptos::nonce::use_nonce().and_then(|nonce| page_policy(&nonce));
    if let (Some(policy), Some(response)) = (policy, leptos::prelude::use_context::<ResponseOptions>()) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
