//! `rinnakkain feed`: what a feed contains, what of it the configuration does not know, and the lines to write there.
//!
//! From files, or from what a source has sent: the messages that are kept (`[ingest] keep`) and its open refused ones. Only
//! codes and counts are shown, never a value that could identify a person ([`adapter::Survey`]).

mod report;

use super::input;
use super::read_as::{self, Spoken, plain};
use crate::config::{Config, Invalid, Sender, UNKNOWN_SENDER};
use crate::database::{Database, Target};
use crate::role::ingest::message;
use crate::{keys, output, telemetry};
use adapter::{Format, SourceProfile, Survey};
use anyhow::{Context, bail};
use clap::Args;
use event::{Instant, Keyring};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::quarantine::{Content, Filter};
use store::{Store, quarantine, receipt};

/// Messages that are read at a time.
const PAGE: u32 = 200;

/// Shows what a feed contains, each code with the number of its messages and what the configuration makes of it, and the
/// lines to write there. Stores nothing.
#[derive(Args)]
#[command(after_help = "\
A code that is not known is shown if it has the form of a code. What may be a name, a number or a sentence is only counted:
to see it, use `rinnakkain translate` on a file of the messages. A field is shown by its name, never by what stands in it.")]
pub struct Feed {
    /// A source, to read its kept messages and its open refused ones; unknown-sender, for those of no source; or files
    /// (`-`: standard input)
    #[arg(required = true, value_name = "SOURCE|FILE")]
    what: Vec<String>,
    /// The files' format; without it, fhir if a file is JSON with a resourceType, social if it is other JSON, hl7v2 if a line
    /// of it begins with MSH
    #[arg(long)]
    format: Option<Spoken>,
    /// Read files as this configured source; without it, as the one that each message names
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Of a source: received from this time on, such as 2026-11-24T08:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<jiff::Timestamp>,
    /// For programs: one JSON object per source
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// What was read, by source.
struct Surveys<'c> {
    config: &'c Config,
    keyring: Keyring,
    /// Kept messages that do not open with these keys.
    closed: u64,
    /// Messages of an unknown sender that are of no format.
    of_no_format: u64,
    /// The name differs for each profile, because an unknown sender's messages may be of several formats.
    of: BTreeMap<(String, Format), (SourceProfile, Survey)>,
}

impl Feed {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        read_as::tell_of_no_configuration(&config)?;
        let surveys = match self.sent_by(&config) {
            Some(name) => self.of_database(&config, name).await?,
            None => self.of_files(&config)?,
        };
        if surveys.closed > 0 {
            let closed = surveys.closed;
            output::error(&format!("messages that do not open with these keys, and are not counted: {closed}"))?;
        }
        if surveys.of_no_format > 0 {
            let text = "messages are neither JSON nor HL7 v2 (no line begins with MSH), so they are not counted";
            output::error(&format!("{} {text}", surveys.of_no_format))?;
        }
        for (source, survey) in surveys.of.values() {
            report::print(source, survey, &config, self.json)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The source whose messages in the database are meant: a single argument that is a source's name, unless a file
    /// has that name.
    fn sent_by(&self, config: &Config) -> Option<&str> {
        let [name] = self.what.as_slice() else { return None };
        let is_source = name == UNKNOWN_SENDER || config.senders.iter().any(|sender| sender.source.name == *name);
        (is_source && !Path::new(name).exists()).then_some(name)
    }

    fn of_files<'c>(&self, config: &'c Config) -> anyhow::Result<Surveys<'c>> {
        let mut surveys =
            Surveys { config, keyring: keys::for_the_occasion()?, closed: 0, of_no_format: 0, of: BTreeMap::new() };
        for file in &self.what {
            let bytes = input::read(&PathBuf::from(file))
                .with_context(|| format!("{file}: neither a configured source nor a file that can be read"))?;
            let Some(format) = read_as::format(self.format, &bytes) else { bail!("{file}: {}", read_as::NO_FORMAT) };
            for message in read_as::messages(format, &bytes) {
                let sender = read_as::sender(config, self.source.as_deref(), format, &message)?;
                surveys.add(sender, format, &message);
            }
        }
        Ok(surveys)
    }

    async fn of_database<'c>(&self, config: &'c Config, name: &str) -> anyhow::Result<Surveys<'c>> {
        let sender = config.senders.iter().find(|sender| sender.source.name == name);
        let keyring = keys::load(&config.keys)?;
        let database = Database::join(config, &self.target).await?;
        let mut surveys = Surveys { config, keyring, closed: 0, of_no_format: 0, of: BTreeMap::new() };
        let read = self.read_all(&mut surveys, name, sender, &database.store).await;
        database.close().await?;
        read.map(|()| surveys)
    }

    async fn read_all(
        &self,
        surveys: &mut Surveys<'_>,
        name: &str,
        sender: Option<&Sender>,
        store: &Store,
    ) -> anyhow::Result<()> {
        keys::check(&surveys.keyring, store).await?;
        let since = self.since.map_or(Instant::MIN, Instant::from_timestamp);
        let mut after = None;
        loop {
            let page = receipt::kept(store, name, (since, Instant::MAX), after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.place);
            for kept in &page {
                match message::open(&surveys.keyring, name, kept.id, &kept.raw) {
                    Ok(raw) => surveys.add_sent(sender, &raw),
                    Err(_) => surveys.closed += 1,
                }
            }
        }
        let filter = Filter { source: Some(name.to_owned()), since: Some(since), ..Filter::default() };
        let mut after = None;
        loop {
            let page = quarantine::list(store, &filter, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.received_at, last.id));
            for entry in &page {
                let Some(Content::Message(sealed)) = quarantine::get(store, entry.id).await? else { continue };
                match message::open(&surveys.keyring, name, entry.id, &sealed) {
                    // Of a part only its beginning was received: nothing is kept.
                    Ok(raw) if raw.is_empty() => {}
                    Ok(raw) => surveys.add_sent(sender, &raw),
                    Err(_) => surveys.closed += 1,
                }
            }
        }
    }
}

impl Surveys<'_> {
    /// A message as it was received. An unknown sender may be configured by now.
    fn add_sent(&mut self, sender: Option<&Sender>, message: &[u8]) {
        let format = sender.map(|sender| sender.source.format).or_else(|| read_as::format(None, message));
        let Some(format) = format else {
            self.of_no_format += 1;
            return;
        };
        let config = self.config;
        let sender = config.senders.iter().find(|it| sender.is_some_and(|sender| sender.source.name == it.source.name));
        let sender = sender.or_else(|| read_as::sender(config, None, format, message).ok().flatten());
        self.add(sender, format, message);
    }

    fn add(&mut self, sender: Option<&Sender>, format: Format, message: &[u8]) {
        let name = sender.map_or(UNKNOWN_SENDER, |sender| &sender.source.name).to_owned();
        let profile = || sender.map_or_else(|| plain(format, self.config), |sender| sender.source.clone());
        let (source, survey) = self.of.entry((name, format)).or_insert_with(|| (profile(), Survey::default()));
        survey.add(source, message, &adapter::translate(source, &self.keyring, message));
    }
}
