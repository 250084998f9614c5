//! `POST`, `PATCH` and `DELETE` on a table.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use indexmap::IndexMap;
use tenon_engine::records::{Delete, Format, Insert, OnConflict, RecordSet, Returning, Rows, Update};
use tenon_model::{Code, Error, Expr, Ident, Projection, ReadQuery, Schema, SelectItem, Table, Value};

use super::{
    accept::{self, BodyForm},
    body,
    call::{Call, Mistake},
    error::{RestError, answer_to},
    explain::{Attempt, refused},
    prefer::Return,
    reply::{self, Written},
};

const INSERTED: Written = Written { full: StatusCode::CREATED, empty: StatusCode::CREATED, ranged: false };
const UPDATED: Written = Written { full: StatusCode::OK, empty: StatusCode::NO_CONTENT, ranged: true };
const DELETED: Written = Written { full: StatusCode::OK, empty: StatusCode::NO_CONTENT, ranged: false };

/// Adds rows, or changes those whose keys are taken.
pub(super) async fn insert(mut call: Call<'_>, body: Body) -> Result<Response, Response> {
    let payload = Payload::read(&call, body).await?;
    let insert = call
        .against_schema(|schema| {
            let (table, query) = call.resolve(schema)?;
            let records = payload.records(&call, schema, table)?;
            Ok(Insert {
                table: table.name.clone(),
                records,
                missing: call.preferences.missing.unwrap_or_default(),
                on_conflict: on_conflict(&call, table)?,
                returning: returning(&call, table, query),
                rollback: call.preferences.rollback == Some(true),
                max_affected: call.preferences.affected_limit(),
            })
        })
        .await?;
    if insert.on_conflict.is_none() {
        call.preferences.resolution = None;
    }
    let attempt = call.attempt(|| Attempt::Insert(insert.clone()));
    let rows = match call.engine.insert(&call.caller, insert).await {
        Ok(rows) => rows,
        Err(error) => return Err(refused(&call, error, attempt).await),
    };
    if call.preferences.returning == Some(Return::HeadersOnly) {
        let location = location(&call.table, &rows);
        let mut response = reply::written(&call, rows, &INSERTED);
        if let Some(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        return Ok(response);
    }
    Ok(reply::written(&call, rows, &INSERTED))
}

/// Changes rows.
pub(super) async fn update(mut call: Call<'_>, body: Body) -> Result<Response, Response> {
    let payload = Payload::read(&call, body).await?;
    let update = call
        .against_schema(|schema| {
            let (table, query) = call.resolve(schema)?;
            let set = new_values(payload.records(&call, schema, table)?)?;
            Ok(Update {
                table: table.name.clone(),
                set,
                filter: call.query.resolve_own_filter(schema, table)?,
                all: call.allows_unfiltered(),
                order: query.order.clone(),
                limit: query.limit,
                returning: returning(&call, table, query),
                rollback: call.preferences.rollback == Some(true),
                max_affected: call.preferences.affected_limit(),
            })
        })
        .await?;
    let attempt = call.attempt(|| Attempt::Update(update.clone()));
    let rows = match call.engine.update(&call.caller, update).await {
        Ok(rows) => rows,
        Err(error) => return Err(refused(&call, error, attempt).await),
    };
    call.preferences.resolution = None;
    Ok(reply::written(&call, rows, &UPDATED))
}

/// Removes rows.
pub(super) async fn delete(mut call: Call<'_>) -> Result<Response, Response> {
    let delete = call
        .against_schema(|schema| {
            let (table, query) = call.resolve(schema)?;
            Ok(Delete {
                table: table.name.clone(),
                filter: call.query.resolve_own_filter(schema, table)?,
                all: call.allows_unfiltered(),
                order: query.order.clone(),
                limit: query.limit,
                returning: returning(&call, table, query),
                rollback: call.preferences.rollback == Some(true),
                max_affected: call.preferences.affected_limit(),
            })
        })
        .await?;
    let attempt = call.attempt(|| Attempt::Delete(delete.clone()));
    let rows = match call.engine.delete(&call.caller, delete).await {
        Ok(rows) => rows,
        Err(error) => return Err(refused(&call, error, attempt).await),
    };
    (call.preferences.resolution, call.preferences.missing) = (None, None);
    Ok(reply::written(&call, rows, &DELETED))
}

/// The rows that a body holds.
pub(super) struct Payload {
    form: BodyForm,
    bytes: Bytes,
}

impl Payload {
    pub(super) async fn read(call: &Call<'_>, body: Body) -> Result<Self, Response> {
        let form = accept::sent(call.headers).map_err(RestError::into_response)?;
        let bytes = body::read(body, call.http.body_timeout).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(RestError::new(StatusCode::BAD_REQUEST, "PGRST102", "Empty or invalid json").into_response());
        }
        Ok(Self { form, bytes })
    }

    pub(super) fn records(&self, call: &Call<'_>, schema: &Schema, table: &Table) -> Result<RecordSet, Mistake> {
        let only = call.query.columns.as_deref().map(|names| names.iter().map(Ident::new).collect::<Result<Vec<_>, _>>());
        let only = only.transpose().map_err(Mistake::Query)?;
        let read = match self.form {
            BodyForm::Json => RecordSet::from_json(schema, table, &self.bytes, only.as_deref()),
            BodyForm::Csv => RecordSet::from_csv(schema, table, &self.bytes, only.as_deref()),
        };
        read.map_err(Mistake::Body)
    }
}

