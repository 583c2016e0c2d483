//! `rinnakkain retranslate`: translates kept messages again, after an adapter or a source's configuration was corrected.
//!
//! A message that is translated twice yields the same event ids (rule R1). Of two translations of an event the higher
//! version replaces the lower completely, so the view is as if the correction had always been there. The version
//! combines the program's version and the source's `revision`. A change of what a source's messages mean must raise it;
//! this command reports where that was forgotten. The set of events only grows: an event that the later translation
//! does not yield is withdrawn by another event in its place. A message that is refused now is counted, and its earlier
//! events stay. Messages that were refused then are in the quarantine, and are redriven.

use crate::config::{Config, Invalid, Sender};
use crate::database::{Database, Target};
use crate::role::ingest::message;
use crate::{keys, output, telemetry};
use adapter::Outcome;
use anyhow::Context;
use clap::Args;
use event::{Body, Event, Instant, Keyring, ReceivedEvent, TranslationEvent, TranslationWithdrawn};
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;
use store::receipt::{KeptMessage, Reread};
use store::{Batch, Projector, Store};
use uuid::Uuid;

/// Messages in one transaction.
const PAGE: u32 = 200;

/// Translates kept messages of a source again with this version and configuration. It may run while the service runs.
#[derive(Args)]
pub struct Retranslate {
    /// The source
    #[arg(long, value_name = "NAME")]
    source: String,
    /// From this time of receipt on, such as 2026-11-24T08:00:00Z
    #[arg(long, value_name = "TIME")]
    since: jiff::Timestamp,
    /// Up to this time of receipt; without it, until now
    #[arg(long, value_name = "TIME")]
    until: Option<jiff::Timestamp>,
    /// Change nothing: show what would happen
    #[arg(long)]
    dry_run: bool,
    /// For programs: one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// The outcome.
#[derive(Default)]
struct Counted {
    messages: u64,
    /// Events that were not there.
    new: u64,
    /// Events whose content has changed.
    changed: u64,
    unchanged: u64,
    /// Events whose content would change, and that are stored under this very version.
    undecided: u64,
    /// Events that an earlier translation yielded and this one does not.
    withdrawn: u64,
    /// Messages that yield no event now, or are refused now: by code and place.
    ignored: u64,
    refused: BTreeMap<String, u64>,
    unopened: u64,
}

impl Retranslate {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let sender = config.senders.iter().find(|sender| sender.source.name == self.source);
        let sender = sender.with_context(|| format!("no source {:?} is configured", self.source))?;
        let database = Database::join(&config, &self.target).await?;
        let counted = self.read_all(&config, sender, &database.store).await;
        database.close().await?;
        let counted = counted?;
        self.print(&counted)?;
        Ok(if counted.undecided == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn read_all(&self, config: &Config, sender: &Sender, store: &Store) -> anyhow::Result<Counted> {
        let keyring = keys::of_database(&config.keys, store).await?;
        let until = self.until.map_or(Instant::MAX, Instant::from_timestamp);
        let window = (Instant::from_timestamp(self.since), until);
        let total = store::receipt::kept_count(store, &self.source, window.0, window.1).await?;
        let bar = output::bar(total, "messages")?;
        let reader = Reader { sender, keyring, store, projector: Projector::new(store.clone()), dry: self.dry_run };
        let (mut counted, mut after) = (Counted::default(), None);
        loop {
            let page = store::receipt::kept(store, &self.source, window, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.place);
            reader.read(&page, &mut counted).await?;
            bar.inc(page.len() as u64);
        }
        bar.finish_and_clear();
        Ok(counted)
    }

    fn print(&self, it: &Counted) -> anyhow::Result<()> {
        if self.json {
            return output::json(&json!({
                "messages": it.messages,
                "events": {"new": it.new, "changed": it.changed, "unchanged": it.unchanged, "withdrawn": it.withdrawn, "undecided": it.undecided},
                "ignored": it.ignored,
                "refused": it.refused,
                "unopened": it.unopened,
            }));
        }
        let messages = |n| output::counted(n, "message", "messages");
        let would = if self.dry_run { "nothing was stored; it would be: " } else { "" };
        output::line(&format!(
            "{would}{} read; events: {} new, {} changed, {} withdrawn, {} unchanged",
            messages(it.messages),
            it.new,
            it.changed,
            it.withdrawn,
            it.unchanged
        ))?;
        if it.ignored > 0 {
            output::line(&format!("without an event: {}", messages(it.ignored)))?;
        }
        for (why, count) in &it.refused {
            output::line(&format!("refused now ({why}): {}; earlier events stay", messages(*count)))?;
        }
        if it.unopened > 0 {
            output::line(&format!("under another key, and not read: {}", messages(it.unopened)))?;
        }
        if it.undecided > 0 {
            output::line(&format!(
                "events that would change and did not: {}; they are stored under this very version: raise `revision` of the source {:?} in the configuration, and repeat this",
                it.undecided, self.source
            ))?;
        }
        Ok(())
    }
}

struct Reader<'a> {
    sender: &'a Sender,
    keyring: Keyring,
    store: &'a Store,
    projector: Projector,
    dry: bool,
}

impl Reader<'_> {
    async fn read(&self, page: &[KeptMessage], counted: &mut Counted) -> anyhow::Result<()> {
        let mut batch = Batch::default();
        let mut before = BTreeMap::new();
        for kept in page {
            counted.messages += 1;
            let Some(events) = self.events(kept, counted) else { continue };
            let ids = events.iter().map(|event| event.id).collect::<Vec<_>>();
            let received = |event| ReceivedEvent { received_at: kept.received_at, event };
            batch.events.extend(events.into_iter().map(received));
            before.extend(kept.events.iter().filter(|id| !ids.contains(id)).map(|id| (*id, kept.received_at)));
            if !ids.is_empty() {
                let adapter_version = self.sender.source.version();
                batch.reread.push(Reread { id: kept.id, adapter_version, events: ids });
            }
        }
        self.compare(&batch.events, counted).await?;
        batch.events.extend(self.withdrawn(&before, counted).await?);
        if !self.dry {
            self.projector.apply(&batch).await?;
        }
        Ok(())
    }

