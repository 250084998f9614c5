//! An engine on a fresh database, and the loop over both kinds.

use std::ops::Deref;

use serde_json::Value;
use tenon_engine::{
    Caller, Config, Engine,
    database::EngineKind,
    records::{Insert, Missing, RecordSet, Returning},
};

use crate::TestDatabase;

/// An engine on a fresh database. Gives its methods.
pub struct TestEngine {
    engine: Engine,
    /// What it stands on.
    pub database: TestDatabase,
}

impl TestEngine {
    /// One on the given kind of database.
    pub async fn on(kind: EngineKind) -> Self {
        Self::open(TestDatabase::on(kind)).await
    }

    /// As [`TestEngine::on`], told something else at start.
    pub async fn with(kind: EngineKind, change: impl FnOnce(&mut Config)) -> Self {
        let mut database = TestDatabase::on(kind);
        change(&mut database.config);
        Self::open(database).await
    }

    /// One on this database, whose configuration may have been changed.
    pub async fn open(database: TestDatabase) -> Self {
        let engine = database.open().await;
        Self { engine, database }
    }

    /// Which kind of database it is on.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        self.database.kind()
    }

    /// Changes the schema as the operator.
    pub async fn schema(&self, sql: &str) {
        self.engine.change_schema(&Caller::Operator, sql.to_owned()).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// Inserts rows, an array of JSON objects, as the operator.
    pub async fn rows(&self, table: &str, rows: Value) {
        let schema = self.engine.schema();
        let table = schema.require_table(table).unwrap_or_else(|error| panic!("{error}"));
        let rows = RecordSet::from_json(&schema, table, rows.to_string().as_bytes(), None).unwrap_or_else(|e| panic!("{e:?}"));
        let insert = Insert {
            table: table.name.clone(),
            records: rows,
            missing: Missing::Default,
            on_conflict: None,
            returning: Returning::Nothing,
            rollback: false,
            max_affected: None,
        };
        self.engine.insert(&Caller::Operator, insert).await.unwrap_or_else(|error| panic!("{}: {error:?}", table.name));
    }
}

impl Deref for TestEngine {
    type Target = Engine;
    fn deref(&self) -> &Engine {
        &self.engine
    }
}

/// Runs a test's body on a fresh instance of each engine, SQLite first.
///
/// ```no_run
/// # async fn example() {
/// tenon_testkit::for_each_engine(async |engine| {
///     engine.schema("create table notes (id bigint primary key, body text)").await;
///     engine.rows("notes", serde_json::json!([{ "id": 1, "body": "hello" }])).await;
/// })
/// .await;
/// # }
/// ```
pub async fn for_each_engine(body: impl AsyncFn(TestEngine)) {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        println!("on {kind:?}");
        body(TestEngine::on(kind).await).await;
    }
}
