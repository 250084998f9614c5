//! `/rest/v1/rpc/NAME`: calls of SQL functions.

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use indexmap::IndexMap;
use tenon_engine::records::{Answering, Given, ReadOptions};
use tenon_model::{Caller, Code, Error, Role, Schema, rest::RestQuery};

use super::{
    accept::{self, BodyForm},
    body,
    call::{Call, Mistake},
    error::{RestError, answer_to},
    range, reply,
};
use crate::AppState;

/// Calls a function.
pub(super) async fn rpc(state: &AppState, name: String, parts: &Parts, body: Body) -> Result<Response, Response> {
    let post = parts.method == Method::POST;
    if !post && parts.method != Method::GET && parts.method != Method::HEAD {
        let message = format!("Cannot use the {} method on RPC", parts.method);
        return Err(RestError::new(StatusCode::METHOD_NOT_ALLOWED, "PGRST101", message).into_response());
    }
    let schema = state.engine().schema();
    // By GET, arguments stand among the filters; which are which, the function says.
    let is_argument = |key: &str, value: &str| !post && (takes(&schema, &name, key) || is_value(key, value));
    let (call, found) = Call::of_function(state, name.clone(), parts, is_argument)?;
    let mut given: IndexMap<String, Given> = found.into_iter().map(|(key, value)| (key, Given::Text(value))).collect();
    if post {
        let bytes = body::read(body, call.http.body_timeout).await?;
        given = of_body(&schema, &name, &call, &bytes).map_err(RestError::into_response)?;
    }
    answer(call, &given, parts.method == Method::HEAD).await
}

async fn answer(call: Call<'_>, given: &IndexMap<String, Given>, head: bool) -> Result<Response, Response> {
    let understood = call
        .against_schema(|schema| {
            let calling = call.engine.calling(&call.caller, &Arc::new(schema.clone()), &call.table, given);
            let calling = calling.map_err(|error| forbidden(&call.caller, error))?;
            let query = resolve(&call.query, &calling.schema, calling.table.as_str())?;
            Ok((calling, query))
        })
        .await;
    let (calling, mut query) = understood?;
    range::narrow(&mut query, call.headers).map_err(RestError::into_response)?;
    let offset = query.offset;
    let options = ReadOptions { format: call.format, count: call.preferences.count, head };
    let rows = call.engine.call(&call.caller, &calling, query, options).await;
    let rows = rows.map_err(|error| answer_to(&call.caller, error))?;
    if calling.answering == Answering::Nothing {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let single = matches!(calling.answering, Answering::Value | Answering::Row);
    let mut response = reply::read(&call, rows, if single { 0 } else { offset });
    if single {
        response.headers_mut().insert(header::CONTENT_RANGE, HeaderValue::from_static("0-0/*"));
    }
    Ok(response)
}

/// One without a name is told to show who it is.
fn forbidden(caller: &Caller, error: Error) -> Mistake {
    let nameless = matches!(caller, Caller::Api { role: Role::Anon, .. }) && error.code == Code::Forbidden;
    if nameless { Mistake::Protocol(RestError::new(StatusCode::UNAUTHORIZED, "42501", error.message)) } else { error.into() }
}

fn resolve(query: &RestQuery, schema: &Schema, table: &str) -> Result<tenon_model::ReadQuery, Mistake> {
    query.resolve(schema, table).map_err(|error| match error.code {
        // It is no table that is missing.
        Code::UnknownTable => Mistake::Query(Error { code: Code::UnknownFunction, ..error }),
        _ => Mistake::Query(error),
    })
}

/// Whether a function takes an argument of that name.
fn takes(schema: &Schema, function: &str, name: &str) -> bool {
    let function = schema.function(function).filter(|function| function.is_public());
    function.is_some_and(|function| function.arguments.iter().any(|argument| argument.name == *name))
}

/// Whether a parameter is neither one of the grammar's own nor a filter, which begins with an operator.
fn is_value(key: &str, value: &str) -> bool {
    const OWN: [&str; 8] = ["select", "order", "limit", "offset", "and", "or", "columns", "on_conflict"];
    let operator = value.split(['.', '(']).next().unwrap_or_default();
    let filter = operator.len() < value.len() && !operator.is_empty() && operator.bytes().all(|b| b.is_ascii_alphabetic());
    !(OWN.contains(&key) || key.contains(['.', '>']) || filter)
}

/// Arguments as a JSON object; or, to a function of one `json` without a name, all of it.
fn of_body(schema: &Schema, function: &str, call: &Call<'_>, bytes: &[u8]) -> Result<IndexMap<String, Given>, RestError> {
    if accept::sent(call.headers)? != BodyForm::Json {
        return Err(RestError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "PGRST102", "functions take their arguments as JSON"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| bad_body("the body is not UTF-8"))?.trim();
    if let Some(name) = only_json(schema, function) {
        serde_json::from_str::<&serde_json::value::RawValue>(text).map_err(|_| bad_body("Empty or invalid json"))?;
        return Ok(IndexMap::from([(name, Given::Json(text.to_owned()))]));
    }
    if text.is_empty() {
        return Ok(IndexMap::new());
    }
    let object: IndexMap<String, Box<serde_json::value::RawValue>> =
        serde_json::from_str(text).map_err(|_| bad_body("Empty or invalid json"))?;
    Ok(object.into_iter().map(|(key, value)| (key, Given::Json(value.get().to_owned()))).collect())
}

fn only_json(schema: &Schema, function: &str) -> Option<String> {
    let function = schema.function(function).filter(|function| function.is_public())?;
    match function.arguments.as_slice() {
        [only] if only.name == "$1" && only.data_type.is_json() => Some(only.name.as_str().to_owned()),
        _ => None,
    }
}

fn bad_body(message: &str) -> RestError {
    RestError::new(StatusCode::BAD_REQUEST, "PGRST102", message)
}
