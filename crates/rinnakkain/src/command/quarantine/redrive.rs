//! Another try: the entry is opened, read as now configured, stored, and closed in the transaction that stores it.

use super::Entries;
use super::select::Which;
use crate::config::{Config, JOURNAL, UNKNOWN_SENDER};
use crate::role::ingest::{identify, message, refusal};
use crate::role::project::OTHER_KEYS;
use crate::{keys, output};
use adapter::{Format, Outcome, SourceProfile};
use bytes::Bytes;
use event::{Event, Keyring, ReceivedEvent};
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;
use store::quarantine::{Content, Entry};
use store::receipt::Reread;
use store::{Batch, Projector, Store};
use uuid::Uuid;

/// Why an id is not redriven.
const NOTHING_KEPT: &str = "no entry of this id waits, or its content is deleted";

/// Redrives the open entries that `which` means, and by its id one that was closed and whose content is kept. Each is one
/// transaction: broken off, the rest is still open, and what was done is printed.
pub async fn run(store: &Store, config: &Config, which: &Which, as_json: bool) -> anyhow::Result<ExitCode> {
    let keyring = keys::of_database(&config.keys, store).await?;
    let redriver = Redriver { store, config, keyring, projector: Projector::new(store.clone()) };
    let mut report = Report { as_json, by_id: !which.ids.is_empty(), ..Report::default() };
    let done = if report.by_id {
        redrive_these(&redriver, &which.ids, &mut report).await
    } else {
        redrive_all(&redriver, which, &mut report).await
    };
    let code = report.end()?;
    done.map(|()| code)
}

async fn redrive_these(redriver: &Redriver<'_>, ids: &[Uuid], report: &mut Report) -> anyhow::Result<()> {
    for id in ids {
        let details = store::quarantine::details(redriver.store, *id).await?;
        match details.filter(|details| details.kept && details.state != "redriven") {
            Some(details) => report.add(*id, &details.entry.source, redriver.redrive(&details.entry).await?)?,
            None => report.add(*id, "", Err(NOTHING_KEPT.to_owned()))?,
        }
    }
    Ok(())
}

