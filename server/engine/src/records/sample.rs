//! Some values of a column, as they are.

use tenon_model::{Ident, Result, Schema};

use super::{
    cell::{Cell, RawRow},
    run::{self, Sink},
    sql::{Alias, Bind, Builder},
};
use crate::database::Conn;

/// The first of a column's texts that are not null, at most so many, each cut to 200 characters.
///
/// # Errors
/// Whatever the database answers.
pub(crate) fn sample(conn: &mut Conn, schema: &Schema, table: &Ident, column: &Ident, most: u64) -> Result<Vec<String>> {
    let mut b = Builder::new(conn.kind(), schema);
    b.uncached();
    b.push("select substr(cast(").column(Alias::ROOT, column).push(" as text), 1, 200) from (select ").ident(column);
    b.push(" from ").ident(table).push(" where ").ident(column).push(" is not null limit ");
    b.bind(Bind::Int(i64::try_from(most).unwrap_or(i64::MAX))).push(") as ").alias(Alias::ROOT);
    let mut texts = Texts::default();
    run::load(conn, &b.finish()?, &mut texts)?;
    Ok(texts.0)
}

#[derive(Default)]
struct Texts(Vec<String>);

impl Sink for Texts {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        self.0.extend(row.cell(0, |cell| match cell {
            Cell::Text(text) => Some(text.to_owned()),
            _ => None,
        }));
        Ok(())
    }
}
