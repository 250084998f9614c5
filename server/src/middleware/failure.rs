//! Failures of Tenon's own: whole in the log, opaque to the client, joined by the request's id.

use std::any::Any;

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};

use super::RequestId;

/// What went wrong inside. A handler puts it into its response; the text goes to the log, never to the client.
#[derive(Clone, Debug)]
pub struct InternalFailure(pub String);

/// How a protocol tells a failure of ours, by the request's id. A handler's layer puts it into the response; REST's is the usual.
#[derive(Clone, Copy)]
pub struct InternalBody(pub fn(id: &str) -> String);

impl InternalFailure {
    pub(super) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self(format!("panic: {}", text.unwrap_or("of an unknown kind")))
    }
}

impl From<InternalFailure> for Response {
    fn from(failure: InternalFailure) -> Self {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(failure);
        response
    }
}

/// Writes a failure to the log and gives the client the id to ask about it by.
pub(super) fn tell(response: &mut Response, id: &RequestId) {
    if !response.status().is_server_error() {
        return;
    }
    let Some(InternalFailure(cause)) = response.extensions_mut().remove() else { return };
    let id = id.as_str();
    tracing::error!(id, "internal failure: {cause}");
    let body =
        response.extensions_mut().remove::<InternalBody>().map_or_else(|| in_rests_words(id), |InternalBody(write)| write(id));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
}

fn in_rests_words(id: &str) -> String {
    format!(
        r#"{{"code":"XX000","message":"something went wrong inside; the server's log has it under {id}","details":null,"hint":null}}"#
    )
}
