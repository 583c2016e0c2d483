//! `rinnakkain run`, and its parts `ingest`, `project` and `serve` where Kafka stands between: starts everything, and
//! stops it in order.
//!
//! Start: listeners bound (a taken port is told before anything is begun), keys, database, migrations, whether the keys
//! are the database's, the topic, then the first message is read. What is away is waited for. Stop, on SIGTERM or Ctrl-C:
//! nothing new is accepted, what was received is stored and answered, then the writer ends, the reader leaves its group,
//! the connections, and the private PostgreSQL.

use crate::apply::Applier;
use crate::config::{Config, IdentifiedBy, Kafka, Sender};
use crate::database::{self, Database};
use crate::health::{Health, Parts};
use crate::ingest::{Batcher, Forwarder, Ingest, Item, Queue, http, mllp};
use crate::listeners::{Listeners, Ports};
use crate::prepare::prepare;
use crate::project::Projection;
use crate::signals::Signals;
use crate::telemetry::metrics;
use crate::telemetry::watch::Watch;
use crate::{clock, http_server, keys, sweep, telemetry, tls};
use anyhow::{Context, bail};
use api::{Callers, Senders, Services, Told};
use event::Keyring;
use journal::Writer;
use std::fs;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{Door, Projector};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Connections to the database.
const CONNECTIONS: u32 = 16;
/// The queue: at most so many KiB and messages.
const QUEUE: (u32, usize) = (32 << 10, 4_096);
/// How long an orderly stop may take before what is left is given up: its senders keep it.
const DRAIN: Duration = Duration::from_secs(25);

/// What one process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Takes messages in.
    pub ingest: bool,
    /// Applies what the journal holds.
    pub project: bool,
    /// Answers questions.
    pub serve: bool,
}

impl Roles {
    pub const ALL: Self = Self { ingest: true, project: true, serve: true };
    pub const INGEST: Self = Self { ingest: true, project: false, serve: false };
    pub const PROJECT: Self = Self { ingest: false, project: true, serve: false };
    pub const SERVE: Self = Self { ingest: false, project: false, serve: true };

    /// As the command is called.
    fn name(self) -> &'static str {
        match self {
            Self::INGEST => "ingest",
            Self::PROJECT => "project",
            Self::SERVE => "serve",
            _ => "run",
        }
    }

    /// True if it has to do with the database: an ingest that writes into the journal has not.
    pub fn stores(self) -> bool {
        self.project || self.serve
    }
}

pub async fn run(config: Config, roles: Roles) -> anyhow::Result<ExitCode> {
    let telemetry = telemetry::init(&config, roles.name())?;
    let ended = run_until_stopped(config, roles).await;
    telemetry.flush().await;
    ended
}

async fn run_until_stopped(config: Config, roles: Roles) -> anyhow::Result<ExitCode> {
    if config.kafka.is_none() && roles.ingest != roles.project {
        bail!(
            "without Kafka one process takes messages in and applies them: use `rinnakkain run`, or set transport = \"kafka\""
        );
    }
    for name in config.with_published_tokens() {
        tracing::warn!(name, "this token is the published example's: anybody may speak as it. Give it one of its own");
    }
    let mut signals = Signals::new()?;
    let mut listeners = Listeners::bind(&config, roles).await?;
    let health = Health::default();
    let health_port = listeners.health.as_ref().map(|it| it.local_addr().map(|it| it.port())).transpose()?;
    if let Some(listener) = listeners.health.take() {
        health.serve(listener, roles);
    }
    fs::create_dir_all(&config.data).with_context(|| format!("cannot make {}", config.data.display()))?;
    let keyring = Arc::new(keyring(&config, roles)?);
    let database = if roles.stores() {
        let database = tokio::select! {
            database = Database::own(&config, CONNECTIONS, &keyring, &health) => database?,
            () = signals.any() => return Ok(ExitCode::SUCCESS),
        };
        Some(database)
    } else {
        None
    };
    let reached = tokio::select! {
        reached = prepare(&config, roles, database.as_ref(), &health) => reached,
        () = signals.any() => return close(database).await.map(|()| ExitCode::SUCCESS),
    };
    if let Err(error) = reached {
        close(database).await?;
        return Err(error);
    }
    let ports = Ports::write(&config.data, &listeners, health_port)?;
    let mut service = Service::start(config, roles, keyring, listeners, database, &health)?;
    let ended = service.until(&mut signals).await;
    health.stops();
    let stopped = service.stop().await;
    ports.remove();
    ended.and(stopped).map(|()| ExitCode::SUCCESS)
}

