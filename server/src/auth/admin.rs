//! `/admin/users` and `/admin/audit`: managing users with the secret key.

use axum::{
    Json, Router,
    extract::{Path, Query},
    response::IntoResponse as _,
    routing::{get, post},
};
use http::header;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tenon_engine::{
    audit::{AuditEntry, AuditFilter},
    identity::{LinkRequest, UserAttributes, UserQuery, UserSort},
};
use tenon_model::{AuthCode, UserId};
use uuid::Uuid;

use super::{
    AuthError, Reply,
    call::{Body, Call},
    sign_up::RedirectTo,
};
use crate::AppState;

/// The routes of administration.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/users", get(list).post(create))
        .route("/admin/users/{id}", get(read).put(update).delete(remove))
        .route("/admin/audit", get(audit).post(audit))
        .route("/admin/generate_link", post(generate_link))
        .route("/invite", post(invite))
}

/// Which page of a list.
#[derive(Default, Deserialize)]
struct Paging {
    page: Option<String>,
    per_page: Option<String>,
    filter: Option<String>,
    sort: Option<String>,
}

impl Paging {
    fn page(&self) -> Result<u32, AuthError> {
        number(self.page.as_deref(), 1)
    }

    fn per_page(&self) -> Result<u32, AuthError> {
        Ok(number(self.per_page.as_deref(), 50)?.min(1000))
    }

    fn query(&self) -> Result<UserQuery, AuthError> {
        let (sort, descending) = order(self.sort.as_deref().unwrap_or("created_at desc"))?;
        let search = self.filter.clone().unwrap_or_default();
        Ok(UserQuery { search, sort, descending, page: self.page()?, per_page: self.per_page()?, ..UserQuery::default() })
    }
}

fn number(text: Option<&str>, default: u32) -> Result<u32, AuthError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(default) };
    let bad = || AuthError::new(AuthCode::ValidationFailed, "Bad Pagination Parameters: a page is a number from 1");
    text.parse().ok().filter(|number| *number > 0).ok_or_else(bad)
}

fn order(text: &str) -> Result<(UserSort, bool), AuthError> {
    let bad =
        || AuthError::new(AuthCode::ValidationFailed, "Bad Sort Parameters: created_at, last_sign_in_at or email, asc or desc");
    let (field, direction) = text.split_once(' ').unwrap_or((text, "desc"));
    let sort = match field {
        "created_at" => UserSort::Created,
        "last_sign_in_at" => UserSort::LastSignIn,
        "email" => UserSort::Email,
        _ => return Err(bad()),
    };
    match direction {
        "asc" => Ok((sort, false)),
        "desc" => Ok((sort, true)),
        _ => Err(bad()),
    }
}

/// An id of a path.
fn user_id(text: &str) -> Result<UserId, AuthError> {
    let bad = |_| AuthError::new(AuthCode::ValidationFailed, "user_id must be an UUID");
    Uuid::parse_str(text).map(UserId).map_err(bad)
}

async fn list(call: Call, Query(paging): Query<Paging>) -> Reply {
    call.admin()?;
    let query = paging.query()?;
    let (page, per_page) = (query.page, query.per_page);
    let found = call.engine.users_json(&call.caller, query).await?;
    let headers = [
        ("x-total-count", found.total.to_string()),
        (header::LINK.as_str(), links("/admin/users", &paging, page, per_page, found.total)),
    ];
    Ok((headers, Json(json!({ "users": found.users, "aud": "authenticated" }))).into_response())
}

/// Where the next and the last page are. Clients read the number after the first `=`, so it comes first.
fn links(path: &str, paging: &Paging, page: u32, per_page: u32, total: i64) -> String {
    let mut rest = url::form_urlencoded::Serializer::new(String::new());
    rest.append_pair("per_page", &per_page.to_string());
    for (name, value) in [("filter", &paging.filter), ("sort", &paging.sort)] {
        if let Some(value) = value {
            rest.append_pair(name, value);
        }
    }
    let rest = rest.finish();
    let last = total.max(0).unsigned_abs().div_ceil(u64::from(per_page));
    let next = (last > u64::from(page)).then(|| format!("<{path}?page={}&{rest}>; rel=\"next\", ", u64::from(page) + 1));
    format!("{}<{path}?page={last}&{rest}>; rel=\"last\"", next.unwrap_or_default())
}

async fn create(call: Call, Body(attributes): Body<UserAttributes>) -> Reply {
    call.admin()?;
    let made = call.engine.create_user(&call.caller, &call.client, attributes).await?;
    Ok(Json(made).into_response())
}

async fn read(call: Call, Path(id): Path<String>) -> Reply {
    call.admin()?;
    Ok(Json(call.engine.user_json(&call.caller, user_id(&id)?).await?).into_response())
}

async fn update(call: Call, Path(id): Path<String>, Body(attributes): Body<UserAttributes>) -> Reply {
    call.admin()?;
    let changed = call.engine.update_user(&call.caller, &call.client, user_id(&id)?, attributes).await?;
    Ok(Json(changed).into_response())
}

#[derive(Deserialize)]
struct Removal {
    #[serde(default)]
    should_soft_delete: Option<bool>,
}

async fn remove(call: Call, Path(id): Path<String>, Body(removal): Body<Removal>) -> Reply {
    call.admin()?;
    let softly = removal.should_soft_delete.unwrap_or_default();
    call.engine.delete_user(&call.caller, &call.client, user_id(&id)?, softly).await?;
    Ok(Json(json!({})).into_response())
}

#[derive(Deserialize)]
struct Invitation {
    #[serde(default)]
    email: String,
    data: Option<Map<String, Value>>,
}

async fn invite(call: Call, Query(query): Query<RedirectTo>, Body(body): Body<Invitation>) -> Reply {
    call.admin()?;
    let data = body.data.unwrap_or_default();
    let invited = call.engine.invite_user(&call.caller, &call.client, &body.email, data, query.redirect_to.as_deref()).await?;
    Ok(Json(invited).into_response())
}

async fn generate_link(call: Call, Query(query): Query<RedirectTo>, Body(mut body): Body<LinkRequest>) -> Reply {
    call.admin()?;
    body.redirect_to = body.redirect_to.or(query.redirect_to);
    Ok(Json(call.engine.generate_link(&call.caller, &call.client, body).await?).into_response())
}

/// The audit log, newest first.
async fn audit(call: Call, Query(paging): Query<Paging>) -> Reply {
    call.admin()?;
    let (page, per_page) = (paging.page()?, paging.per_page()?);
    let offset = (i64::from(page) - 1) * i64::from(per_page);
    let filter = AuditFilter { offset, limit: i64::from(per_page), ..AuditFilter::default() };
    let found = call.engine.audit(&call.caller, filter).await?;
    let total = call.engine.audit_entries(&call.caller).await?;
    let headers =
        [("x-total-count", total.to_string()), (header::LINK.as_str(), links("/admin/audit", &paging, page, per_page, total))];
    Ok((headers, Json(found.entries.iter().map(entry).collect::<Vec<_>>())).into_response())
}

/// An entry in GoTrue's frame.
fn entry(entry: &AuditEntry) -> Value {
    let details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
    json!({
        "id": entry.number.to_string(),
        "payload": {
            "action": entry.action,
            "log_type": entry.action.split('.').next(),
            "actor_id": entry.actor_id,
            "actor_username": entry.actor,
            "actor_via": entry.actor_kind,
            "target_id": entry.target_id,
            "target": entry.target,
            "traits": details,
        },
        "created_at": entry.at,
        "ip_address": entry.address.as_deref().unwrap_or_default(),
    })
}
