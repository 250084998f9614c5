//! A fresh, empty database.

use std::time::Duration;

use diesel::{Connection, PgConnection, connection::SimpleConnection};
use tempfile::TempDir;
use tenon_engine::{Clock, Config, Engine, database::EngineKind};

use crate::cluster;

/// A fresh, empty database of one test; it goes with this value. Its clock stands until the test moves it.
pub struct TestDatabase {
    /// What an engine on it is told. Change it before [`TestDatabase::open`].
    pub config: Config,
    kind: EngineKind,
    postgres_name: Option<String>,
    _folder: TempDir,
}

impl TestDatabase {
    /// One on SQLite.
    #[must_use]
    pub fn sqlite() -> Self {
        Self::new(EngineKind::Sqlite, None)
    }

    /// One on PostgreSQL.
    #[must_use]
    pub fn postgres() -> Self {
        let name = format!("tenon_test_{}", uuid::Uuid::new_v4().simple());
        administer(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        Self::new(EngineKind::Postgres, Some(name))
    }

    /// One on the given engine.
    #[must_use]
    pub fn on(kind: EngineKind) -> Self {
        match kind {
            EngineKind::Sqlite => Self::sqlite(),
            EngineKind::Postgres => Self::postgres(),
        }
    }

    fn new(kind: EngineKind, postgres_name: Option<String>) -> Self {
        let folder = TempDir::new().expect("a temporary directory can be made");
        let config = Config {
            data: folder.path().to_path_buf(),
            database_url: postgres_name.as_deref().map(url_of),
            pool_size: 4,
            pool_wait: Duration::from_secs(10),
            clock: Clock::standing(),
            ..Config::default()
        };
        Self { config, kind, postgres_name, _folder: folder }
    }

    /// Which engine it is on.
    #[must_use]
    pub fn kind(&self) -> EngineKind {
        self.kind
    }

    /// Opens an engine on it; also several, as if they were processes.
    pub async fn open(&self) -> Engine {
        Engine::open(self.config.clone()).await.expect("a fresh database opens")
    }

    /// Runs SQL on it past the engine, as another program would.
    pub fn sql(&self, sql: &str) {
        self.try_sql(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// As [`TestDatabase::sql`]; a failure is what the database says.
    ///
    /// # Errors
    /// The database's words.
    pub fn try_sql(&self, sql: &str) -> Result<(), String> {
        match &self.postgres_name {
            Some(name) => PgConnection::establish(&url_of(name)).expect("PostgreSQL answers").batch_execute(sql),
            None => {
                let file = self.config.data.join("tenon.db");
                let file = file.to_str().expect("a temporary directory's name is text");
                diesel::SqliteConnection::establish(file).expect("SQLite opens").batch_execute(sql)
            }
        }
        .map_err(|error| error.to_string())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(name) = &self.postgres_name {
            administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn administer(sql: &str) {
    let mut conn = PgConnection::establish(cluster::address()).expect("PostgreSQL answers");
    conn.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The cluster's address with another database's name.
fn url_of(name: &str) -> String {
    let address = cluster::address();
    let (rest, query) = address.split_once('?').map_or((address, None), |(rest, query)| (rest, Some(query)));
    let (server, _) = rest.rsplit_once('/').expect("the address names a database");
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{server}/{name}{query}")
}
