//! `GET` and `HEAD` on a table.

use axum::response::{IntoResponse as _, Response};
use tenon_engine::records::ReadOptions;

use super::{
    call::Call,
    error::RestError,
    explain::{self, Attempt},
    prefer::Explain,
    range, reply,
};

/// Reads rows.
pub(super) async fn read(call: Call<'_>, head: bool) -> Result<Response, Response> {
    if let (false, Some(Explain::Rows(command))) = (head, call.preferences.explain) {
        return explain::rows(&call, command).await;
    }
    let mut query = call.against_schema(|schema| Ok(call.resolve(schema)?.1)).await?;
    range::narrow(&mut query, call.headers).map_err(RestError::into_response)?;
    let offset = query.offset;
    let options = ReadOptions { format: call.format, count: call.preferences.count, head };
    let attempt = call.attempt(|| Attempt::Read(query.clone()));
    let rows = match call.engine.read(&call.caller, query, options).await {
        Ok(rows) => rows,
        Err(error) => return Err(explain::refused(&call, error, attempt).await),
    };
    Ok(reply::read(&call, rows, offset))
}
