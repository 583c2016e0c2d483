//! One server for all tests of the process, and a database for each: a copy of one that has the schema.

use embedded::Postgres;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};
use store::{Database, Projector, Store};
use tempfile::TempDir;
use tokio::sync::OnceCell;

struct Server {
    postgres: Postgres,
    /// Whether the database that others are copies of is there.
    migrated: OnceCell<()>,
    _dir: TempDir,
}

/// A database that is removed with its server, which stops when the last test releases it.
pub struct TestDatabase {
    pub store: Store,
    pub projector: Projector,
    url: String,
    name: String,
    server: Arc<Server>,
}

fn server() -> Arc<Server> {
    static SERVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut server = SERVER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(running) = server.upgrade() {
        return running;
    }
    let dir = tempfile::tempdir().unwrap();
    let postgres = testkit::cluster::start(&dir.path().join("pg")).unwrap();
    let started = Arc::new(Server { postgres, migrated: OnceCell::new(), _dir: dir });
    *server = Arc::downgrade(&started);
    started
}

/// The database that others are copies of.
const MIGRATED: &str = "migrated";

impl Server {
    async fn migrate(&self) {
        self.postgres.execute("postgres", &format!("CREATE DATABASE {MIGRATED}")).unwrap();
        let store = Store::connect(&Database::Url(self.postgres.url(MIGRATED)), 1).await.unwrap();
        store.migrate().await.unwrap();
        drop(store);
        // A database that somebody is connected to cannot be copied.
        let alone = format!(
            "ALTER DATABASE {MIGRATED} ALLOW_CONNECTIONS false;
             SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{MIGRATED}'"
        );
        self.postgres.execute("postgres", &alone).unwrap();
    }
}

impl TestDatabase {
    pub async fn new() -> Self {
        let server = tokio::task::spawn_blocking(server).await.unwrap();
        server.migrated.get_or_init(|| server.migrate()).await;
        Self::made(server, &format!("TEMPLATE {MIGRATED}")).await
    }

    /// Without a schema.
    pub async fn empty() -> Self {
        Self::made(tokio::task::spawn_blocking(server).await.unwrap(), "").await
    }

    async fn made(server: Arc<Server>, how: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        server.postgres.execute("postgres", &format!("CREATE DATABASE {name} {how}")).unwrap();
        let url = server.postgres.url(&name);
        let store = Store::connect(&Database::Url(url.clone()), 8).await.unwrap();
        Self { projector: Projector::new(store.clone()), store, url, name, server }
    }

    /// Where it is, for a store with other limits.
    pub fn address(&self) -> Database {
        Database::Url(self.url.clone())
    }

    /// A pool of its own, for looking behind the store's back.
    pub async fn pool(&self) -> sqlx::PgPool {
        sqlx::postgres::PgPoolOptions::new().max_connections(2).connect(&self.url).await.unwrap()
    }

    /// Whether it takes connections; those that it has end.
    pub fn takes_connections(&self, takes: bool) {
        let name = &self.name;
        let sql = format!(
            "ALTER DATABASE {name} ALLOW_CONNECTIONS {takes};
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        self.server.postgres.execute("postgres", &sql).unwrap();
    }

    /// Runs SQL as the operator.
    pub fn execute(&self, sql: &str) {
        self.server.postgres.execute(&self.name, sql).unwrap();
    }
}
