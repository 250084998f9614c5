//! The schema as the database keeps it: one JSON definition a table, enum or role, and a version that counts up.

use std::sync::Arc;

use diesel::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use tenon_model::{EnumType, Error, Ident, Result, RoleDefinition, Schema, Table};

use crate::{
    database::{Conn, Translate},
    system::schema::{_tenon_enums as enums, _tenon_meta as meta, _tenon_roles as roles, _tenon_tables as tables},
};

const VERSION: &str = "schema_version";

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
    Ok(Schema {
        version,
        tables: tables.collect::<Result<_>>()?,
        enums: enums.collect::<Result<_>>()?,
        roles: roles.collect::<Result<_>>()?,
    })
}

fn named(role: RoleDefinition) -> Result<(Ident, Arc<RoleDefinition>)> {
    Ok((Ident::new(role.role.as_str())?, Arc::new(role)))
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

fn json(definition: &impl Serialize) -> Result<String> {
    serde_json::to_string(definition).map_err(Error::internal)
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|e| Error::internal(format!("a definition in the catalog cannot be read: {e}")))
}
