//! `GET` and `HEAD` on a table.

use axum::response::{IntoResponse as _, Response};
use tenon_engine::records::ReadOptions;

use super::{
    call::Call,
    error::{RestError, answer_to},
    range, reply,
};

/// Reads rows.
pub(super) async fn read(call: Call<'_>, head: bool) -> Result<Response, Response> {
    let mut query = call.against_schema(|schema| Ok(call.resolve(schema)?.1)).await?;
    range::narrow(&mut query, call.headers).map_err(RestError::into_response)?;
    let offset = query.offset;
    let options = ReadOptions { format: call.format, count: call.preferences.count, head };
    let rows = call.engine.read(&call.caller, query, options).await.map_err(|error| answer_to(&call.caller, error))?;
    Ok(reply::read(&call, rows, offset))
}
