//! `PUT` on a table: makes or replaces the one row that the filters name by its whole key.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use tenon_engine::records::{Insert, OnConflict, RecordSet, Resolution};
use tenon_model::{CompareOp, Expr, Ident, Table, Value};

use super::{
    call::{Call, Mistake},
    error::RestError,
    explain::{Attempt, refused},
    reply::{self, Written},
    write::{Payload, returning},
};

const PUT: Written = Written { full: StatusCode::OK, empty: StatusCode::NO_CONTENT, ranged: false };

/// Makes or replaces one row.
pub(super) async fn put(mut call: Call<'_>, body: Body) -> Result<Response, Response> {
    if !call.query.limit.is_empty() || !call.query.offset.is_empty() {
        let message = "limit/offset querystring parameters are not allowed for PUT";
        return Err(RestError::new(StatusCode::BAD_REQUEST, "PGRST114", message).into_response());
    }
    let payload = Payload::read(&call, body).await?;
    let insert = call
        .against_schema(|schema| {
            let (table, query) = call.resolve(schema)?;
            let key = named_key(table, &query.filter).ok_or_else(wrong_filters)?;
            let records = payload.records(&call, schema, table)?;
            if !is_the_row(&records, &key) {
                return Err(wrong_body());
            }
            Ok(Insert {
                table: table.name.clone(),
                records,
                missing: call.preferences.missing.unwrap_or_default(),
                on_conflict: Some(OnConflict { columns: table.key_columns().to_vec(), resolution: Resolution::Merge }),
                returning: returning(&call, table, query),
                rollback: call.preferences.rollback == Some(true),
                max_affected: None,
            })
        })
        .await?;
    let attempt = call.attempt(|| Attempt::Insert(insert.clone()));
    let rows = match call.engine.insert(&call.caller, insert).await {
        Ok(rows) => rows,
        Err(error) => return Err(refused(&call, error, attempt).await),
    };
    (call.preferences.resolution, call.preferences.max_affected) = (None, None);
    Ok(reply::written(&call, rows, &PUT))
}

/// The key's values, if the filter is `eq` on each of its columns and nothing else.
fn named_key(table: &Table, filter: &Expr) -> Option<Vec<(Ident, Value)>> {
    let terms = match filter {
        Expr::And(terms) => terms.as_slice(),
        term => std::slice::from_ref(term),
    };
    let named = terms.iter().map(equality).collect::<Option<Vec<_>>>()?;
    let key = table.key_columns();
    let same = !key.is_empty() && named.len() == key.len() && key.iter().all(|column| named.iter().any(|(name, _)| name == column));
    same.then_some(named)
}

/// A column and the value it should have.
fn equality(term: &Expr) -> Option<(Ident, Value)> {
    let Expr::Compare { op: CompareOp::Eq, left, right } = term else { return None };
    match (&**left, &**right) {
        (Expr::Column { name, .. }, Expr::Literal { value, .. }) => Some((name.clone(), value.clone())),
        _ => None,
    }
}

/// Whether the body is one row with that key.
fn is_the_row(records: &RecordSet, key: &[(Ident, Value)]) -> bool {
    let [row] = records.rows.as_slice() else { return false };
    key.iter().all(|(name, value)| {
        let given = records.columns.iter().position(|column| column == name).and_then(|at| row[at].as_ref());
        given == Some(value)
    })
}

fn wrong_filters() -> Mistake {
    let message = "Filters must include all and only primary key columns with 'eq' operators";
    Mistake::Protocol(RestError::new(StatusCode::METHOD_NOT_ALLOWED, "PGRST105", message))
}

fn wrong_body() -> Mistake {
    let message = "Payload values do not match URL in primary key column(s)";
    Mistake::Protocol(RestError::new(StatusCode::BAD_REQUEST, "PGRST115", message))
}
