//! The database: the configured one, or a private PostgreSQL in the data directory.

use crate::config::Config;
use crate::keys;
use anyhow::{Context, bail};
use clap::Args;
use embedded::{Postgres, SERVICE};
use event::Keyring;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{ApplyError, Fault, Store, Tuning};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Between two checks of the private server.
const WATCH: Duration = Duration::from_secs(1);
/// How long its connections may take to end.
const GOODBYE: Duration = Duration::from_secs(5);

/// Which database an operator's command works on.
#[derive(Args, Default)]
pub struct Target {
    /// A database instead of the configured one; a password belongs in RINNAKKAIN_DATABASE__URL or in a url_file
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// The private PostgreSQL of this directory instead of the configured database: to practise a restore beside the service
    #[arg(long, value_name = "DIR", conflicts_with = "database_url")]
    pub private_database: Option<PathBuf>,
}

impl Target {
    /// `None`: the private server in [`Target::directory`].
    fn configured(&self, config: &Config) -> Option<store::Database> {
        let configured = || config.database.clone().filter(|_| self.private_database.is_none());
        self.database_url.clone().map(store::Database::Url).or_else(configured)
    }

    /// Where the private server is.
    fn directory<'a>(&'a self, config: &'a Config) -> &'a Path {
        self.private_database.as_deref().unwrap_or(&config.data)
    }
}

/// A connected database.
pub struct Database {
    pub store: Store,
    private: Option<Postgres>,
}

/// The private server's data directory.
pub fn directory(data: &Path) -> PathBuf {
    data.join("postgres")
}

/// Exists once the private server has a database.
pub fn cluster(data: &Path) -> PathBuf {
    directory(data).join("cluster")
}

impl Database {
    /// For the service: the private server is started, or taken over from a killed program. Brings the schema up to date,
    /// and refuses a database that was first used with other keys.
    pub async fn own(config: &Config, keyring: &Keyring) -> anyhow::Result<Self> {
        let own = Target::default();
        let database = Self::open(config, &own, config.tuning.clone(), Postgres::start).await?;
        let fits = async {
            database.store.migrate().await?;
            keys::check(keyring, &database.store).await
        };
        if let Err(error) = fits.await {
            database.close().await?;
            return Err(error);
        }
        Ok(database)
    }

    /// For a command: uses the private server if it runs, else starts it for the duration. No command makes a database: it
    /// would work on an empty one beside the service's.
    pub async fn join(config: &Config, target: &Target) -> anyhow::Result<Self> {
        if target.configured(config).is_none() {
            is_there(target.directory(config))?;
        }
        let database = Self::open(config, target, config.tuning.clone().of_operator(), join_or_start).await?;
        if database.private.is_some() {
            // An earlier version may have run it last.
            database.store.migrate().await?;
        }
        Ok(database)
    }

    async fn open(
        config: &Config,
        target: &Target,
        tuning: Tuning,
        private: impl FnOnce(&Path) -> Result<Postgres, embedded::Error> + Send + 'static,
    ) -> anyhow::Result<Self> {
        if let Some(database) = target.configured(config) {
            let store = Store::connect(&database, tuning).await?;
            return Ok(Self { store, private: None });
        }
        let directory = directory(target.directory(config));
        let postgres = spawn_blocking(move || private(&directory)).await?.context("the private PostgreSQL")?;
        let socket = store::Database::Socket { dir: postgres.socket_dir().to_owned(), account: SERVICE.to_owned() };
        let store = Store::connect(&socket, tuning).await?;
        Ok(Self { store, private: Some(postgres) })
    }

    /// Starts the private server again when it is gone, until `stop`; gives it back.
    pub async fn watch(mut self, stop: CancellationToken) -> Self {
        if self.private.is_none() {
            stop.cancelled().await;
        }
        while let Some(postgres) = self.private.take() {
            tokio::select! {
                () = stop.cancelled() => {
                    self.private = Some(postgres);
                    break;
                }
                () = tokio::time::sleep(WATCH) => {}
            }
            // After a panic there is nothing to watch; the next start adopts a server that still runs.
            self.private = spawn_blocking(move || revive(postgres)).await.ok();
        }
        self
    }

