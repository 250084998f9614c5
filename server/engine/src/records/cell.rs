//! Cells of raw rows of either engine, read in place.

use diesel::{
    backend::Backend,
    pg::Pg,
    row::{Field, Row},
    sqlite::{Sqlite, SqliteType},
};

/// A cell as the engine holds it. PostgreSQL's are texts, for columns are selected as text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// A row of either engine.
pub(crate) trait RawRow {
    /// Shows a cell to `read`.
    fn cell<T>(&self, index: usize, read: impl FnOnce(Cell<'_>) -> T) -> T;

    /// A cell that holds a count or a position, as a number or as its digits.
    fn int(&self, index: usize) -> i64 {
        self.cell(index, |cell| match cell {
            Cell::Int(i) => i,
            Cell::Text(text) => text.parse().unwrap_or(0),
            Cell::Null | Cell::Real(_) | Cell::Blob(_) => 0,
        })
    }
}

/// A Diesel row, seen as [`RawRow`].
pub(crate) struct Of<'r, R, DB>(&'r R, std::marker::PhantomData<DB>);

impl<'r, R, DB: Backend> Of<'r, R, DB> {
    pub(crate) fn new(row: &'r R) -> Self {
        Self(row, std::marker::PhantomData)
    }
}

impl<'c, R: Row<'c, Sqlite>> RawRow for Of<'_, R, Sqlite> {
    fn cell<T>(&self, index: usize, read: impl FnOnce(Cell<'_>) -> T) -> T {
        let Some(field) = Row::get(self.0, index) else { return read(Cell::Null) };
        let Some(mut value) = field.value() else { return read(Cell::Null) };
        match value.value_type() {
            Some(SqliteType::Long | SqliteType::Integer | SqliteType::SmallInt) => read(Cell::Int(value.read_long())),
            Some(SqliteType::Double | SqliteType::Float) => read(Cell::Real(value.read_double())),
            Some(SqliteType::Text) => read(Cell::Text(value.read_text())),
            Some(SqliteType::Binary) => read(Cell::Blob(value.read_blob())),
            _ => read(Cell::Null),
        }
    }
}

impl<'c, R: Row<'c, Pg>> RawRow for Of<'_, R, Pg> {
    fn cell<T>(&self, index: usize, read: impl FnOnce(Cell<'_>) -> T) -> T {
        let Some(field) = Row::get(self.0, index) else { return read(Cell::Null) };
        let Some(value) = field.value() else { return read(Cell::Null) };
        // Columns are selected as text, in UTF-8.
        read(std::str::from_utf8(value.as_bytes()).map_or(Cell::Null, Cell::Text))
    }
}
