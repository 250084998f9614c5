//! A finished statement: text, where its binds stand, and their values; one Diesel fragment for both engines.

use diesel::{
    QueryResult,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Binary, Double, HasSqlType, Nullable, Text},
};

use crate::{database::EngineKind, tables::dump::text};

/// A value bound to a statement. PostgreSQL gets all but counts as text, under a cast in the statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bind {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// SQL text without placeholders, the places where they go, and the values bound there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Statement {
    pub(crate) text: String,
    /// Byte positions in `text`, ascending, one for each bind.
    pub(crate) places: Vec<usize>,
    pub(crate) binds: Vec<Bind>,
    /// Whether the prepared statement is kept: only for texts that come again.
    pub(crate) cacheable: bool,
}

impl Bind {
    /// As a literal; on PostgreSQL its type stands behind it in the statement.
    fn literal(&self, kind: EngineKind) -> String {
        match (self, kind) {
            (Self::Null, _) => "null".to_owned(),
            (Self::Int(number), _) => number.to_string(),
            (Self::Float(number), _) => format!("{number:?}"),
            (Self::Text(value), _) => text(value),
            (Self::Bytes(bytes), EngineKind::Sqlite) => format!("x'{}'", hex::encode(bytes)),
            (Self::Bytes(bytes), EngineKind::Postgres) => format!("'\\x{}'", hex::encode(bytes)),
        }
    }
}

impl Statement {
    /// The text with its values in it, for definitions, in which nothing can be bound.
    pub(crate) fn inlined(&self, kind: EngineKind) -> String {
        let (mut out, mut from) = (String::with_capacity(self.text.len()), 0);
        for (place, bind) in self.places.iter().zip(&self.binds) {
            out.push_str(&self.text[from..*place]);
            out.push_str(&bind.literal(kind));
            from = *place;
        }
        out.push_str(&self.text[from..]);
        out
    }
}

static NULL: Option<String> = None;

impl Statement {
    /// The text with `?` where values are bound, for snapshots and the log.
    #[cfg(test)]
    pub(crate) fn display(&self) -> String {
        let mut out = String::new();
        let mut from = 0;
        for (place, bind) in self.places.iter().zip(&self.binds) {
            out.push_str(&self.text[from..*place]);
            out.push_str(&match bind {
                Bind::Null => "{null}".to_owned(),
                Bind::Int(i) => format!("{{{i}}}"),
                Bind::Float(f) => format!("{{{f:?}}}"),
                Bind::Text(t) => format!("{{'{t}'}}"),
                Bind::Bytes(b) => format!("{{{b:?}}}"),
            });
            from = *place;
        }
        out.push_str(&self.text[from..]);
        out
    }
}

impl<DB> QueryFragment<DB> for Statement
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Double> + HasSqlType<Binary>,
    String: ToSql<Text, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
    Vec<u8>: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.cacheable {
            out.unsafe_to_cache_prepared();
        }
        let mut from = 0;
        for (place, bind) in self.places.iter().zip(&self.binds) {
            out.push_sql(&self.text[from..*place]);
            from = *place;
            match bind {
                Bind::Null => out.push_bind_param::<Nullable<Text>, _>(&NULL)?,
                Bind::Int(value) => out.push_bind_param::<BigInt, _>(value)?,
                Bind::Float(value) => out.push_bind_param::<Double, _>(value)?,
                Bind::Text(value) => out.push_bind_param::<Text, _>(value)?,
                Bind::Bytes(value) => out.push_bind_param::<Binary, _>(value)?,
            }
        }
        out.push_sql(&self.text[from..]);
        Ok(())
    }
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = diesel::sql_types::Untyped;
}

impl<Conn> diesel::RunQueryDsl<Conn> for Statement {}