    /// Ends the connections, and the private server if this program owns it.
    pub async fn close(self) -> anyhow::Result<()> {
        // A server that hangs never answers the close.
        if timeout(GOODBYE, self.store.close()).await.is_err() {
            tracing::warn!("the database does not answer: its connections are left open");
        }
        if let Some(postgres) = self.private {
            spawn_blocking(move || postgres.stop()).await??;
        }
        Ok(())
    }
}

/// The database for PostgreSQL's own tools.
pub struct Tools {
    /// Environment variables by which the tools find it.
    pub variables: Vec<(&'static str, String)>,
    private: Option<Postgres>,
    /// The private server's directory, if it was made just now.
    made: Option<PathBuf>,
}

/// The database as it is: nothing is migrated. `new`: makes the private one, empty, if there is none; a configured
/// database is made by those who run its server.
pub async fn for_tools(config: &Config, target: &Target, new: bool) -> anyhow::Result<Tools> {
    if let Some(database) = target.configured(config) {
        return Ok(Tools { variables: database.libpq()?, private: None, made: None });
    }
    let data = target.directory(config);
    if new {
        std::fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
    } else {
        is_there(data)?;
    }
    let directory = directory(data);
    let made = Some(directory.clone()).filter(|_| !cluster(data).exists());
    let postgres = spawn_blocking(move || join_or_start(&directory)).await?.context("the private PostgreSQL")?;
    let socket = store::Database::Socket { dir: postgres.socket_dir().to_owned(), account: SERVICE.to_owned() };
    Ok(Tools { variables: socket.libpq()?, private: Some(postgres), made })
}

impl Tools {
    /// Stops the private server if it was started for the tools. What was made for a command that failed is removed: nobody
    /// takes half a database for one.
    pub async fn close(self, succeeded: bool) -> anyhow::Result<()> {
        if let Some(postgres) = self.private {
            spawn_blocking(move || postgres.stop()).await??;
        }
        if let Some(made) = self.made.filter(|_| !succeeded) {
            std::fs::remove_dir_all(&made).with_context(|| format!("cannot remove {}", made.display()))?;
        }
        Ok(())
    }
}

fn join_or_start(directory: &Path) -> Result<Postgres, embedded::Error> {
    match Postgres::adopt(directory)? {
        Some(running) => Ok(running),
        None => Postgres::start(directory),
    }
}

fn is_there(data: &Path) -> anyhow::Result<()> {
    if !cluster(data).exists() {
        bail!("there is no database in {}: give --data or --config of the service, or --database-url", data.display());
    }
    Ok(())
}

/// True if the database is away and a retry may succeed.
pub fn is_transient(error: &anyhow::Error) -> bool {
    let applied = error.downcast_ref::<ApplyError>().is_some_and(ApplyError::is_transient);
    applied || error.downcast_ref::<Fault>().is_some_and(Fault::is_transient)
}

/// The server, started again if it is gone.
fn revive(postgres: Postgres) -> Postgres {
    let directory = postgres.data_dir().to_owned();
    if !matches!(Postgres::adopt(&directory), Ok(None)) {
        return postgres;
    }
    tracing::error!("the private PostgreSQL is gone: starting it again");
    // Releases the directory: there is no server left to stop.
    drop(postgres);
    let mut logged = false;
    loop {
        match Postgres::start(&directory) {
            Ok(started) => {
                tracing::info!("the private PostgreSQL runs again");
                return started;
            }
            Err(error) => {
                if !std::mem::replace(&mut logged, true) {
                    tracing::error!(%error, "the private PostgreSQL does not start: retrying");
                }
                std::thread::sleep(Duration::from_secs(5));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_makes_no_database() {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let config = Config::load(None, Some(&data)).unwrap();
        let error = Database::join(&config, &Target::default()).await.err().unwrap().to_string();
        assert!(error.starts_with("there is no database in "), "{error}");
        assert!(!data.exists());
    }
}