async fn redrive_all(redriver: &Redriver<'_>, which: &Which, report: &mut Report) -> anyhow::Result<()> {
    let store = redriver.store;
    let filter = which.filter();
    let total = store::quarantine::count(store, &filter).await?.iter().map(|reason| reason.entries).sum();
    let bar = output::bar(total, "entries")?;
    let mut entries = Entries::of(store, &filter);
    loop {
        let page = entries.next().await?;
        if page.is_empty() {
            break;
        }
        for entry in &page {
            report.add(entry.id, &entry.source, redriver.redrive(entry).await?)?;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// The outcomes, for people: a line for each id that was given; otherwise how many there are of each.
#[derive(Default)]
struct Report {
    as_json: bool,
    by_id: bool,
    failed: u64,
    rows: Vec<[String; 3]>,
    counts: BTreeMap<(String, String), u64>,
}

impl Report {
    /// `Err`: why the entry stays.
    fn add(&mut self, id: Uuid, source: &str, outcome: Result<String, String>) -> anyhow::Result<()> {
        let stored = outcome.is_ok();
        self.failed += u64::from(!stored);
        let text =
            outcome.unwrap_or_else(|why| if why == NOTHING_KEPT { why } else { format!("still refused: {why}") });
        if self.as_json {
            return output::json(&json!({ "id": id, "source": source, "stored": stored, "outcome": text }));
        }
        if self.by_id {
            self.rows.push([id.to_string(), source.to_owned(), text]);
        } else {
            *self.counts.entry((source.to_owned(), text)).or_default() += 1;
        }
        Ok(())
    }

    fn end(self) -> anyhow::Result<ExitCode> {
        if self.by_id && !self.as_json {
            output::table(["ID", "SOURCE", "OUTCOME"], &self.rows)?;
        } else if !self.as_json {
            let row = |((source, outcome), count): ((String, String), u64)| [count.to_string(), source, outcome];
            output::table(["ENTRIES", "SOURCE", "OUTCOME"], &self.counts.into_iter().map(row).collect::<Vec<_>>())?;
        }
        Ok(if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

struct Redriver<'a> {
    store: &'a Store,
    config: &'a Config,
    keyring: Keyring,
    projector: Projector,
}

impl Redriver<'_> {
    /// The outcome; `Err`: why the entry stays.
    async fn redrive(&self, entry: &Entry) -> anyhow::Result<Result<String, String>> {
        let mut nothing = None;
        let events = match store::quarantine::get(self.store, entry.id).await? {
            None => return Ok(Err("it is gone".to_owned())),
            Some(Content::Event(bytes)) => {
                let Ok(event) = Event::decode(&bytes) else { return Ok(Err("its bytes are no event".to_owned())) };
                // If the transaction that refuses it again closed it, it would be lost.
                let applied = self.projector.apply(&batch(entry, vec![event], false)).await?;
                if !applied.culprits.is_empty() {
                    return Ok(Err("the database refuses a value of this event".to_owned()));
                }
                Vec::new()
            }
            Some(Content::Message(sealed)) => {
                // One key that is lost must not keep the others from being redriven.
                let Ok(raw) = message::open(&self.keyring, &entry.source, entry.id, &sealed) else {
                    return Ok(Err("its content does not open with these keys".to_owned()));
                };
                if entry.source == JOURNAL {
                    return self.redrive_record(entry, &raw).await;
                }
                if raw.is_empty() {
                    return Ok(Err("only its beginning was received: its sender must send it again".to_owned()));
                }
                match self.events(entry, &raw) {
                    Ok((events, ignored)) => {
                        nothing = ignored.filter(|_| events.is_empty());
                        events
                    }
                    Err(why) => return Ok(Err(why)),
                }
            }
        };
        let given = events.iter().map(|event| event.id).collect();
        let mut batch = batch(entry, events, true);
        if !batch.events.is_empty() {
            // Its receipt has the entry's id.
            let adapter_version = batch.events.iter().map(|it| it.event.adapter_version).max().unwrap_or_default();
            batch.reread.push(Reread { id: entry.id, adapter_version, events: given });
        }
        let applied = self.projector.apply(&batch).await?;
        if let Some(why) = nothing {
            return Ok(Ok(format!("taken, and gives nothing: {why}")));
        }
        Ok(Ok(match applied.culprits.len() {
            0 => format!("stored; new events: {}", applied.stored),
            refused => format!(
                "stored; new events: {}; the database refuses {refused}, now entries of their own",
                applied.stored
            ),
        }))
    }

    /// A record of the journal: an event, a rejection, a receipt or a watermark, as it stood there.
    async fn redrive_record(&self, entry: &Entry, raw: &Bytes) -> anyhow::Result<Result<String, String>> {
        if entry.code == OTHER_KEYS.code {
            return Ok(Err("it was written under other keys: its sender must send it again".to_owned()));
        }
        let mut batch = batch(entry, Vec::new(), true);
        match event::Entry::decode(raw) {
            Err(_) => return Ok(Err("this version cannot read its bytes".to_owned())),
            Ok(event::Entry::Event(received, receipt)) => {
                batch.events.push(received);
                batch.receipts.extend(receipt);
            }
            Ok(event::Entry::Rejected(rejected, receipt)) => {
                batch.rejections.push(rejected);
                batch.receipts.extend(receipt);
            }
            Ok(event::Entry::Receipt(receipt)) => batch.receipts.push(receipt),
            // Later watermarks have long replaced it.
            Ok(event::Entry::Watermark(_)) => {}
        }
        let applied = self.projector.apply(&batch).await?;
        Ok(Ok(format!("stored; new events: {}", applied.stored)))
    }

    /// What it gives; why a part of it gives nothing.
    fn events(&self, entry: &Entry, raw: &[u8]) -> Result<(Vec<Event>, Option<&'static str>), String> {
        let source = self.source(entry, raw)?;
        let whole = [raw];
        let split;
        let parts: Vec<&[u8]> = match source.format {
            Format::Hl7v2 | Format::Fhir => whole.to_vec(),
            Format::Social => {
                let batch = raw.trim_ascii_start().starts_with(b"[");
                split = adapter::social::split(raw, batch).map_err(|rejection| rejection.to_string())?;
                split.iter().map(|event| event.get().as_bytes()).collect()
            }
        };
        let (mut events, mut nothing) = (Vec::new(), None);
        for part in parts {
            match adapter::translate(source, &self.keyring, part).outcome {
                Outcome::Events(translated) => events.extend(translated),
                Outcome::Ignored => nothing = Some(adapter::ignored(source, part)),
                Outcome::Rejected(rejection) => return Err(rejection.to_string()),
            }
        }
        Ok((events, nothing))
    }

    /// The source as it is configured now.
    fn source(&self, entry: &Entry, raw: &[u8]) -> Result<&SourceProfile, String> {
        let senders = &self.config.senders;
        let sender = match entry.source.as_str() {
            // The message itself is the only evidence of its sender, and a message that claimed to be a source's was
            // refused as that source's.
            name if name == UNKNOWN_SENDER || refusal::is_of_its_sender(&entry.code, &entry.place) => {
                match identify::sender(senders, raw) {
                    Some(sender) if sender.identified_by.certificate().is_some() => {
                        let name = &sender.source.name;
                        return Err(format!("{name} is known by its certificate: have it send the message again"));
                    }
                    sender => sender,
                }
            }
            name => senders.iter().find(|sender| sender.source.name == name),
        };
        sender.map(|sender| &sender.source).ok_or_else(|| "no source is configured for it".to_owned())
    }
}

/// The entry keeps its time of receipt: redriving it later does not change the order of events.
fn batch(entry: &Entry, events: Vec<Event>, close: bool) -> Batch {
    let received = |event| ReceivedEvent { received_at: entry.received_at, event };
    Batch {
        events: events.into_iter().map(received).collect(),
        redriven: if close { vec![entry.id] } else { Vec::new() },
        ..Batch::default()
    }
}
