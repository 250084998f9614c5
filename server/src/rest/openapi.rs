//! `GET /rest/v1/`: the current schema as OpenAPI 3.1, with the tables that the caller may use.

use serde_json::{Map, Value as Json, json};
use tenon_model::{Caller, Column, DataType, Default, Privileges, ScalarType, Schema, Table};

/// The description of the API for a caller. `server` is the API's address as the caller sees it.
pub(super) fn describe(schema: &Schema, caller: &Caller, server: &str) -> Json {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    paths.insert("/".to_owned(), json!({ "get": description_of_itself() }));
    for table in schema.tables.values() {
        let may = privileges(schema, table, caller);
        if may.select || may.insert || may.update || may.delete {
            paths.insert(format!("/{}", table.name), path(table, may));
            schemas.insert(table.name.to_string(), object(schema, table));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tenon",
            "description": "Tables over HTTP, in the manner of PostgREST. Filters are query parameters: `column=operator.value`.",
            "version": schema.version.to_string(),
        },
        "servers": [{ "url": server }],
        "security": [{ "apikey": [] }, { "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": parameters(),
            "responses": responses(),
            "securitySchemes": {
                "apikey": { "type": "apiKey", "in": "header", "name": "apikey" },
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            },
        },
    })
}

fn privileges(schema: &Schema, table: &Table, caller: &Caller) -> Privileges {
    match caller.bound_by() {
        Some(role) => table.access.of(&schema.held_by(role)).any(),
        None => Privileges::ALL,
    }
}

fn description_of_itself() -> Json {
    json!({
        "summary": "This description",
        "operationId": "describe",
        "responses": { "200": { "description": "OpenAPI 3.1", "content": { "application/json": {} } } },
    })
}

fn path(table: &Table, may: Privileges) -> Json {
    let name = table.name.as_str();
    let mut path = Map::new();
    path.insert("summary".to_owned(), json!(table.comment.as_deref().unwrap_or(name)));
    let filters: Vec<Json> = table.columns.iter().map(filter).collect();
    if may.select {
        path.insert("get".to_owned(), read(name, &filters));
    }
    if may.insert {
        path.insert("post".to_owned(), insert(name));
    }
    if may.update {
        path.insert("patch".to_owned(), change(name, "update", "Change the rows that the filters meet", &filters, true));
    }
    if may.delete {
        path.insert("delete".to_owned(), change(name, "delete", "Remove the rows that the filters meet", &filters, false));
    }
    Json::Object(path)
}

fn read(table: &str, filters: &[Json]) -> Json {
    let shared = ["select", "order", "limit", "offset", "or", "and", "Range", "PreferCount"];
    json!({
        "tags": [table],
        "summary": "Read rows",
        "operationId": format!("{table}.read"),
        "parameters": with_shared(filters, &shared),
        "responses": {
            "200": rows(table, "The rows"),
            "206": rows(table, "A part of the rows; Content-Range tells which"),
            "default": { "$ref": "#/components/responses/Error" },
        },
    })
}

fn insert(table: &str) -> Json {
    json!({
        "tags": [table],
        "summary": "Add rows",
        "operationId": format!("{table}.insert"),
        "parameters": with_shared(&[], &["select", "columns", "on_conflict", "PreferWrite"]),
        "requestBody": { "required": true, "content": { "application/json": { "schema": one_or_many(table) }, "text/csv": {} } },
        "responses": { "201": rows(table, "Added"), "default": { "$ref": "#/components/responses/Error" } },
    })
}

fn change(table: &str, verb: &str, summary: &str, filters: &[Json], body: bool) -> Json {
    let mut operation = json!({
        "tags": [table],
        "summary": summary,
        "operationId": format!("{table}.{verb}"),
        "parameters": with_shared(filters, &["select", "or", "and", "PreferWrite", "AllowUnfiltered"]),
        "responses": {
            "200": rows(table, "The rows, if they were asked for"),
            "204": { "description": "Done" },
            "default": { "$ref": "#/components/responses/Error" },
        },
    });
    if body {
        let schema = json!({ "$ref": reference(table) });
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    operation
}

/// A JSON pointer may not hold `~` or `/` as they are.
fn reference(table: &str) -> String {
    let escaped = table.replace('~', "~0").replace('/', "~1");
    let encoded: String = url::form_urlencoded::byte_serialize(escaped.as_bytes()).collect();
    format!("#/components/schemas/{}", encoded.replace('+', "%20"))
}

fn one_or_many(table: &str) -> Json {
    let one = json!({ "$ref": reference(table) });
    json!({ "oneOf": [one, { "type": "array", "items": one }] })
}

fn rows(table: &str, description: &str) -> Json {
    let one = json!({ "$ref": reference(table) });
    json!({
        "description": description,
        "content": {
            "application/json": { "schema": { "type": "array", "items": one } },
            "application/vnd.pgrst.object+json": { "schema": one },
            "text/csv": { "schema": { "type": "string" } },
        },
    })
}

fn with_shared(own: &[Json], shared: &[&str]) -> Vec<Json> {
    let shared = shared.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }));
    own.iter().cloned().chain(shared).collect()
}

fn filter(column: &Column) -> Json {
    json!({
        "name": column.name,
        "in": "query",
        "description": format!("{} ({}), e.g. `eq.…`, `gt.…`, `in.(…)`, `is.null`", column.name, column.data_type),
        "schema": { "type": "string" },
    })
}

