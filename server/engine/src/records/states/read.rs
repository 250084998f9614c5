//! The states of a record: where it is, where the caller may take it from here, and how it came there.

use serde::{Deserialize, Serialize};
use tenon_model::{Caller, Command, Expr, Ident, Result, Table, Value};

use super::{Moves, ask};
use crate::{
    Engine,
    database::{Conn, EngineKind},
    records::{
        access::{self, Rights},
        cell::{Cell, RawRow},
        record::by_key,
        run::{self, Sink},
        sql::{Alias, Bind, Builder, Statement},
    },
    tables::{dump::text, states::sqlite_key},
};

/// The latest changes that are shown.
const SHOWN: usize = 100;

/// The states of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordStates {
    /// One for each column that is a state.
    pub now: Vec<StateNow>,
    /// How it came there, newest first.
    pub history: Vec<StateChange>,
    /// Whether there are older changes than these.
    pub more: bool,
}

/// Where a record is, by one of its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateNow {
    /// The column.
    pub column: Ident,
    /// Its state.
    pub state: String,
    /// Where the caller may take it from here.
    pub ways: Vec<StateWay>,
}

/// A transition that the caller may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateWay {
    /// Its name.
    pub transition: Ident,
    /// What its button says.
    pub label: String,
    /// Where it leads.
    pub to: String,
    /// Whether its conditions hold, and policies allow it.
    pub open: bool,
}

/// A change of a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// The column.
    pub column: String,
    /// The state before; none where the record began.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// The transition's name at the time.
    pub transition: Option<String>,
    /// Who it was; none for another program that wrote to the database.
    pub who: Option<String>,
    /// When, in RFC 3339, UTC.
    pub at: String,
}

/// Rows of texts.
struct Texts(usize, Vec<Vec<Option<String>>>);

impl Sink for Texts {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let cell = |index| {
            row.cell(index, |cell| match cell {
                Cell::Text(text) => Some(text.to_owned()),
                Cell::Int(number) => Some(number.to_string()),
                _ => None,
            })
        };
        self.1.push((0..self.0).map(cell).collect());
        Ok(())
    }
}

fn load(conn: &mut Conn, statement: &Statement, width: usize) -> Result<Vec<Vec<Option<String>>>> {
    let mut texts = Texts(width, Vec::new());
    run::load(conn, statement, &mut texts)?;
    Ok(texts.1)
}

impl Engine {
    /// The states of a record by its primary key; none if there is no such record that the caller may see.
    ///
    /// # Errors
    /// [`tenon_model::Code::Forbidden`], [`tenon_model::Code::UnknownTable`].
    pub async fn record_states(&self, caller: &Caller, table: Ident, key: Vec<Value>) -> Result<Option<RecordStates>> {
        let schema = self.schema();
        let rights = Rights::of(caller, &schema)?;
        rights.require(&table, Command::Select)?;
        let found = access::table(&schema, &table)?;
        if found.transitions.is_empty() {
            return Ok(Some(RecordStates::default()));
        }
        let Some(filter) = by_key(found, &key) else { return Ok(None) };
        let guard = self.guard(&schema, caller);
        let filter = guard.filter(&table, Command::Select, filter)?;
        let grants = rights.grants(found);
        let readable = found.state_columns().map(|column| &column.name);
        let readable: Vec<Ident> = readable.filter(|name| grants.may_column(Command::Select, name.as_str())).cloned().collect();
        let mut moves = guard.moves(&table, true)?;
        moves.ways.retain(|way| grants.may_column(Command::Update, way.transition.column.as_str()));
        let policies = (guard.using(&table, Command::Update)?, guard.check(&table, Command::Update)?);
        let schema = guard.seen_all(&schema);
        self.database()
            .read(move |conn| {
                let table = access::table(&schema, &table)?;
                if readable.is_empty() {
                    return Ok(Some(RecordStates::default()));
                }
                let Some(now) = now(conn, &schema, (table, &readable), &filter, &moves, &policies)? else { return Ok(None) };
                let mut history = history(conn, &schema, (table, &readable), &filter)?;
                let more = history.len() > SHOWN;
                history.truncate(SHOWN);
                Ok(Some(RecordStates { now, history, more }))
            })
            .await
    }
}

