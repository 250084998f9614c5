//! `/rest/v1`: tables over HTTP as PostgREST has them, for `@supabase/supabase-js` and its siblings.

mod accept;
mod body;
mod call;
mod compress;
mod error;
mod explain;
pub(crate) mod key;
mod openapi;
mod prefer;
mod put;
mod range;
mod read;
mod reply;
mod rpc;
mod write;

use axum::{
    Router,
    extract::{Path, Request, State, rejection::PathRejection},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use http::{HeaderValue, Method, StatusCode, header};

use self::{call::Call, error::RestError};
use crate::AppState;

/// The routes of the API.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/rest/v1", get(describe))
        .route("/rest/v1/", get(describe))
        .route("/rest/v1/{table}", any(table))
        .route("/rest/v1/rpc/{function}", any(function))
}

/// `GET /rest/v1/`: the API's own description.
async fn describe(State(state): State<AppState>, request: Request) -> Result<Response, Response> {
    let caller = key::caller(state.engine(), request.headers())?;
    let schema = state.engine().refresh_schema().await.map_err(error::answer)?;
    let text = serde_json::to_string(&openapi::describe(&schema, &caller, "/rest/v1")).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "application/openapi+json; charset=utf-8")], text).into_response())
}

/// Everything that can be done with a table.
async fn table(
    State(state): State<AppState>,
    table: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Response> {
    let Ok(Path(table)) = table else {
        return Err(RestError::new(StatusCode::BAD_REQUEST, "PGRST100", "the table's name is not UTF-8").into_response());
    };
    let (parts, body) = request.into_parts();
    if parts.method == Method::OPTIONS {
        return Ok(allowed());
    }
    let call = Call::new(&state, table, &parts)?;
    match parts.method {
        Method::GET => read::read(call, false).await,
        Method::HEAD => read::read(call, true).await,
        Method::POST => write::insert(call, body).await,
        Method::PATCH => write::update(call, body).await,
        Method::DELETE => write::delete(call).await,
        Method::PUT => put::put(call, body).await,
        other => {
            let message = format!("Unsupported HTTP method: {other}");
            Err(RestError::new(StatusCode::METHOD_NOT_ALLOWED, "PGRST117", message).into_response())
        }
    }
}

/// A call of a function.
async fn function(
    State(state): State<AppState>,
    function: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Response> {
    let Ok(Path(function)) = function else {
        return Err(RestError::new(StatusCode::BAD_REQUEST, "PGRST100", "the function's name is not UTF-8").into_response());
    };
    let (parts, body) = request.into_parts();
    if parts.method == Method::OPTIONS {
        let mut response = StatusCode::OK.into_response();
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("OPTIONS,GET,HEAD,POST"));
        return Ok(response);
    }
    rpc::rpc(&state, function, &parts, body).await
}

/// A path below the API that is nothing.
pub(crate) fn no_such_path() -> Response {
    RestError::new(StatusCode::NOT_FOUND, "PGRST125", "Invalid path specified in request URL").into_response()
}

fn allowed() -> Response {
    let mut response = StatusCode::OK.into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"));
    response
}
