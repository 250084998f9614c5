//! SQLite's documented procedure for changes that its `ALTER TABLE` does not know: a new table, the rows copied over, the
//! old table dropped, the new one renamed, indexes made again.
//!
//! Foreign keys must not be enforced meanwhile: dropping the old table would delete its rows first, and with them those
//! that refer to them.

use std::{fmt::Write as _, sync::Arc};

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use tenon_model::{DataType, Error, Ident, Result, ScalarType, Schema, Table};

use super::table;
use crate::{
    database::{Conn, Translate},
    tables::{convert::convert, dump::text, sql},
};

/// The new table's name until the old one is gone.
const NEW: &str = "_tenon_rebuild";
/// Rows that are converted at a time.
const BATCH: usize = 5_000;

/// Where a column of the new table comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// The column as it was.
    Copied(Ident),
    /// The column's value in another type.
    Converted { column: Ident, from: DataType, to: DataType, explicit: bool },
    /// The column with one value replaced by another.
    Replaced { column: Ident, from: String, to: String },
    /// The column's default.
    Default,
    /// A value.
    Value(String),
    /// 1, 2, 3 …
    Numbered,
}

/// A table to be written anew.
pub(crate) struct Rebuild {
    pub(super) old: Arc<Table>,
    pub(super) new: Arc<Table>,
    pub(super) before: Arc<Schema>,
    pub(super) after: Arc<Schema>,
    pub(super) columns: Vec<(Ident, Source)>,
}

#[derive(QueryableByName)]
struct Cell {
    #[diesel(sql_type = sql_types::BigInt)]
    key: i64,
    #[diesel(sql_type = sql_types::Text)]
    value: String,
}

impl Rebuild {
    /// The table's name.
    pub(crate) fn name(&self) -> &Ident {
        &self.new.name
    }

    /// Whether every row stays as it is.
    pub(super) fn only_copies(&self) -> bool {
        let old: Vec<_> = self.old.columns.iter().filter(|column| !column.is_virtual()).collect();
        let same = self.columns.iter().zip(&old).all(|((_, source), old)| *source == Source::Copied(old.name.clone()));
        same && self.columns.len() == old.len()
    }

    pub(super) fn run(&self, conn: &mut Conn) -> Result<()> {
        let new = Ident::new(NEW)?;
        sql::run(conn, &table::create_as(&self.after, &self.new, &new)?)?;
        for (i, (_, source)) in self.columns.iter().enumerate() {
            if let Source::Converted { column, from, to, explicit } = source {
                self.convert_column(conn, i, column, (from, to), *explicit)?;
            }
        }
        self.copy_rows(conn, &new)?;
        self.keep_counter(conn)?;
        sql::run(conn, &format!("DROP TABLE {}", self.old.name.quoted()))?;
        sql::run(conn, &format!("ALTER TABLE {NEW} RENAME TO {}", self.new.name.quoted()))?;
        for (i, (_, source)) in self.columns.iter().enumerate() {
            if matches!(source, Source::Converted { .. }) {
                sql::run(conn, &format!("DROP TABLE temp.{}", converted(i)))?;
            }
        }
        table::indexes(&self.new).iter().try_for_each(|index| sql::run(conn, index))
    }

    fn copy_rows(&self, conn: &mut Conn, new: &Ident) -> Result<()> {
        let copy = self.copy(new);
        if self.new.checks.iter().all(|check| !check.not_valid) {
            return sql::run(conn, &copy);
        }
        // What holds for new rows only must not stop those that are there.
        sql::run(conn, "PRAGMA ignore_check_constraints = ON")?;
        let copied = sql::run(conn, &copy);
        sql::run(conn, "PRAGMA ignore_check_constraints = OFF")?;
        copied
    }