    /// Withdrawals of the events that an earlier translation yielded and this one does not. `before`: those events, with the
    /// time at which their message was received.
    async fn withdrawn(
        &self,
        before: &BTreeMap<Uuid, Instant>,
        counted: &mut Counted,
    ) -> anyhow::Result<Vec<ReceivedEvent>> {
        let ids: Vec<_> = before.keys().copied().collect();
        let adapter_version = self.sender.source.version();
        let mut withdrawn = Vec::new();
        for stored in store::receipt::stored_events(self.store, &ids).await? {
            let event = Event::decode(&stored.payload).context("a stored event")?;
            let Some(received_at) = before.get(&event.id).copied() else { continue };
            match event.body {
                Body::Translation(TranslationEvent::TranslationWithdrawn(_)) => counted.unchanged += 1,
                _ if adapter_version <= stored.adapter_version => counted.undecided += 1,
                _ => {
                    counted.withdrawn += 1;
                    let body = Body::from(TranslationWithdrawn);
                    let event = Event { adapter_version, presented: Vec::new(), body, ..event };
                    withdrawn.push(ReceivedEvent { received_at, event });
                }
            }
        }
        Ok(withdrawn)
    }

    /// `None`: the message cannot be opened or is refused, and its events stay as they are.
    fn events(&self, kept: &KeptMessage, counted: &mut Counted) -> Option<Vec<Event>> {
        let Ok(raw) = message::open(&self.keyring, &self.sender.source.name, kept.id, &kept.raw) else {
            counted.unopened += 1;
            return None;
        };
        match adapter::translate(&self.sender.source, &self.keyring, &raw).outcome {
            Outcome::Events(events) => Some(events),
            Outcome::Ignored => {
                counted.ignored += 1;
                Some(Vec::new())
            }
            Outcome::Rejected(rejection) => {
                let why = format!("{} at {}", rejection.code, rejection.place);
                *counted.refused.entry(why).or_default() += 1;
                None
            }
        }
    }

    /// What the events change.
    async fn compare(&self, events: &[ReceivedEvent], counted: &mut Counted) -> anyhow::Result<()> {
        let ids: Vec<_> = events.iter().map(|it| it.event.id).collect();
        let stored = store::receipt::stored_events(self.store, &ids).await?;
        let stored: BTreeMap<_, _> = stored.iter().map(|it| (it.id, it)).collect();
        for ReceivedEvent { event, .. } in events {
            let Some(stored) = stored.get(&event.id) else {
                counted.new += 1;
                continue;
            };
            // A difference in the version alone is no change.
            let as_stored = Event { adapter_version: stored.adapter_version, ..event.clone() };
            match (as_stored.encode() == stored.payload, event.adapter_version > stored.adapter_version) {
                (true, _) => counted.unchanged += 1,
                (false, true) => counted.changed += 1,
                (false, false) => counted.undecided += 1,
            }
        }
        Ok(())
    }
}
