//! Starts the parts of the roles that a process has.

use super::Roles;
use super::apply::Applier;
use super::deferred;
use super::directory;
use super::health::{Health, Parts};
use super::identity;
use super::ingest::{Batcher, Forwarder, Ingest, Item, Queue, http, mllp, routes};
use super::page;
use super::project::Projection;
use super::reload::{self, Reload};
use super::service::Service;
use super::sockets::Sockets;
use super::sweep;
use crate::config::{Config, IdentifiedBy, Kafka, Sender};
use crate::database::Database;
use crate::listener::{Listener, http_server};
use crate::telemetry::watch::Watch;
use crate::telemetry::{metrics, spans};
use crate::{clock, tls};
use anyhow::Context;
use api::{IdentityProvider, Observer, Services};
use event::{Entry, Keyring};
use journal::Writer;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use store::{Door, Projector, Store};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// The queue: at most so many KiB and messages.
const QUEUE: (u32, usize) = (32 << 10, 4_096);

impl Service {
    pub fn start(
        config: Config,
        roles: Roles,
        keyring: Arc<Keyring>,
        on: Sockets,
        database: Option<Database>,
        health: &Health,
    ) -> anyhow::Result<Self> {
        let mut service = Self::default();
        let store = database.as_ref().map(|database| database.store.clone());
        let (storing, applying) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(true)));
        let mut parts = Parts { store: store.clone(), direct: config.kafka.is_none(), storing, applying, reader: None };
        let mut reload = Reload::of(&config);
        if let (true, Some(store)) = (roles.project, &store) {
            service.project(&config, store, &keyring, &mut parts, &mut reload)?;
        }
        if let (true, Some(store), Some(listener)) = (roles.serve, &store, on.grpc) {
            let port = listener.local_addr()?.port();
            service.answer(&config, store, &keyring, listener, &mut reload)?;
            service.show(&config, port, on.page)?;
        }
        if let (true, Some(mllp), Some(http)) = (roles.ingest, on.mllp, on.http) {
            service.take_in(config, store, keyring, (mllp, http), (&parts, health), &mut reload)?;
        }
        if let Some(reload) = reload {
            tokio::spawn(reload.run(service.stop.clone()));
        }
        health.runs(parts);
        service.database = database.map(|database| tokio::spawn(database.watch(service.stop_storing.clone())));
        Ok(service)
    }

    /// Projection, sweeping and the watch of the sources.
    fn project(
        &mut self,
        config: &Config,
        store: &Store,
        keyring: &Arc<Keyring>,
        parts: &mut Parts,
        reload: &mut Option<Reload>,
    ) -> anyhow::Result<()> {
        if let Some(kafka) = &config.kafka {
            let projector = Projector::new(store.clone());
            let projection = Projection::start(kafka, projector, Arc::clone(keyring), Arc::clone(&parts.applying))?;
            parts.reader = Some(projection.standing());
            tracing::info!(topic = kafka.topic.name, "applying the journal");
            self.projection = Some(tokio::spawn(projection.run(self.stop_storing.clone())));
        }
        let sweep = sweep::run(store.clone(), (config.keep, config.retention.clone()), self.stop.clone());
        let (sender, sources) = watch::channel(config.county.sources.clone());
        let watch = Watch::new(store.clone(), config, sources).run(self.stop.clone());
        if let Some(reload) = reload {
            reload.sources = Some(sender);
        }
        let indexes = deferred::run(store.clone(), self.stop.clone());
        self.sweeper = Some(tokio::spawn(async {
            tokio::join!(sweep, watch, indexes);
        }));
        Ok(())
    }

    /// The gRPC services.
    fn answer(
        &mut self,
        config: &Config,
        store: &Store,
        keyring: &Arc<Keyring>,
        listener: Listener,
        reload: &mut Option<Reload>,
    ) -> anyhow::Result<()> {
        let provider = config.identity_provider.clone().map(|configured| {
            let (issuer, audience) = (configured.issuer().to_owned(), configured.audience.clone());
            let (provider, feed) = IdentityProvider::new(issuer, audience, configured.claims.clone());
            tokio::spawn(identity::run(configured, feed, self.stop.clone()));
            provider
        });
        let first = Arc::new(reload::settings(config, provider.clone())?);
        let (sender, configured) = watch::channel(Arc::clone(&first));
        let (beside, settings) = watch::channel(first);
        let stated = directory::Stated::new(store.clone(), Arc::clone(keyring));
        tokio::spawn(stated.run(configured, beside, self.stop.clone()));
        if let Some(reload) = reload {
            (reload.settings, reload.provider) = (Some(sender), provider);
        }
        let services = Services {
            door: Door::new(store.clone()),
            ready: store.clone(),
            journal: config.kafka.as_ref().map(|kafka| recording(kafka, keyring, config.hold)).transpose()?,
            keyring: Arc::clone(keyring),
            settings,
            clock: clock::now,
            observer: Observer {
                decided: metrics::decided,
                limited: metrics::limited,
                begun: spans::answering,
                called: metrics::called,
            },
        };
        tracing::info!(address = %listener.local_addr()?, "answering questions over gRPC");
        let grpc = api::serve(services, listener.incoming(self.stop.clone()), self.stop.clone().cancelled_owned());
        self.listeners.spawn(async {
            if let Err(error) = grpc.await {
                tracing::error!(%error, "gRPC");
            }
            "grpc"
        });
        Ok(())
    }

    /// The duty page, which asks the API at `port` as any other caller does.
    fn show(&mut self, config: &Config, port: u16, listener: Option<Listener>) -> anyhow::Result<()> {
        let Some((page, listener)) = config.page.as_ref().zip(listener) else { return Ok(()) };
        let api = page::url(config.grpc.at.tls.is_some(), port);
        let (provider, zone) = (config.identity_provider.as_ref(), config.county.zone.clone());
        let page = page::start(page, provider, &api, zone, listener, self.stop.clone())?;
        self.listeners.spawn(async {
            page.await;
            "page"
        });
        Ok(())
    }

    /// The listeners for messages, and the writer.
    fn take_in(
        &mut self,
        config: Config,
        store: Option<Store>,
        keyring: Arc<Keyring>,
        (mllp_on, http_on): (Listener, Listener),
        (parts, health): (&Parts, &Health),
        reload: &mut Option<Reload>,
    ) -> anyhow::Result<()> {
        warn_of_senders(&config);
        let (queue, items) = Queue::new(QUEUE.0, QUEUE.1);
        self.writer = Some(spawn_writer(&config, items, &keyring, store.as_ref(), &parts.storing)?);
        let (zone, keep) = (config.county.zone, !config.keep.is_zero());
        let ingest = Ingest::try_new(keyring, config.senders, zone, config.hold, keep, queue)?;
        self.left = ingest.left();
        let (sender, ingest) = watch::channel(Arc::new(ingest));
        if let Some(reload) = reload {
            reload.ingest = Some(sender);
        }
        let router = routes::router(http::Shared::new(ingest.clone(), store)).merge(health.router(Roles::INGEST));
        tracing::info!(address = %mllp_on.local_addr()?, "taking HL7 v2 over MLLP");
        tracing::info!(address = %http_on.local_addr()?, "taking CloudEvents and FHIR over HTTP");
        let mllp = mllp::serve(mllp_on, config.mllp, ingest, self.stop.clone());
        self.listeners.spawn(async {
            mllp.await;
            "mllp"
        });
        let http = http_server::serve(http_on, router, self.stop.clone());
        self.listeners.spawn(async {
            http.await;
            "http"
        });
        Ok(())
    }
}

