//! Rows of any table from one instance into another.

use tenon_model::{DataType, Error, Ident, Result, ScalarType, Schema, Value};
use tokio::runtime::Handle;

use crate::{
    Engine,
    database::{Conn, EngineKind},
    records::{
        cell::{Cell, RawRow},
        run::{self, Sink},
        sql::{Bind, Statement, bind},
    },
};

/// How many rows one unit of writing takes.
const BATCH: usize = 2_000;
/// How many values one statement takes on PostgreSQL, where each statement is a round trip.
const BINDS: usize = 8_000;

/// A table as rows are copied: its name, and its columns with their types.
pub(super) struct Copied<'s> {
    pub(super) name: Ident,
    pub(super) columns: Vec<(Ident, DataType)>,
    pub(super) schema: &'s Schema,
}

/// Copies all rows of a table. Blocks; `conn` is in its snapshot.
pub(super) fn copy(conn: &mut Conn, target: &Engine, runtime: &Handle, table: &Copied<'_>) -> Result<()> {
    let select = table.select(conn.kind());
    let mut copying = Copying { table, target, runtime, from: conn.kind(), rows: Vec::new() };
    run::stream(conn, &select, &mut copying)?;
    copying.flush()
}

/// Gathers rows into batches and writes those.
struct Copying<'c> {
    table: &'c Copied<'c>,
    target: &'c Engine,
    runtime: &'c Handle,
    from: EngineKind,
    rows: Vec<Vec<Bind>>,
}

impl Sink for Copying<'_> {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        let to = self.target.database().kind();
        let mut binds = Vec::with_capacity(self.table.columns.len());
        for (index, (_, data_type)) in self.table.columns.iter().enumerate() {
            let value = row.cell(index, |cell| value(cell, data_type, self.from, self.table.schema))?;
            binds.push(bind(to, &value, data_type));
        }
        self.rows.push(binds);
        if self.rows.len() == BATCH { self.flush() } else { Ok(()) }
    }
}

impl Copying<'_> {
    fn flush(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let database = self.target.database();
        let statements = self.table.inserts(database.kind(), rows);
        let unit = move |conn: &mut Conn| {
            for statement in &statements {
                run::execute(conn, statement)?;
            }
            Ok(())
        };
        self.runtime.block_on(database.write_unchecked(unit))
    }
}

impl Copied<'_> {
    fn select(&self, engine: EngineKind) -> Statement {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|(name, _)| match engine {
                EngineKind::Sqlite => name.quoted(),
                EngineKind::Postgres => format!("{}::text", name.quoted()),
            })
            .collect();
        let columns = if columns.is_empty() { "1".to_owned() } else { columns.join(", ") };
        Statement { text: format!("SELECT {columns} FROM {}", self.name.quoted()), ..Statement::default() }
    }

    /// Statements that insert the rows: one a row on SQLite, which prepares it once; many rows each on PostgreSQL.
    fn inserts(&self, engine: EngineKind, rows: Vec<Vec<Bind>>) -> Vec<Statement> {
        let at_once = match engine {
            EngineKind::Sqlite => 1,
            EngineKind::Postgres => (BINDS / self.columns.len().max(1)).max(1),
        };
        let mut rows = rows.into_iter().peekable();
        let mut statements = Vec::new();
        while rows.peek().is_some() {
            statements.push(self.insert(engine, rows.by_ref().take(at_once)));
        }
        statements
    }

    fn insert(&self, engine: EngineKind, rows: impl Iterator<Item = Vec<Bind>>) -> Statement {
        let names: Vec<String> = self.columns.iter().map(|(name, _)| name.quoted()).collect();
        let mut statement = Statement { cacheable: engine == EngineKind::Sqlite, ..Statement::default() };
        let overriding = if engine == EngineKind::Postgres { " OVERRIDING SYSTEM VALUE" } else { "" };
        statement.text = format!("INSERT INTO {} ({}){overriding} VALUES ", self.name.quoted(), names.join(", "));
        for (index, row) in rows.enumerate() {
            statement.text.push_str(if index == 0 { "(" } else { ", (" });
            for (column, (value, (_, data_type))) in row.into_iter().zip(&self.columns).enumerate() {
                if column > 0 {
                    statement.text.push_str(", ");
                }
                statement.places.push(statement.text.len());
                statement.binds.push(value);
                if engine == EngineKind::Postgres {
                    statement.text.push_str("::");
                    statement.text.push_str(&data_type.to_string());
                }
            }
            statement.text.push(')');
        }
        statement
    }
}

/// The value that a cell holds.
fn value(cell: Cell<'_>, data_type: &DataType, engine: EngineKind, schema: &Schema) -> Result<Value> {
    Ok(match cell {
        Cell::Null => Value::Null,
        Cell::Int(i) if data_type.scalar() == Some(&ScalarType::Boolean) => Value::Bool(i != 0),
        Cell::Int(i) => Value::Int(i),
        Cell::Real(f) => Value::Float(f),
        Cell::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        Cell::Text(text) if engine == EngineKind::Sqlite && matches!(data_type, DataType::Array(_)) => {
            Value::from_json(text, data_type, schema).map_err(unreadable)?
        }
        Cell::Text(text) => Value::parse(text, data_type, schema).map_err(unreadable)?,
    })
}

fn unreadable(error: Error) -> Error {
    Error { message: format!("a value cannot be copied: {}", error.message), ..error }
}
