//! `rinnakkain message`: finds messages by their source's own id or by when they were received, for an operator whom a source
//! asks about one. A list shows no content.

use super::looks::LooksAtContent;
use super::quarantine::readable;
use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::role::ingest::message;
use crate::{keys, output, telemetry};
use anyhow::{Context, ensure};
use clap::{ArgGroup, Args, Subcommand};
use event::Instant;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::process::ExitCode;
use store::Store;
use store::receipt::{self, ReceivedMessage, Search};
use uuid::Uuid;

/// Received messages: find them by id or time, show one.
#[derive(Args)]
pub struct Message {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List messages in the order of receipt, as long as they have receipts (90 days)
    Find(Find),
    /// Show one message
    Show(Show),
}

#[derive(Args)]
#[command(group(ArgGroup::new("which").required(true).multiple(true).args(["source", "id", "since", "until"])))]
struct Find {
    /// Of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// With this id of the source's own (with --source): MSH-10, a CloudEvent's id, a Bundle's, else its MessageHeader's
    #[arg(long, value_name = "ID", requires = "source")]
    id: Option<String>,
    /// Received at this time or later, such as 2026-11-24T08:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Received before this time
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// For programs: one JSON object per message
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

#[derive(Args)]
struct Show {
    /// Which message, by its id in the list
    #[arg(value_name = "ID")]
    id: Uuid,
    #[command(flatten)]
    looks: LooksAtContent,
    #[command(flatten)]
    target: Target,
}

const PAGE: u32 = 500;

impl Message {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let (Action::Find(Find { target, .. }) | Action::Show(Show { target, .. })) = &self.action;
        let database = Database::join(&config, target).await?;
        let result = match self.action {
            Action::Find(find) => find.run(&database.store, &config).await,
            Action::Show(show) => show.run(&database.store, &config).await,
        };
        database.close().await?;
        result
    }
}

impl Find {
    async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let message = match (&self.source, &self.id) {
            (Some(source), Some(id)) => {
                let keyring = keys::of_database(&config.keys, store).await?;
                Some(keyring.token("message", source, id))
            }
            _ => None,
        };
        let search = Search {
            source: self.source,
            message,
            since: self.since.map(Instant::from_timestamp),
            until: self.until.map(Instant::from_timestamp),
        };
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = receipt::search(store, &search, after, PAGE).await?;
            let Some(last) = page.last().filter(|_| !output::is_closed()) else { break };
            after = Some((last.received_at, last.id));
            if self.json {
                page.iter().try_for_each(|it| output::json(&json_of(it)))?;
            } else {
                rows.extend(page.iter().map(cells));
            }
        }
        if !self.json && rows.is_empty() {
            output::line("none: it was not received, or longer ago than receipts are kept")?;
        } else if !self.json {
            output::table(["ID", "RECEIVED", "SOURCE", "OUTCOME", "EVENTS", "CODE", "PLACE"], &rows)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let look = self.looks.look()?;
        let found = receipt::received(store, self.id).await?.context("no message has this id: see `message find`")?;
        let value = json_of(&found);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let fields = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        output::fields(fields.map(|(name, value)| (name.as_str(), text(value))))?;
        let Some(look) = look else { return Ok(ExitCode::SUCCESS) };
        ensure!(found.outcome != "rejected", "it was rejected: rinnakkain quarantine show {}", found.id);
        let keyring = keys::of_database(&config.keys, store).await?;
        // The log first: what cannot be logged is not shown.
        match receipt::read_raw(store, &found, (look.user, look.reason), look.at).await? {
            None => output::line("\nits content is not kept any longer")?,
            Some(sealed) => {
                let raw = message::open(&keyring, &found.source, found.id, &sealed).context("it does not open")?;
                output::line(&format!("\n{}", readable(&raw)))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub fn cells(it: &ReceivedMessage) -> [String; 7] {
    let (received, events) = (it.received_at.to_string(), it.events.len().to_string());
    let [code, place] = [&it.code, &it.place].map(|it| it.clone().unwrap_or_default());
    [it.id.to_string(), received, it.source.clone(), it.outcome.to_owned(), events, code, place]
}

pub fn json_of(it: &ReceivedMessage) -> Value {
    json!({
        "id": it.id,
        "received_at": it.received_at.to_string(),
        "source": it.source,
        "outcome": it.outcome,
        "events": it.events.len(),
        "code": it.code,
        "place": it.place,
    })
}