/// A consent is written into the journal before the database takes it: after the restore of an older backup it comes back.
fn recording(kafka: &Kafka, keyring: &Arc<Keyring>, hold: Duration) -> anyhow::Result<api::Journal> {
    let writer = Writer::try_new(&kafka.client, &kafka.topic.name, Arc::clone(keyring), hold)?;
    Ok(Arc::new(move |recorded| {
        let writer = writer.clone();
        Box::pin(async move {
            let given = writer.send(&Entry::Event(recorded, None), &spans::unrecorded()).await;
            given.report().await.is_ok()
        })
    }))
}

fn warn_of_senders(config: &Config) {
    if config.senders.is_empty() {
        tracing::warn!("no source is configured: every message will be refused");
    }
    if !config.mllp.listen.at.tls.as_ref().is_some_and(tls::Files::asks_clients) {
        return;
    }
    let loose = |it: &&Sender| matches!(it.identified_by, IdentifiedBy::Header { certificate: None, .. });
    for sender in config.senders.iter().filter(loose) {
        let source = &sender.source.name;
        tracing::warn!(source, "any client of mllp.tls.client_authority may send as it: give it a certificate");
    }
}

/// Into the journal, or into the database.
fn spawn_writer(
    config: &Config,
    items: mpsc::Receiver<Item>,
    keyring: &Arc<Keyring>,
    store: Option<&Store>,
    storing: &Arc<AtomicBool>,
) -> anyhow::Result<JoinHandle<()>> {
    if let Some(kafka) = &config.kafka {
        let writer = Writer::try_new(&kafka.client, &kafka.topic.name, Arc::clone(keyring), config.hold)?;
        let forwarder = Forwarder::new(items, writer, config.ingest.clone(), kafka.watermarks, Arc::clone(storing));
        return Ok(tokio::spawn(forwarder.run()));
    }
    let store = store.context("an ingest without Kafka has a database")?;
    let applier = Applier::new(Projector::new(store.clone()), Arc::clone(storing));
    Ok(tokio::spawn(Batcher::new(items, applier).run()))
}