    /// `INSERT INTO new … SELECT … FROM old`, in the order of the rows.
    pub(super) fn copy(&self, new: &Ident) -> String {
        let mut names = Vec::new();
        let mut values = Vec::new();
        for (i, (name, source)) in self.columns.iter().enumerate() {
            let value = match source {
                Source::Default => continue,
                Source::Value(value) => value.clone(),
                Source::Copied(column) => format!("o.{}", column.quoted()),
                Source::Numbered => "row_number() OVER (ORDER BY o._rowid_)".to_owned(),
                Source::Replaced { column, from, to } => {
                    let c = column.quoted();
                    format!("CASE o.{c} WHEN {} THEN {} ELSE o.{c} END", text(from), text(to))
                }
                Source::Converted { to, .. } => {
                    let value = stored("c.value", to);
                    format!("(SELECT {value} FROM temp.{} AS c WHERE c.key = o._rowid_)", converted(i))
                }
            };
            names.push(name.quoted());
            values.push(value);
        }
        let (names, values, old) = (names.join(", "), values.join(", "), self.old.name.quoted());
        if names.is_empty() {
            return format!("INSERT INTO {} DEFAULT VALUES", new.quoted());
        }
        format!("INSERT INTO {} ({names}) SELECT {values} FROM {old} AS o ORDER BY o._rowid_", new.quoted())
    }

    /// Converts a column's values into a temporary table of row numbers and texts.
    fn convert_column(
        &self,
        conn: &mut Conn,
        number: usize,
        column: &Ident,
        (from, to): (&DataType, &DataType),
        explicit: bool,
    ) -> Result<()> {
        sql::run(conn, &format!("CREATE TEMP TABLE {} (key INTEGER PRIMARY KEY, value TEXT)", converted(number)))?;
        let read = format!(
            "SELECT _rowid_ AS key, {} AS value FROM {} WHERE {} IS NOT NULL AND _rowid_ > ? ORDER BY _rowid_ LIMIT {BATCH}",
            shown(&column.quoted(), from),
            self.old.name.quoted(),
            column.quoted()
        );
        let write = format!(
            "INSERT INTO temp.{} SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)",
            converted(number)
        );
        let mut last = i64::MIN;
        loop {
            let Conn::Sqlite(sqlite) = conn else { return Err(Error::internal("a rebuild is SQLite's")) };
            let cells: Vec<Cell> = sql_query(&read).bind::<sql_types::BigInt, _>(last).load(sqlite).translate()?;
            let Some(end) = cells.last() else { return Ok(()) };
            last = end.key;
            let mut rows = Vec::with_capacity(cells.len());
            for cell in &cells {
                let value = convert(&cell.value, (from, to), explicit, (&self.before, &self.after)).map_err(|e| {
                    let message = format!("column \"{column}\" of \"{}\": {}", self.old.name, e.message);
                    Error { message, ..e }.with_details(cell.value.chars().take(200).collect::<String>())
                })?;
                rows.push((cell.key, value.to_text(to)));
            }
            let rows = serde_json::to_string(&rows).map_err(Error::internal)?;
            sql_query(&write).bind::<sql_types::Text, _>(rows).execute(sqlite).translate()?;
        }
    }

    /// Numbers that were given once are not given again.
    fn keep_counter(&self, conn: &mut Conn) -> Result<()> {
        if !table::counts_up(&self.new) || !table::counts_up(&self.old) {
            return Ok(());
        }
        let mut statement = format!("DELETE FROM sqlite_sequence WHERE name = '{NEW}'; ");
        let _ = write!(
            statement,
            "INSERT INTO sqlite_sequence (name, seq) SELECT '{NEW}', seq FROM sqlite_sequence WHERE name = {}",
            text(self.old.name.as_str())
        );
        sql::run(conn, &statement)
    }
}

fn converted(number: usize) -> String {
    format!("_tenon_converted_{number}")
}

/// A stored value as text from which it can be read without loss.
pub(crate) fn shown(column: &str, data_type: &DataType) -> String {
    match data_type.scalar() {
        Some(ScalarType::Bytea) => format!("'\\x' || lower(hex({column}))"),
        Some(ScalarType::Real | ScalarType::Double) => format!("printf('%!.17g', {column})"),
        _ => format!("CAST({column} AS TEXT)"),
    }
}

/// A canonical text as it is stored.
fn stored(text: &str, data_type: &DataType) -> String {
    use ScalarType as T;
    match data_type.scalar() {
        Some(T::SmallInt | T::Integer | T::BigInt) => format!("CAST({text} AS INTEGER)"),
        Some(T::Real | T::Double) => format!("CAST({text} AS REAL)"),
        Some(T::Boolean) => format!("{text} = 'true'"),
        Some(T::Bytea) => format!("unhex(substr({text}, 3))"),
        _ => text.to_owned(),
    }
}
