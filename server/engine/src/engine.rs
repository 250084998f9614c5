//! The engine: one database, its schema, and what runs beside them.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::prelude::*;
use parking_lot::{Mutex, RwLock};
use tenon_model::{Result, Schema};
use tokio::task::JoinHandle;

use crate::{
    Config,
    audit::Client,
    database::{Conn, Database, Inline, Translate},
    identity::{KeyRing, PasswordHasher, load_keys},
    settings::Settings,
    system::schema::_tenon_meta as meta,
    tables::{catalog, computed::Settlement},
};

/// How long a change by another process may go unnoticed.
const LOOK_INTERVAL: Duration = Duration::from_millis(400);

/// An open instance. Cheap to clone; clones share everything but [`Engine::for_client`].
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    client: Arc<Client>,
}

/// An engine that a task beside it does not keep alive.
pub(crate) struct WeakEngine(Weak<Inner>);

impl WeakEngine {
    /// The engine, if it is still there.
    pub(crate) fn upgrade(&self) -> Option<Engine> {
        self.0.upgrade().map(Engine::of)
    }
}

/// The schema, and what of it is read.
struct Schemas {
    defined: Arc<Schema>,
    readable: Arc<Schema>,
}

impl Schemas {
    fn new(schema: Schema) -> Self {
        let defined = Arc::new(schema);
        Self { readable: defined.readable(), defined }
    }
}

struct Inner {
    config: Config,
    database: Database,
    schema: RwLock<Schemas>,
    keys: KeyRing,
    settings: RwLock<Arc<Settings>>,
    passwords: PasswordHasher,
    online: crate::identity::providers::Online,
    owner_seen: AtomicBool,
    imports: crate::imports::Registry,
    advice: crate::advisor::AdviceCache,
    watcher: Mutex<Option<JoinHandle<()>>>,
    courier: Mutex<Option<JoinHandle<()>>>,
}

/// The numbers in the database that say whether anything else in memory is out of date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Versions {
    schema: i64,
    keys: i64,
    settings: i64,
}

impl Versions {
    fn load(conn: &mut Conn) -> Result<Self> {
        let rows: Vec<(String, i64)> = meta::table.load(conn).translate()?;
        let value = |name: &str| rows.iter().find(|(n, _)| n == name).map_or(0, |(_, value)| *value);
        Ok(Self { schema: value("schema_version"), keys: value("keys_version"), settings: value("settings_version") })
    }
}

impl Engine {
    /// Opens the database (making it if need be), brings Tenon's own tables up to date and loads the schema.
    ///
    /// # Errors
    /// [`tenon_model::Code::NewerDatabase`] if a newer Tenon wrote it, [`tenon_model::Code::Configuration`] if it cannot
    /// be reached or opened.
    pub async fn open(config: Config) -> Result<Self> {
        let database = Database::open(&config).await?;
        let schema = database.read(catalog::load).await?;
        database.settle_by(Settlement::new(database.kind(), &schema)?);
        let keys = KeyRing::open(&database, config.clock.now()).await?;
        let settings = database.read(Settings::load).await?;
        let inner = Inner {
            config,
            database,
            schema: RwLock::new(Schemas::new(schema)),
            keys,
            settings: RwLock::new(Arc::new(settings)),
            passwords: PasswordHasher::new()?,
            online: crate::identity::providers::Online::new()?,
            owner_seen: AtomicBool::new(false),
            imports: crate::imports::Registry::default(),
            advice: crate::advisor::AdviceCache::default(),
            watcher: Mutex::default(),
            courier: Mutex::default(),
        };
        let engine = Self::of(Arc::new(inner));
        let watcher = tokio::spawn(look_out(Arc::downgrade(&engine.inner)));
        *engine.inner.watcher.lock() = Some(watcher);
        Ok(engine)
    }

    fn of(inner: Arc<Inner>) -> Self {
        Self { inner, client: Arc::default() }
    }

    /// The same instance, for what is asked from there: that is what the audit log says of schema changes, accounts and keys.
    #[must_use]
    pub fn for_client(&self, client: Client) -> Self {
        Self { inner: Arc::clone(&self.inner), client: Arc::new(client) }
    }

    /// From where it is asked.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends mail from now on, beside everything else; for a process that serves.
    pub fn start_mailer(&self) {
        let mut courier = self.inner.courier.lock();
        if courier.is_none() {
            *courier = Some(tokio::spawn(crate::mail::run_courier(WeakEngine(Arc::downgrade(&self.inner)))));
        }
    }

