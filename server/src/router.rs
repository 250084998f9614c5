//! Every path and everything a request passes on its way, on one screen.

use axum::{Router, middleware::from_fn_with_state, routing::get};

use crate::{AppState, auth, health, middleware, rest, site};

/// The whole HTTP surface.
pub fn router(state: AppState) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(rest::routes()) //                                          /rest/v1
        .merge(auth::routes()) //                                          /auth/v1
        .merge(site::routes(&state)) //                                    the Studio and its static files
        .layer(from_fn_with_state(state.clone(), middleware::pipeline)) // its steps, in order, are in that function
        .with_state(state)
}