async fn close(database: Option<Database>) -> anyhow::Result<()> {
    match database {
        Some(database) => database.close().await,
        None => Ok(()),
    }
}

fn keyring(config: &Config, roles: Roles) -> anyhow::Result<Keyring> {
    if config.database.is_some() || !roles.stores() {
        return keys::load_for_configured(&config.keys);
    }
    keys::load_or_make(&config.keys, &database::cluster(&config.data))
}

/// Everything that runs.
struct Service {
    stop: CancellationToken,
    /// The listeners; each gives its name when it ends.
    listeners: JoinSet<&'static str>,
    /// The writer: into the database, or into the journal.
    writer: Option<JoinHandle<()>>,
    projection: Option<JoinHandle<anyhow::Result<()>>>,
    database: Option<JoinHandle<Database>>,
    /// What is kept for a time goes after it.
    sweeper: Option<JoinHandle<()>>,
    /// For what goes on until the writer has ended.
    stop_storing: CancellationToken,
    /// Whether the ingest left a message to its sender.
    left: Arc<AtomicBool>,
}

impl Service {
    fn start(
        config: Config,
        roles: Roles,
        keyring: Arc<Keyring>,
        on: Listeners,
        database: Option<Database>,
        health: &Health,
    ) -> anyhow::Result<Self> {
        let (stop, stop_storing) = (CancellationToken::new(), CancellationToken::new());
        let store = database.as_ref().map(|database| database.store.clone());
        let storing = Arc::new(AtomicBool::new(true));
        let (writer, projection, watched, sweeper) = (None, None, None, None);
        let listeners = JoinSet::new();
        let left = Arc::default();
        let mut service = Self { stop, listeners, writer, projection, database: watched, sweeper, stop_storing, left };
        let mut parts = Parts { store: store.clone(), direct: config.kafka.is_none(), ..Parts::default() };
        parts.storing.clone_from(&storing);
        if let (Some(kafka), true, Some(store)) = (&config.kafka, roles.project, &store) {
            let (projector, applying) = (Projector::new(store.clone()), Arc::new(AtomicBool::new(true)));
            parts.applying.clone_from(&applying);
            let projection = Projection::start(kafka, projector, Arc::clone(&keyring), applying)?;
            parts.reader = Some(projection.standing());
            tracing::info!(topic = kafka.topic.name, "the journal is applied");
            service.projection = Some(tokio::spawn(projection.run(service.stop_storing.clone())));
        }
        if let (true, Some(store)) = (roles.project, &store) {
            let sweep = sweep::run(store.clone(), config.keep, service.stop.clone());
            let watch = Watch::new(store.clone(), &config).run(service.stop.clone());
            service.sweeper = Some(tokio::spawn(async {
                tokio::join!(sweep, watch);
            }));
        }
        if let (true, Some(store), Some(listener)) = (roles.serve, &store, on.grpc) {
            let services = Services {
                door: Door::new(store.clone()),
                ready: store.clone(),
                keyring: Arc::clone(&keyring),
                county: Arc::new(config.county.clone()),
                callers: Callers::try_new(config.callers)?,
                senders: Senders(config.senders.iter().filter_map(Sender::asks).collect()),
                clock: clock::now,
                told: Told { decided: metrics::decided, called: metrics::called },
            };
            tracing::info!(address = %listener.local_addr()?, "questions over gRPC are answered");
            let grpc =
                api::serve(services, listener.incoming(service.stop.clone()), service.stop.clone().cancelled_owned());
            service.listeners.spawn(async {
                if let Err(error) = grpc.await {
                    tracing::error!(%error, "gRPC");
                }
                "grpc"
            });
        }
        if let (true, Some(mllp_on), Some(http_on)) = (roles.ingest, on.mllp, on.http) {
            if config.senders.is_empty() {
                tracing::warn!("no source is configured: every message will be refused");
            }
            if config.mllp.listen.tls.as_ref().is_some_and(tls::Files::asks_clients) {
                let loose = |it: &&Sender| matches!(it.identified_by, IdentifiedBy::Header { certificate: None, .. });
                for sender in config.senders.iter().filter(loose) {
                    let source = &sender.source.name;
                    tracing::warn!(
                        source,
                        "any client of mllp.tls.client_authority may send as it: give it a certificate"
                    );
                }
            }
            let (queue, items) = Queue::new(QUEUE.0, QUEUE.1);
            let zone = config.county.zone.clone();
            let writer = (&config.kafka, config.ingest, config.hold);
            service.writer = Some(spawn_writer(writer, items, &keyring, store.as_ref(), &storing)?);
            let keep = !config.keep.is_zero();
            let ingest = Arc::new(Ingest::try_new(keyring, config.senders, zone, config.hold, keep, queue)?);
            service.left = ingest.left();
            let shared = http::Shared::new(Arc::clone(&ingest), store.clone());
            let router = http::router(shared).merge(health.router(Roles::INGEST));
            tracing::info!(address = %mllp_on.local_addr()?, "HL7 v2 over MLLP is taken");
            tracing::info!(address = %http_on.local_addr()?, "CloudEvents over HTTP are taken");
            let mllp = mllp::serve(mllp_on, config.mllp, ingest, service.stop.clone());
            service.listeners.spawn(async {
                mllp.await;
                "mllp"
            });
            let http = http_server::serve(http_on, router, service.stop.clone());
            service.listeners.spawn(async {
                http.await;
                "http"
            });
        }
        health.runs(parts);
        service.database = database.map(|database| tokio::spawn(database.watch(service.stop_storing.clone())));
        Ok(service)
    }

