//! Tenon's own tables.

pub mod schema;

use std::collections::HashSet;

use diesel::{
    PgConnection, SqliteConnection,
    connection::SimpleConnection,
    migration::{Migration, MigrationSource},
    pg::Pg,
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tenon_model::{Code, Error, Result};

use crate::database::{Conn, Translate};

static SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
static POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The number of PostgreSQL's advisory lock that one starting process holds at a time ("tenon" in ASCII).
const START_LOCK: i64 = 0x74_65_6e_6f_6e;

/// Brings the tables up to date, whoever else starts at the same time.
pub(crate) fn migrate(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => migrate_sqlite(conn),
        Conn::Postgres(conn) => migrate_postgres(conn),
    }
}

fn migrate_sqlite(conn: &mut SqliteConnection) -> Result<()> {
    // Most starts have nothing to do, and must not wait for a long write of another process to learn it.
    if unapplied::<_, Sqlite>(conn, &SQLITE)?.is_empty() {
        return Ok(());
    }
    // An immediate transaction is the lock: a second process waits here, then finds nothing to do.
    conn.immediate_transaction(|conn| pending::<_, Sqlite>(conn, &SQLITE).map_err(Failure)).map_err(|Failure(error)| error)
}

fn migrate_postgres(conn: &mut PgConnection) -> Result<()> {
    // Its own transaction is the lock's life, so it ends with the process in any case. Waiting for another's migrations may
    // take longer than a statement may.
    conn.batch_execute(&format!("BEGIN; SET LOCAL statement_timeout TO 0; SELECT pg_advisory_xact_lock({START_LOCK})"))
        .translate()?;
    let outcome = apply_in_transaction(conn);
    conn.batch_execute(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).translate()?;
    outcome
}

fn apply_in_transaction(conn: &mut PgConnection) -> Result<()> {
    conn.batch_execute("SET LOCAL client_min_messages TO warning").translate()?;
    for migration in unapplied::<_, Pg>(conn, &POSTGRES)? {
        migration.run(conn).map_err(Error::internal)?;
        let version = migration.name().version().to_string();
        conn.batch_execute(&format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')")).translate()?;
    }
    Ok(())
}

fn pending<C, DB>(conn: &mut C, known: &EmbeddedMigrations) -> Result<()>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    for migration in unapplied::<C, DB>(conn, known)? {
        conn.run_migration(&*migration).map_err(Error::internal)?;
    }
    Ok(())
}

/// The migrations that the database lacks, in order.
fn unapplied<C, DB>(conn: &mut C, known: &EmbeddedMigrations) -> Result<Vec<Box<dyn Migration<DB>>>>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let applied: HashSet<String> = conn.applied_migrations().map_err(Error::internal)?.iter().map(ToString::to_string).collect();
    let mut migrations: Vec<Box<dyn Migration<DB>>> = known.migrations().map_err(Error::internal)?;
    let known: HashSet<String> = migrations.iter().map(|m| m.name().version().to_string()).collect();
    if let Some(unknown) = applied.difference(&known).max() {
        return Err(Error::new(Code::NewerDatabase, "the database was written by a newer Tenon than this one")
            .with_details(format!("it has migration {unknown}, which this program does not know"))
            .with_hint("Run the newer program, or restore a backup that this one made."));
    }
    migrations.retain(|m| !applied.contains(&m.name().version().to_string()));
    migrations.sort_by_key(|m| m.name().version().to_string());
    Ok(migrations)
}

/// Lets a transaction of Diesel's fail with an error of ours.
struct Failure(Error);

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self(crate::database::errors::translate(error))
    }
}