/// The new values of an update: of exactly one record.
fn new_values(records: RecordSet) -> Result<IndexMap<Ident, Value>, Mistake> {
    let mut rows = records.rows.into_iter();
    let (Some(row), None) = (rows.next(), rows.next()) else {
        let message = "the body of an update is one object";
        return Err(Mistake::Body(Error::new(Code::InvalidSyntax, message)));
    };
    Ok(records.columns.into_iter().zip(row).filter_map(|(name, value)| Some((name, value?))).collect())
}

/// What a taken key means. As in PostgREST, a table without a key has no duplicates.
fn on_conflict(call: &Call<'_>, table: &Table) -> Result<Option<OnConflict>, Mistake> {
    let Some(resolution) = call.preferences.resolution else { return Ok(None) };
    let columns = match &call.query.on_conflict {
        Some(names) => names.iter().map(|name| Ok(table.require_column(name)?.name.clone())).collect::<Result<_, Mistake>>()?,
        None => table.key_columns().to_vec(),
    };
    Ok((!columns.is_empty()).then_some(OnConflict { columns, resolution }))
}

/// What to answer with: the rows as `select` shows them, or the key for `Location`.
pub(super) fn returning(call: &Call<'_>, table: &Table, query: ReadQuery) -> Returning {
    match call.preferences.returning {
        Some(Return::Representation) => Returning::Rows(query.select, call.format),
        Some(Return::HeadersOnly) if !table.key_columns().is_empty() => {
            let key = table.columns.iter().filter(|column| table.key_columns().contains(&column.name));
            let field = |column: &tenon_model::Column| {
                let expr = Expr::Column { name: column.name.clone(), data_type: column.data_type.clone() };
                SelectItem::Field(Projection { key: column.name.to_string(), expr })
            };
            Returning::Rows(key.map(field).collect(), Format::Json)
        }
        _ => Returning::Nothing,
    }
}

/// Where a single new row is: `/flights?id=eq.7`.
fn location(table: &str, rows: &Rows) -> Option<HeaderValue> {
    let keys: Vec<IndexMap<String, serde_json::Value>> = serde_json::from_slice(&rows.body).ok()?;
    let [key] = keys.as_slice() else { return None };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in key {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        query.append_pair(name, &format!("eq.{text}"));
    }
    let table: String = url::form_urlencoded::byte_serialize(table.as_bytes()).collect();
    HeaderValue::from_str(&format!("/{}?{}", table.replace('+', "%20"), query.finish())).ok()
}

/// A write that failed. Too many rows is the client's own limit here.
pub(super) fn failed(call: &Call<'_>, error: Error) -> Response {
    if error.code == Code::TooLarge && call.preferences.affected_limit().is_some() {
        let message = "Query result exceeds max-affected preference constraint";
        let refusal = RestError::new(StatusCode::BAD_REQUEST, "PGRST124", message);
        return match error.details {
            Some(details) => refusal.details(details).into_response(),
            None => refusal.into_response(),
        };
    }
    answer_to(&call.caller, error)
}
