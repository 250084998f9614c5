//! One record as the Studio edits it.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use tenon_model::{
    Caller, Code, Command, Error, Expr, Ident, ReadQuery, Result, Schema, SelectItem, StateTransition, Table, Value,
};

use super::{
    Format, Record, RecordChange, Returning, Update,
    access::{self, Rights},
    block::Context,
    load,
    plan::Level,
    policies::Guard,
    sql,
    states::leads_on,
    write::{check_update, noted, run_update, unreadable},
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
        let guard = self.guard(&schema, caller);
        let filter = guard.filter(&table, Command::Select, filter)?;
        let columns = Columns::new(&guard, &shown, access::table(&schema, &table)?)?;
        let seen = guard.seen_all(&schema);
        self.database().read(move |conn| current(conn, &seen, &columns, &filter)).await
    }

    /// Changes one record unless somebody else changed it since `version` was read.
    ///
    /// # Errors
    /// [`Code::Conflict`] with the record as it is now (its JSON) in `details`; [`Code::NotFound`] if it is gone; as
    /// [`Engine::update`].
    pub async fn change_record(&self, caller: &Caller, change: RecordChange) -> Result<Record> {
        self.change_record_by(caller, change, None).await
    }

    /// As [`Engine::change_record`]; with a transition, unless the record is in a state that it does not lead from.
    pub(super) async fn change_record_by(
        &self,
        caller: &Caller,
        change: RecordChange,
        transition: Option<StateTransition>,
    ) -> Result<Record> {
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
        let columns = Columns::new(&guard, &shown, table)?;
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
        let attribution = self.attribution(&schema, &update.table, caller);
        let acted = self.acted(caller, &update.table, "update");
        self.database()
            .write(move |conn| {
                rules.begin(conn)?;
                let now = current(conn, &schema, &columns, &before)?.ok_or_else(gone)?;
                if version.as_ref().is_some_and(|seen| *seen != now.version) {
                    return Err(Error::new(Code::Conflict, "the record was changed by someone else").with_details(now.body));
                }
                if let Some(transition) = &transition {
                    leads_on(access::table(&schema, &update.table)?, transition, &now)?;
                }
                let changed = attribution.of(conn, |conn| run_update(conn, &schema, &update, &rules))?;
                if changed.rows == 0 && !update.set.is_empty() {
                    let context = Context { engine: conn.kind(), schema: &schema };
                    let table = access::table(&schema, &update.table)?;
                    return Err(rules.explain_hidden(not_allowed(&update.table), conn, context, table, &before)?);
                }
                let seen = |conn: &mut Conn| current(conn, &schema, &columns, &new_filter)?.ok_or_else(gone);
                noted(conn, acted.as_ref(), seen, |_| changed.rows)
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
pub(super) fn by_key(table: &Table, key: &[Value]) -> Option<Expr> {
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

/// What is read of a record.
struct Columns {
    table: Ident,
    all: Vec<SelectItem>,
    /// Those that are written, if others are computed: a record is the same while nobody writes it.
    written: Option<Vec<SelectItem>>,
}

impl Columns {
    fn new(guard: &Guard<'_>, shown: &ReadQuery, table: &Table) -> Result<Self> {
        let is_computed = |name: &str| table.column(name).is_some_and(|column| column.generated.is_some());
        let is_written = |item: &&SelectItem| matches!(item, SelectItem::Field(field) if !is_computed(&field.key));
        let computed = table.columns.iter().any(|column| column.generated.is_some());
        let written = computed.then(|| shown.select.iter().filter(is_written).cloned().collect());
        Ok(Self { table: table.name.clone(), all: guard.select(&table.name, shown.select.clone())?, written })
    }
}

/// The record as it stands.
fn current(conn: &mut Conn, schema: &Arc<Schema>, columns: &Columns, filter: &Expr) -> Result<Option<Record>> {
    let Some(body) = body(conn, schema, &columns.table, &columns.all, filter)? else { return Ok(None) };
    let written = match &columns.written {
        Some(written) => self::body(conn, schema, &columns.table, written, filter)?.unwrap_or_default(),
        None => String::new(),
    };
    let version = if written.is_empty() { &body } else { &written };
    let version = hex::encode(&Sha256::digest(version.as_bytes())[..16]);
    Ok(Some(Record { body, version }))
}

fn body(conn: &mut Conn, schema: &Arc<Schema>, table: &Ident, select: &[SelectItem], filter: &Expr) -> Result<Option<String>> {
    let context = Context { engine: conn.kind(), schema };
    let level = Level::new(schema, table, select)?;
    let rows = sql::Rows { table, filter, order: &[], limit: None, offset: 0 };
    let found = load::load(conn, context, &level, &rows, Format::Json)?;
    if found.rows == 0 {
        return Ok(None);
    }
    let array = String::from_utf8(found.body).map_err(Error::internal)?;
    Ok(Some(array.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default().to_owned()))
}
