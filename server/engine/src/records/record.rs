//! One record as the Studio edits it.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use tenon_model::{Caller, Code, Command, Error, Expr, Ident, ReadQuery, Result, Schema, SelectItem, Table, Value};

use super::{
    Format, Record, RecordChange, Returning, Update,
    access::{self, Rights},
    block::Context,
    load,
    plan::Level,
    sql,
    write::{check_update, run_update, unreadable},
};
use crate::{Engine, database::Conn};

impl Engine {
    /// One record by its primary key (for a table without one: not found), or `None`.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::UnknownTable`].
    pub async fn record(&self, caller: &Caller, table: Ident, key: Vec<Value>) -> Result<Option<Record>> {
        let schema = self.schema();
        let rights = Rights::of(caller, &schema)?;
        let shown = shown(&rights, access::table(&schema, &table)?)?;
        let Some(filter) = by_key(access::table(&schema, &table)?, &key) else { return Ok(None) };
        let filter = self.guard(&schema, caller).filter(&table, Command::Select, filter)?;
        self.database().read(move |conn| current(conn, &schema, &shown, &filter)).await
    }

    /// Changes one record unless somebody else changed it since `version` was read.
    ///
    /// # Errors
    /// [`Code::Conflict`] with the record as it is now (its JSON) in `details`; [`Code::NotFound`] if it is gone; as
    /// [`Engine::update`].
    pub async fn change_record(&self, caller: &Caller, change: RecordChange) -> Result<Record> {
        let schema = self.schema();
        let rights = Rights::of(caller, &schema)?;
        rights.require_columns(&change.table, Command::Update, change.set.keys())?;
        let table = access::table(&schema, &change.table)?;
        let shown = shown(&rights, table)?;
        let guard = self.guard(&schema, caller);
        let seen = |key: &[Value]| {
            let filter = by_key(table, key).ok_or_else(gone)?;
            guard.filter(&table.name, Command::Select, filter)
        };
        let before = seen(&change.key)?;
        let new_key = key_after(table, &change);
        let new_filter = seen(&new_key)?;
        let filter = guard.filter(&table.name, Command::Update, by_key(table, &change.key).ok_or_else(gone)?)?;
        let rules = guard.rules(&table.name, true)?.without(unreadable(&rights, table));
        let update = Update {
            table: change.table,
            set: change.set,
            filter,
            all: false,
            order: Vec::new(),
            limit: None,
            returning: Returning::Nothing,
            rollback: false,
            max_affected: None,
        };
        check_update(&schema, table, &update)?;
        let version = change.version;
        self.database()
            .write(move |conn| {
                rules.begin(conn)?;
                let now = current(conn, &schema, &shown, &before)?.ok_or_else(gone)?;
                if version.as_ref().is_some_and(|seen| *seen != now.version) {
                    return Err(Error::new(Code::Conflict, "the record was changed by someone else").with_details(now.body));
                }
                let changed = run_update(conn, &schema, &update, &rules)?;
                if changed.rows == 0 && !update.set.is_empty() {
                    return Err(not_allowed(&update.table));
                }
                current(conn, &schema, &shown, &new_filter)?.ok_or_else(gone)
            })
            .await
    }
}

/// The record may be seen, but not changed.
fn not_allowed(table: &Ident) -> Error {
    Error::new(Code::Forbidden, format!("the policies of \"{table}\" do not let you change this record"))
}

fn gone() -> Error {
    Error::new(Code::NotFound, "the record is no longer there")
}

/// The filter that meets the row with that key; `None` if no row can.
fn by_key(table: &Table, key: &[Value]) -> Option<Expr> {
    let columns = table.key_columns();
    if columns.is_empty() || columns.len() != key.len() || key.iter().any(Value::is_null) {
        return None;
    }
    let terms = columns.iter().zip(key).map(|(name, value)| {
        let column = table.column(name.as_str())?;
        Some(Expr::equals(name.clone(), column.data_type.clone(), value.clone()))
    });
    Some(Expr::And(terms.collect::<Option<_>>()?))
}

fn key_after(table: &Table, change: &RecordChange) -> Vec<Value> {
    let columns = table.key_columns().iter().zip(&change.key);
    columns.map(|(name, old)| change.set.get(name).unwrap_or(old).clone()).collect()
}

/// Every row of the table, as the caller may read it: whoever opens a record by its key reads that, too.
fn shown(rights: &Rights<'_>, table: &Table) -> Result<ReadQuery> {
    rights.require_columns(&table.name, Command::Select, table.key_columns())?;
    let grants = rights.grants(table);
    let mut query = ReadQuery::all(table);
    query.select.retain(|item| match item {
        SelectItem::Field(field) => grants.may_column(Command::Select, &field.key),
        SelectItem::Embed(_) => false,
    });
    Ok(query)
}

/// The record as it stands.
fn current(conn: &mut Conn, schema: &Arc<Schema>, query: &ReadQuery, filter: &Expr) -> Result<Option<Record>> {
    let table = &query.table;
    let context = Context { engine: conn.kind(), schema };
    let level = Level::new(schema, table, &query.select)?;
    let rows = sql::Rows { table, filter, order: &[], limit: None, offset: 0 };
    let found = load::load(conn, context, &level, &rows, Format::Json)?;
    if found.rows == 0 {
        return Ok(None);
    }
    let array = String::from_utf8(found.body).map_err(Error::internal)?;
    let body = array.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default().to_owned();
    let version = hex::encode(&Sha256::digest(body.as_bytes())[..16]);
    Ok(Some(Record { body, version }))
}
