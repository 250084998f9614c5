//! Row level security: who sees and writes which rows, on both engines alike.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod reads;
mod refused;
mod writes;

use indexmap::IndexMap;
use serde_json::Value as Json;
use tenon_engine::{
    Caller, Error, Schema,
    expressions::compile,
    records::{Delete, Format, Insert, Missing, ReadOptions, RecordSet, Returning, Update},
};
use tenon_model::{Expr, Ident, ReadQuery, Role, SelectItem, UserId, Value, expression::functions::BOOLEAN, rest::RestQuery};
use tenon_testkit::TestEngine;
use uuid::Uuid;

const ADA: &str = "aaaaaaaa-0000-0000-0000-000000000001";
const BOB: &str = "bbbbbbbb-0000-0000-0000-000000000002";
const EVE: &str = "eeeeeeee-0000-0000-0000-000000000003";

fn user(id: &str) -> Caller {
    let id = UserId(Uuid::parse_str(id).unwrap());
    Caller::Api { role: Role::Authenticated, user: Some(id), claims: None }
}

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

/// A request as REST has it: table and query string.
async fn read(engine: &TestEngine, caller: &Caller, request: &str) -> Result<Json, Error> {
    let (table, query) = request.split_once('?').unwrap_or((request, ""));
    let schema = engine.schema_now();
    let query = query_of(&schema, table, query);
    let rows = engine.read(caller, query, ReadOptions { format: Format::Json, ..ReadOptions::default() }).await?;
    Ok(serde_json::from_slice(&rows.body).unwrap())
}
