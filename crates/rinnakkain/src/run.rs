//! `rinnakkain run`: starts everything, and stops it in order.
//!
//! Start: keys, listeners bound (a taken port is told before anything is begun), database, migrations, whether the keys
//! are the database's, then the first message is read. Stop, on SIGTERM or Ctrl-C: nothing new is accepted, what was
//! received is stored and answered, then the writer ends, the connections, and the private PostgreSQL.

use crate::config::Config;
use crate::database::{self, Database};
use crate::ingest::{Batcher, Ingest, Queue, http, mllp};
use crate::{clock, http_server, keys, telemetry};
use anyhow::{Context, bail};
use api::{Callers, Services};
use event::Keyring;
use serde_json::json;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use store::{Door, Projector};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Connections to the database.
const CONNECTIONS: u32 = 16;
/// The queue: at most so many KiB and messages.
const QUEUE: (u32, usize) = (32 << 10, 4_096);
/// How long an orderly stop may take before what is left is given up: its senders keep it.
const DRAIN: Duration = Duration::from_secs(25);

pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    telemetry::init(&config.log)?;
    let mut signals = Signals::new()?;
    let listeners = Listeners::bind(&config).await?;
    fs::create_dir_all(&config.data).with_context(|| format!("cannot make {}", config.data.display()))?;
    let keyring = Arc::new(keyring(&config)?);
    let database = tokio::select! {
        database = Database::own(&config, CONNECTIONS) => database?,
        () = signals.any() => return Ok(ExitCode::SUCCESS),
    };
    if let Err(error) = keys::check(&keyring, &database.store).await {
        database.close().await?;
        return Err(error);
    }
    let ports = Ports::write(&config.data, &listeners)?;
    let mut service = Service::start(config, keyring, listeners, database)?;
    let ended = service.until(&mut signals).await;
    let stopped = service.stop().await;
    ports.remove();
    ended.and(stopped).map(|()| ExitCode::SUCCESS)
}

fn keyring(config: &Config) -> anyhow::Result<Keyring> {
    if config.database.is_some() {
        return keys::load_for_configured(&config.keys);
    }
    keys::load_or_make(&config.keys, &database::cluster(&config.data))
}

/// The three sockets.
struct Listeners {
    mllp: TcpListener,
    http: TcpListener,
    grpc: TcpListener,
}

impl Listeners {
    async fn bind(config: &Config) -> anyhow::Result<Self> {
        let bind = async |name, address: SocketAddr| {
            let bound = TcpListener::bind(address).await;
            bound.with_context(|| format!("cannot listen on {address}, the configuration's {name}.address"))
        };
        Ok(Self {
            mllp: bind("mllp", config.mllp.address).await?,
            http: bind("http", config.http.address).await?,
            grpc: bind("grpc", config.grpc).await?,
        })
    }
}

/// Where the listeners really are, for tools and tests that asked for port 0: `DATA/ports.json` while the service runs.
struct Ports(PathBuf);

impl Ports {
    fn write(data: &Path, listeners: &Listeners) -> anyhow::Result<Self> {
        let file = data.join("ports.json");
        let ports = json!({
            "pid": std::process::id(),
            "mllp": listeners.mllp.local_addr()?.port(),
            "http": listeners.http.local_addr()?.port(),
            "grpc": listeners.grpc.local_addr()?.port(),
        });
        let new = data.join("ports.json.new");
        let written = fs::write(&new, format!("{ports}\n")).and_then(|()| fs::rename(&new, &file));
        written.with_context(|| format!("cannot write {}", file.display()))?;
        Ok(Self(file))
    }

    fn remove(self) {
        // A stale one names a process that is gone.
        let _ = fs::remove_file(self.0);
    }
}

/// SIGTERM and Ctrl-C.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> anyhow::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Everything that runs.
struct Service {
    stop: CancellationToken,
    /// The listeners; each gives its name when it ends.
    listeners: JoinSet<&'static str>,
    batcher: JoinHandle<()>,
    database: JoinHandle<Database>,
    stop_watching: CancellationToken,
}

impl Service {
    fn start(config: Config, keyring: Arc<Keyring>, on: Listeners, database: Database) -> anyhow::Result<Self> {
        let (stop, stop_watching) = (CancellationToken::new(), CancellationToken::new());
        let (queue, items) = Queue::new(QUEUE.0, QUEUE.1);
        let storing = Arc::new(AtomicBool::new(true));
        let batcher = Batcher::new(items, Projector::new(database.store.clone()), Arc::clone(&storing));
        let zone = config.county.zone.clone();
        if config.senders.is_empty() {
            tracing::warn!("no source is configured: every message will be refused");
        }
        let services = Services {
            door: Door::new(database.store.clone()),
            ready: database.store.clone(),
            keyring: Arc::clone(&keyring),
            county: Arc::new(config.county),
            callers: Callers::try_new(config.callers)?,
            clock: clock::now,
        };
        let ingest = Arc::new(Ingest::new(keyring, config.senders, zone, config.hold, queue));
        let shared = http::Shared::new(Arc::clone(&ingest), database.store.clone(), storing);
        tracing::info!(address = %on.mllp.local_addr()?, "HL7 v2 over MLLP is taken");
        tracing::info!(address = %on.http.local_addr()?, "CloudEvents over HTTP are taken");
        tracing::info!(address = %on.grpc.local_addr()?, "questions over gRPC are answered");
        let mut listeners = JoinSet::new();
        let mllp = mllp::serve(on.mllp, config.mllp, ingest, stop.clone());
        listeners.spawn(async {
            mllp.await;
            "mllp"
        });
        let http = http_server::serve(on.http, config.http.connections, http::router(shared), stop.clone());
        listeners.spawn(async {
            http.await;
            "http"
        });
        let grpc = api::serve(services, on.grpc, stop.clone().cancelled_owned());
        listeners.spawn(async {
            if let Err(error) = grpc.await {
                tracing::error!(%error, "gRPC");
            }
            "grpc"
        });
        let batcher = tokio::spawn(batcher.run());
        let database = tokio::spawn(database.watch(stop_watching.clone()));
        Ok(Self { stop, listeners, batcher, database, stop_watching })
    }

    /// Until somebody wants it to stop, or a part of it has ended that never should.
    async fn until(&mut self, signals: &mut Signals) -> anyhow::Result<()> {
        tokio::select! {
            () = signals.any() => {
                tracing::info!("stopping: what was received is stored and answered first");
                Ok(())
            }
            ended = self.listeners.join_next() => match ended {
                Some(Ok(name)) => bail!("the {name} listener ended"),
                _ => bail!("a listener ended by a fault in the program"),
            },
            _ = &mut self.batcher => bail!("the writer ended by a fault in the program"),
            // It is not joined again: what it owned ends with the process.
            _ = &mut self.database => bail!("the watch of the database ended"),
        }
    }

    async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        let drained = async {
            while self.listeners.join_next().await.is_some() {}
            // The last way into the queue went with the listeners.
            if !self.batcher.is_finished() {
                let _ = (&mut self.batcher).await;
            }
        };
        if timeout(DRAIN, drained).await.is_err() {
            tracing::error!("not everything could be stored in time: what was not answered is still its sender's");
            self.listeners.abort_all();
            self.batcher.abort();
        }
        self.stop_watching.cancel();
        // It has been joined if it is what ended; the private server then stops with the process's last handle on it.
        if !self.database.is_finished() {
            self.database.await.context("the watch of the database")?.close().await?;
        }
        tracing::info!("stopped");
        Ok(())
    }
}
