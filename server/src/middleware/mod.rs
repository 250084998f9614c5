//! What every request passes, in order.

mod client;
mod cors;
mod failure;
mod headers;
mod limits;
mod log;
mod origin;
mod request_id;

use std::panic::AssertUnwindSafe;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::FutureExt as _;
use http::{Method, StatusCode};

use tenon_app::client::ClientInfo;

pub use self::{
    client::Peer,
    failure::{InternalBody, InternalFailure},
    headers::{Beyond, page_policy},
    request_id::RequestId,
};
use crate::AppState;

/// The pipeline: what happens to a request before its handler, and to the response after it.
///
/// It is one function and not a stack of layers because the order matters and should be read in one place, and because each
/// layer of a stack costs every request an allocation.
pub async fn pipeline(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    let line = log::Line::start(&request);
    let is_api = cors::is_api(request.uri().path());

    // `CONNECT host:port` asks for a proxy, and has no path that anything here could look at.
    if request.method() == Method::CONNECT || request.uri().path().is_empty() {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if is_api && let Some(answer) = cors::preflight(&request) {
        return answer;
    }
    client::identify(&mut request, state.http());
    let over_tls = request.extensions().get::<ClientInfo>().is_some_and(|client| client.secure);
    if !is_api {
        id.pass_on(&mut request);
    }

    let refused = if is_api { None } else { origin::refuse_foreign(&request) };
    let mut response = match refused {
        Some(refusal) => refusal,
        None => match limits::bound_body(request, state.http()).await {
            Err(refusal) => refusal,
            Ok(request) => match AssertUnwindSafe(next.run(request)).catch_unwind().await {
                Ok(response) => response,
                Err(panic) => InternalFailure::panic(panic.as_ref()).into(),
            },
        },
    };

    failure::tell(&mut response, &id);
    if is_api {
        cors::allow_any_origin(response.headers_mut());
    }
    headers::secure(response.headers_mut(), is_api, over_tls);
    id.attach(&mut response);
    line.finish(&response, &id);
    response
}
