//! Counts that a reader connection remembers while nobody changes the database.

use std::collections::HashMap;

use diesel::{
    QueryResult, RunQueryDsl,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::BigInt,
    sqlite::Sqlite,
};
use tenon_model::Result;

use super::{Conn, errors::Translate};

/// How many counts a reader remembers.
const CAPACITY: usize = 4_096;

/// Counts known to a reader connection, by a key of the caller's making.
#[derive(Default)]
pub(super) struct CountCache {
    data_version: i64,
    counts: HashMap<u64, u64>,
}

/// A number that changes when any other connection, of this process or another, has committed.
#[derive(QueryId)]
struct DataVersion;

impl Query for DataVersion {
    type SqlType = BigInt;
}

impl<C> RunQueryDsl<C> for DataVersion {}

impl QueryFragment<Sqlite> for DataVersion {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("PRAGMA data_version");
        Ok(())
    }
}

impl CountCache {
    /// The counts that still hold.
    pub(super) fn current(&mut self, conn: &mut Conn) -> Result<Option<&mut HashMap<u64, u64>>> {
        let Conn::Sqlite(conn) = conn else { return Ok(None) };
        let version: i64 = DataVersion.get_result(conn).translate()?;
        if version != self.data_version || self.counts.len() >= CAPACITY {
            self.counts.clear();
            self.data_version = version;
        }
        Ok(Some(&mut self.counts))
    }
}