    /// What the instance was told at start.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The time now, by the instance's clock.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.inner.config.clock.now()
    }

    /// The database, for the engine's own folders.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The schema as this process knows it, with views as tables to read; see [`Engine::refresh_schema`]. Costs no query.
    #[must_use]
    pub fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.inner.schema.read().readable)
    }

    /// The schema as it is defined: without views among its tables.
    #[must_use]
    pub fn definition(&self) -> Arc<Schema> {
        Arc::clone(&self.inner.schema.read().defined)
    }

    /// The schema after looking whether another process changed it.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn refresh_schema(&self) -> Result<Arc<Schema>> {
        let known = self.schema().version;
        let newer = self.database().read(
            move |conn| {
                if catalog::version(conn)? == known { Ok(None) } else { catalog::load(conn).map(Some) }
            },
        );
        if let Some(schema) = newer.await? {
            self.publish_schema(schema);
        }
        Ok(self.schema())
    }

    /// Puts a schema in force for every later request, unless a newer one is.
    pub(crate) fn publish_schema(&self, schema: Schema) {
        let mut slot = self.inner.schema.write();
        if schema.version > slot.defined.version {
            match Settlement::new(self.database().kind(), &schema) {
                Ok(settlement) => self.database().settle_by(settlement),
                Err(error) => tracing::error!(%error, "stored columns are not renewed"),
            }
            *slot = Schemas::new(schema);
        }
    }

    /// Waits until every other process on this database that is alive has looked for changes: what a policy forbids since then is
    /// forbidden everywhere.
    pub async fn others_follow(&self) {
        tokio::time::sleep(LOOK_INTERVAL + LOOK_INTERVAL / 4).await;
    }

    /// The keys in force.
    pub(crate) fn key_ring(&self) -> &KeyRing {
        &self.inner.keys
    }

    /// Where the settings in force stand.
    pub(crate) fn settings_slot(&self) -> &RwLock<Arc<Settings>> {
        &self.inner.settings
    }

    /// The connection to providers of sign-in.
    pub(crate) fn online(&self) -> &crate::identity::providers::Online {
        &self.inner.online
    }

    /// The pool that hashes passwords.
    pub(crate) fn password_hasher(&self) -> &PasswordHasher {
        &self.inner.passwords
    }

    /// The imports of this process.
    pub(crate) fn imports(&self) -> &crate::imports::Registry {
        &self.inner.imports
    }

    /// What the advisor counted last.
    pub(crate) fn advice_cache(&self) -> &crate::advisor::AdviceCache {
        &self.inner.advice
    }

    /// Whether an owner was seen; from then on there always is one.
    pub(crate) fn owner_seen(&self) -> bool {
        self.inner.owner_seen.load(Ordering::Relaxed)
    }

    /// Remembers that there is an owner.
    pub(crate) fn note_owner(&self) {
        self.inner.owner_seen.store(true, Ordering::Relaxed);
    }

    /// Whether the instance can serve: a read and the schema work.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn ready(&self) -> Result<()> {
        self.refresh_schema().await.map(drop)
    }

    /// Finishes the writes that wait and closes the database.
    pub async fn shutdown(&self) {
        self.inner.stop_tasks();
        self.database().close().await;
    }

    /// Takes over what another process changed.
    async fn catch_up(&self, seen: &mut Versions) -> Result<()> {
        let versions = self.versions().await?;
        if versions.schema != self.schema().version {
            self.refresh_schema().await?;
        }
        if versions.keys != seen.keys {
            self.refresh_keys().await?;
        }
        if versions.settings != seen.settings {
            self.refresh_settings().await?;
        }
        *seen = versions;
        Ok(())
    }

    /// Takes over the keys as the database has them.
    pub(crate) async fn refresh_keys(&self) -> Result<()> {
        match self.database().read(load_keys).await? {
            Some(stored) => self.key_ring().accept(stored),
            None => Ok(()),
        }
    }

    async fn versions(&self) -> Result<Versions> {
        match self.database().read_inline(|reader| Versions::load(&mut reader.conn))? {
            Inline::Done(versions) => Ok(versions),
            Inline::Elsewhere => self.database().read_with(|reader| Versions::load(&mut reader.conn)).await,
        }
    }
}

impl Inner {
    fn stop_tasks(&self) {
        for task in [&self.watcher, &self.courier] {
            if let Some(task) = task.lock().take() {
                task.abort();
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop_tasks();
    }
}

/// Looks out for changes by other processes, as long as the engine lives.
async fn look_out(engine: Weak<Inner>) {
    let mut seen = Versions::default();
    loop {
        tokio::time::sleep(LOOK_INTERVAL).await;
        let Some(inner) = engine.upgrade() else { return };
        if let Err(error) = Engine::of(inner).catch_up(&mut seen).await {
            tracing::debug!(%error, "could not look for changes by other processes");
        }
    }
}