impl Engine {
    /// How many rows are in each state of a column, of those that the caller may see.
    ///
    /// # Errors
    /// [`tenon_model::Code::Forbidden`], [`tenon_model::Code::UnknownTable`], [`tenon_model::Code::UnknownColumn`].
    pub async fn state_counts(&self, caller: &Caller, table: &Ident, column: &Ident) -> Result<Vec<(String, u64)>> {
        let schema = self.schema();
        let rights = Rights::of(caller, &schema)?;
        let found = access::table(&schema, table)?.require_column(column.as_str())?;
        rights.require_columns(table, Command::Select, [column])?;
        let column = found.name.clone();
        let guard = self.guard(&schema, caller);
        let filter = guard.filter(table, Command::Select, Expr::always())?;
        let (table, schema) = (table.clone(), guard.seen_all(&schema));
        let counts = move |conn: &mut Conn| {
            let mut b = Builder::new(conn.kind(), &schema);
            b.push("select ");
            ask::state_text(&mut b, Alias::ROOT, &column);
            b.push(if b.is_sqlite() { ", count(*) from " } else { ", count(*)::text from " }).table(&table, Alias::ROOT);
            b.where_filter(Alias::ROOT, &filter)?;
            b.push(" group by ").column(Alias::ROOT, &column);
            let rows = load(conn, &b.finish()?, 2)?;
            let count = |row: Vec<Option<String>>| {
                let [state, rows] = <[Option<String>; 2]>::try_from(row).ok()?;
                Some((state?, rows?.parse().ok()?))
            };
            Ok(rows.into_iter().filter_map(count).collect())
        };
        self.database().read(counts).await
    }
}

/// Where the row is, and which ways are open from there.
fn now(
    conn: &mut Conn,
    schema: &tenon_model::Schema,
    (table, readable): (&Table, &[Ident]),
    filter: &Expr,
    moves: &Moves,
    (using, check): &(Expr, Expr),
) -> Result<Option<Vec<StateNow>>> {
    let columns: Vec<&Ident> = table.state_columns().map(|column| &column.name).filter(|name| readable.contains(name)).collect();
    let ways: Vec<_> = moves.ways.iter().filter(|way| way.may && !way.transition.is_beginning()).collect();
    let mut b = Builder::new(conn.kind(), schema);
    b.push("select ");
    for (index, column) in columns.iter().enumerate() {
        b.push(if index > 0 { ", " } else { "" });
        ask::state_text(&mut b, Alias::ROOT, column);
    }
    for way in &ways {
        let to = Value::Text(way.transition.to.clone());
        let after = |rule: &Expr| ask::after(rule, &|name| (*name == way.transition.column).then_some(&to));
        let open = using.clone().and(way.using.clone()).and(after(&way.check)).and(after(check));
        b.push(", case when ");
        b.expr(Alias::ROOT, &open)?;
        b.push(" then 'yes' else 'no' end");
    }
    b.push(" from ").table(&table.name, Alias::ROOT);
    b.where_filter(Alias::ROOT, filter)?;
    let width = columns.len() + ways.len();
    let Some(row) = load(conn, &b.finish()?, width)?.into_iter().next() else { return Ok(None) };
    let states = columns.iter().zip(&row).map(|(column, state)| {
        let state = state.clone().unwrap_or_default();
        let here = ways
            .iter()
            .zip(&row[columns.len()..])
            .filter(|(way, _)| way.transition.column == **column && way.transition.from.contains(&state));
        let ways = here.map(|(way, open)| StateWay {
            transition: way.transition.name.clone(),
            label: way.transition.label(),
            to: way.transition.to.clone(),
            open: open.as_deref() == Some("yes"),
        });
        StateNow { column: (*column).clone(), ways: ways.collect(), state }
    });
    Ok(Some(states.collect()))
}

/// How the row came there: since it began, for another may have had its key before.
fn history(
    conn: &mut Conn,
    schema: &tenon_model::Schema,
    (table, readable): (&Table, &[Ident]),
    filter: &Expr,
) -> Result<Vec<StateChange>> {
    let mut b = Builder::new(conn.kind(), schema);
    b.push("select h.column_name, h.from_state, h.to_state, h.transition, h.who, h.at from _tenon_transitions as h where h.table_name = ");
    b.bind(Bind::Text(table.name.to_string())).push(" and h.column_name in (");
    for (index, column) in readable.iter().enumerate() {
        b.push(if index > 0 { ", " } else { "" }).bind(Bind::Text(column.to_string()));
    }
    b.push(") and h.row_key = (select ");
    b.push(&row_key(conn.kind(), table)).push(" from ").table(&table.name, Alias::ROOT);
    b.where_filter(Alias::ROOT, filter)?;
    b.push(
        ") and h.id >= coalesce((select max(b.id) from _tenon_transitions as b where b.table_name = h.table_name \
         and b.row_key = h.row_key and b.column_name = h.column_name and b.from_state is null), 0) order by h.id desc limit ",
    );
    b.bind(Bind::Int(i64::try_from(SHOWN + 1).unwrap_or(i64::MAX)));
    let rows = load(conn, &b.finish()?, 6)?;
    let change = |row: Vec<Option<String>>| {
        let [column, from, to, transition, who, at] = <[Option<String>; 6]>::try_from(row).ok()?;
        Some(StateChange { column: column?, from, to: to?, transition, who, at: at? })
    };
    Ok(rows.into_iter().filter_map(change).collect())
}

/// A row's key as the triggers write it.
fn row_key(engine: EngineKind, table: &Table) -> String {
    if engine == EngineKind::Sqlite {
        return sqlite_key(table, "t0");
    }
    let columns: Vec<String> = table.key_columns().iter().map(|name| text(name.as_str())).collect();
    format!("_tenon_row_key(to_jsonb(t0), array[{}]::text[])", columns.join(", "))
}