/// A row of a table.
fn object(schema: &Schema, table: &Table) -> Json {
    let mut properties = Map::new();
    for column in &table.columns {
        properties.insert(column.name.to_string(), property(schema, table, column));
    }
    let needed = |c: &&Column| {
        (c.not_null || table.key_columns().contains(&c.name))
            && c.default.is_none()
            && c.identity.is_none()
            && c.generated.is_none()
    };
    let required: Vec<&str> = table.columns.iter().filter(needed).map(|c| c.name.as_str()).collect();
    let mut object = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    if let Some(comment) = &table.comment {
        object["description"] = json!(comment);
    }
    object
}

fn property(schema: &Schema, table: &Table, column: &Column) -> Json {
    let mut property = match &column.data_type {
        DataType::Scalar(scalar) => scalar_schema(schema, scalar),
        DataType::Array(scalar) => json!({ "type": "array", "items": scalar_schema(schema, scalar) }),
    };
    if !column.not_null && !table.key_columns().contains(&column.name) && property["type"].is_string() {
        property["type"] = json!([property["type"], "null"]);
    }
    let mut notes: Vec<String> = column.comment.iter().cloned().collect();
    if table.key_columns().contains(&column.name) {
        notes.push("Primary key.".to_owned());
    }
    for key in table.foreign_keys.iter().filter(|key| !key.is_to_users() && key.columns == [column.name.clone()]) {
        notes.push(format!("Refers to {}.{}.", key.references, key.referenced_columns[0]));
    }
    if let Some(generated) = &column.generated {
        property["readOnly"] = json!(true);
        notes.push(if generated.stored { "Computed, and kept.".to_owned() } else { "Computed.".to_owned() });
    }
    match &column.default {
        Some(Default::Now) => notes.push("Default: now().".to_owned()),
        Some(Default::CurrentDate) => notes.push("Default: current_date.".to_owned()),
        Some(Default::RandomUuid) => notes.push("Default: gen_random_uuid().".to_owned()),
        Some(Default::Expression(_)) => notes.push("Has a default that is calculated.".to_owned()),
        Some(Default::Literal(_)) => notes.push("Has a default.".to_owned()),
        None if column.identity.is_some() => notes.push("Counts up by itself.".to_owned()),
        None => {}
    }
    if !notes.is_empty() {
        property["description"] = json!(notes.join(" "));
    }
    property
}

fn scalar_schema(schema: &Schema, scalar: &ScalarType) -> Json {
    let format = scalar.to_string();
    match scalar {
        ScalarType::Text => json!({ "type": "string" }),
        ScalarType::Varchar(length) => json!({ "type": "string", "maxLength": length }),
        ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => json!({ "type": "integer", "format": format }),
        ScalarType::Real | ScalarType::Double | ScalarType::Numeric(_) => json!({ "type": "number", "format": format }),
        ScalarType::Boolean => json!({ "type": "boolean" }),
        ScalarType::Date => json!({ "type": "string", "format": "date" }),
        ScalarType::Timestamptz => json!({ "type": "string", "format": "date-time" }),
        ScalarType::Uuid => json!({ "type": "string", "format": "uuid" }),
        ScalarType::Json | ScalarType::Jsonb => json!({}),
        ScalarType::Enum(name) => json!({ "type": "string", "enum": schema.enum_values(name.as_str()) }),
        ScalarType::Time | ScalarType::Timestamp | ScalarType::Interval | ScalarType::Bytea => {
            json!({ "type": "string", "format": format })
        }
    }
}

fn parameters() -> Json {
    let query = |name: &str, description: &str| json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string" } });
    let number = |name: &str, description: &str| json!({ "name": name, "in": "query", "description": description, "schema": { "type": "integer", "minimum": 0 } });
    let header = |name: &str, description: &str, values: &[&str]| json!({ "name": name, "in": "header", "description": description, "schema": { "type": "string", "examples": values } });
    json!({
        "select": query("select", "Columns and related tables, e.g. `id,name,author(name)`"),
        "order": query("order", "e.g. `name.asc,age.desc.nullslast`"),
        "limit": number("limit", "At most so many rows"),
        "offset": number("offset", "After skipping so many"),
        "or": query("or", "Any of several filters: `(age.lt.18,age.gt.65)`"),
        "and": query("and", "All of several filters: `(age.gte.18,age.lte.65)`"),
        "columns": query("columns", "The keys of the body that are read"),
        "on_conflict": query("on_conflict", "The columns of the unique key that an upsert goes by"),
        "Range": header("Range", "Which rows", &["0-29"]),
        "PreferCount": header("Prefer", "Whether to count all rows", &["count=exact", "count=planned", "count=estimated"]),
        "PreferWrite": header("Prefer", "What to answer with, and what to do with taken keys",
            &["return=representation", "return=minimal", "resolution=merge-duplicates", "missing=default"]),
        "AllowUnfiltered": header("X-Tenon-Allow-Unfiltered", "Needed to change or remove every row", &["true"]),
    })
}

fn responses() -> Json {
    let text = json!({ "type": ["string", "null"] });
    json!({
        "Error": {
            "description": "What was wrong",
            "content": { "application/json": { "schema": {
                "type": "object",
                "properties": { "code": { "type": "string" }, "message": { "type": "string" }, "details": text, "hint": text },
                "required": ["code", "message", "details", "hint"],
            } } },
        },
    })
}