    /// Until somebody wants it to stop, or a part of it has ended that never should.
    async fn until(&mut self, signals: &mut Signals) -> anyhow::Result<()> {
        tokio::select! {
            () = signals.any() => {
                tracing::info!("stopping: what was received is stored and answered first");
                Ok(())
            }
            Some(ended) = self.listeners.join_next() => match ended {
                Ok(name) => bail!("the {name} listener ended"),
                Err(_) => bail!("a listener ended by a fault in the program"),
            },
            () = ended(&mut self.writer) => bail!("the writer ended by a fault in the program"),
            () = ended(&mut self.projection) => bail!("the projection ended: why is in the log"),
            // It is not joined again: what it owned ends with the process.
            () = ended(&mut self.database) => bail!("the watch of the database ended"),
        }
    }

    async fn stop(mut self) -> anyhow::Result<()> {
        // What was left before is its sender's business; what is left from here on is told by the status.
        self.left.store(false, Ordering::Relaxed);
        self.stop.cancel();
        let drained = async {
            while self.listeners.join_next().await.is_some() {}
            // The last way into the queue went with the listeners.
            ended_if_any(&mut self.writer).await;
            self.stop_storing.cancel();
            ended_if_any(&mut self.projection).await;
            ended_if_any(&mut self.sweeper).await;
        };
        let in_time = timeout(DRAIN, drained).await.is_ok();
        if !in_time {
            self.listeners.abort_all();
            for part in [self.writer.map(|it| it.abort_handle()), self.projection.map(|it| it.abort_handle())] {
                part.iter().for_each(tokio::task::AbortHandle::abort);
            }
        }
        self.stop_storing.cancel();
        // It has been joined if it is what ended; the private server then stops with the process's last handle on it.
        if let Some(database) = self.database.filter(|database| !database.is_finished()) {
            database.await.context("the watch of the database")?.close().await?;
        }
        if !in_time || self.left.load(Ordering::Relaxed) {
            bail!("not everything could be stored in time: what was not answered is still its sender's");
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Into the journal, or into the database.
fn spawn_writer(
    (kafka, ingest, hold): (&Option<Kafka>, String, Duration),
    items: mpsc::Receiver<Item>,
    keyring: &Arc<Keyring>,
    store: Option<&store::Store>,
    storing: &Arc<AtomicBool>,
) -> anyhow::Result<JoinHandle<()>> {
    if let Some(kafka) = kafka {
        let writer = Writer::try_new(&kafka.client, &kafka.topic.name, Arc::clone(keyring), hold)?;
        let forwarder = Forwarder::new(items, writer, ingest, kafka.watermarks, Arc::clone(storing));
        return Ok(tokio::spawn(forwarder.run()));
    }
    let store = store.context("an ingest without Kafka has a database")?;
    let applier = Applier::new(Projector::new(store.clone()), Arc::clone(storing));
    Ok(tokio::spawn(Batcher::new(items, applier).run()))
}

/// Waits for a part to end; a part that is not there never does.
async fn ended<T>(part: &mut Option<JoinHandle<T>>) {
    match part {
        Some(part) => drop(part.await),
        None => std::future::pending().await,
    }
}

/// Waits for a part to end, if it is there and has not been seen to.
async fn ended_if_any<T>(part: &mut Option<JoinHandle<T>>) {
    if let Some(part) = part.as_mut().filter(|part| !part.is_finished()) {
        drop(part.await);
    }
}
