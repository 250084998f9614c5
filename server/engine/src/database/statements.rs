//! The statements around units of work. Each is a type of its own, so Diesel prepares it once per connection and finds it
//! again without building its text.

use diesel::{
    QueryResult, SqliteConnection,
    connection::Connection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sqlite::Sqlite,
};

macro_rules! statement {
    ($name:ident, $sql:literal) => {
        #[derive(QueryId)]
        pub(super) struct $name;

        impl QueryFragment<Sqlite> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }
    };
}

statement!(Begin, "BEGIN");
statement!(BeginImmediate, "BEGIN IMMEDIATE");
statement!(Commit, "COMMIT");
statement!(Rollback, "ROLLBACK");
statement!(Savepoint, "SAVEPOINT unit");
statement!(Release, "RELEASE unit");
statement!(RollbackToSavepoint, "ROLLBACK TO unit");

/// Runs one of them.
pub(super) fn run<S: QueryFragment<Sqlite> + QueryId>(conn: &mut SqliteConnection, statement: &S) -> QueryResult<()> {
    conn.execute_returning_count(statement).map(drop)
}
