//! The schema as the database keeps it: one JSON definition a table, enum or role, and a version that counts up.

use std::sync::Arc;

use diesel::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use tenon_model::{
    EnumType, Error, Ident, Result, RoleDefinition, Schema, Table,
    schema::{Function, View},
};

use crate::{
    database::{Conn, Translate},
    system::schema::{
        _tenon_enums as enums, _tenon_meta as meta, _tenon_objects as objects, _tenon_roles as roles, _tenon_tables as tables,
    },
};

const VERSION: &str = "schema_version";

/// The kinds of objects besides tables and enums.
const VIEW: &str = "view";
const FUNCTION: &str = "function";
const DEFAULT_PRIVILEGES: &str = "default_privileges";

/// The whole schema.
///
/// # Errors
/// Whatever the database answers; an internal error for a definition that cannot be read.
pub(crate) fn load(conn: &mut Conn) -> Result<Schema> {
    let version = version(conn)?;
    let table_rows: Vec<String> = tables::table.order(tables::name).select(tables::definition).load(conn).translate()?;
    let enum_rows: Vec<String> = enums::table.order(enums::name).select(enums::definition).load(conn).translate()?;
    let role_rows: Vec<String> = roles::table.order(roles::name).select(roles::definition).load(conn).translate()?;
    let tables = table_rows.iter().map(|json| parse(json).map(|t: Table| (t.name.clone(), Arc::new(t))));
    let enums = enum_rows.iter().map(|json| parse(json).map(|e: EnumType| (e.name.clone(), Arc::new(e))));
    let roles = role_rows.iter().map(|json| parse(json).and_then(named));
    let mut schema = Schema {
        version,
        tables: tables.collect::<Result<_>>()?,
        enums: enums.collect::<Result<_>>()?,
        roles: roles.collect::<Result<_>>()?,
        ..Schema::default()
    };
    load_objects(conn, &mut schema)?;
    Ok(schema)
}

fn named(role: RoleDefinition) -> Result<(Ident, Arc<RoleDefinition>)> {
    Ok((Ident::new(role.role.as_str())?, Arc::new(role)))
}

fn load_objects(conn: &mut Conn, schema: &mut Schema) -> Result<()> {
    let rows: Vec<(String, String)> =
        objects::table.order((objects::kind, objects::name)).select((objects::kind, objects::definition)).load(conn).translate()?;
    for (kind, json) in &rows {
        match kind.as_str() {
            VIEW => parse(json).map(|view: View| schema.views.insert(view.name.clone(), Arc::new(view))).map(drop)?,
            FUNCTION => parse(json).map(|f: Function| schema.functions.insert(f.name.clone(), Arc::new(f))).map(drop)?,
            DEFAULT_PRIVILEGES => schema.default_privileges = parse(json)?,
            other => return Err(Error::internal(format!("the catalog has an object of the unknown kind {other}"))),
        }
    }
    Ok(())
}

/// The schema's version.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn version(conn: &mut Conn) -> Result<i64> {
    meta::table.find(VERSION).select(meta::value).first(conn).translate()
}

/// Counts the version up and returns the new one. First thing in a change: on PostgreSQL it holds other changes off until
/// the end of the transaction.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn bump_version(conn: &mut Conn) -> Result<i64> {
    diesel::update(meta::table.find(VERSION)).set(meta::value.eq(meta::value + 1)).execute(conn).translate()?;
    version(conn)
}

/// Keeps a table's definition, in place of the one of that name.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn store_table(conn: &mut Conn, table: &Table) -> Result<()> {
    remove_table(conn, &table.name)?;
    let row = (tables::name.eq(table.name.as_str()), tables::definition.eq(json(table)?));
    diesel::insert_into(tables::table).values(row).execute(conn).map(drop).translate()
}

/// Forgets a table's definition.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn remove_table(conn: &mut Conn, name: &Ident) -> Result<()> {
    diesel::delete(tables::table.find(name.as_str())).execute(conn).map(drop).translate()
}

/// Keeps an enum's definition, in place of the one of that name.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn store_enum(conn: &mut Conn, definition: &EnumType) -> Result<()> {
    remove_enum(conn, &definition.name)?;
    let row = (enums::name.eq(definition.name.as_str()), enums::definition.eq(json(definition)?));
    diesel::insert_into(enums::table).values(row).execute(conn).map(drop).translate()
}

/// Forgets an enum's definition.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn remove_enum(conn: &mut Conn, name: &Ident) -> Result<()> {
    diesel::delete(enums::table.find(name.as_str())).execute(conn).map(drop).translate()
}

/// Keeps a role's definition, in place of the one of that name.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn store_role(conn: &mut Conn, name: &Ident, definition: &RoleDefinition) -> Result<()> {
    remove_role(conn, name)?;
    let row = (roles::name.eq(name.as_str()), roles::definition.eq(json(definition)?));
    diesel::insert_into(roles::table).values(row).execute(conn).map(drop).translate()
}

/// Forgets a role's definition.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn remove_role(conn: &mut Conn, name: &Ident) -> Result<()> {
    diesel::delete(roles::table.find(name.as_str())).execute(conn).map(drop).translate()
}

/// Writes what differs of views, functions and default privileges.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn store_objects(conn: &mut Conn, before: &Schema, after: &Schema) -> Result<()> {
    for name in before.views.keys().filter(|name| !after.views.contains_key(*name)) {
        remove_object(conn, VIEW, name.as_str())?;
    }
    for (name, view) in after.views.iter().filter(|(name, view)| before.views.get(*name) != Some(*view)) {
        store_object(conn, VIEW, name.as_str(), &**view)?;
    }
    for name in before.functions.keys().filter(|name| !after.functions.contains_key(*name)) {
        remove_object(conn, FUNCTION, name.as_str())?;
    }
    for (name, function) in after.functions.iter().filter(|(name, function)| before.functions.get(*name) != Some(*function)) {
        store_object(conn, FUNCTION, name.as_str(), &**function)?;
    }
    if before.default_privileges != after.default_privileges {
        store_object(conn, DEFAULT_PRIVILEGES, DEFAULT_PRIVILEGES, &after.default_privileges)?;
    }
    Ok(())
}

fn store_object(conn: &mut Conn, kind: &str, name: &str, definition: &impl Serialize) -> Result<()> {
    remove_object(conn, kind, name)?;
    let row = (objects::kind.eq(kind), objects::name.eq(name), objects::definition.eq(json(definition)?));
    diesel::insert_into(objects::table).values(row).execute(conn).map(drop).translate()
}

fn remove_object(conn: &mut Conn, kind: &str, name: &str) -> Result<()> {
    diesel::delete(objects::table.find((kind, name))).execute(conn).map(drop).translate()
}

fn json(definition: &impl Serialize) -> Result<String> {
    serde_json::to_string(definition).map_err(Error::internal)
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|e| Error::internal(format!("a definition in the catalog cannot be read: {e}")))
}
