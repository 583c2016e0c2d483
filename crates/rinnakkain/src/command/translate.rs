//! `rinnakkain translate`: what messages would give and what their sender would be told. Nothing is stored, and no
//! database, key file or running service is needed: the tokens are made under keys drawn for the occasion.
//!
//! Every file has at least one row, also one that is no message or cannot be read: whoever connects a feed looks for the
//! one that is not right. Below the rows stands what the configuration does not know, and how to write it there.

mod told;
mod unmapped;

use super::input;
use crate::config::{Config, Invalid, Sender, UNKNOWN_SENDER};
use crate::role::ingest::{self, identify};
use crate::{clock, keys, output};
use adapter::hl7v2::{Answer, acknowledge};
use adapter::{Format, Outcome, RejectionCode, SourceProfile, Translation, fhir};
use anyhow::bail;
use clap::{Args, ValueEnum};
use event::Keyring;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use told::Told;

/// Shows what messages would give, storing nothing; exit status 1 if any would be rejected.
#[derive(Args)]
pub struct Translate {
    /// Files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What they are; without it, fhir if a file is JSON with a resourceType, social if it is other JSON, else hl7v2
    #[arg(long)]
    format: Option<Spoken>,
    /// As which configured source; without it, the one that the message is known by
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// For programs: one JSON object per message
    #[arg(long)]
    json: bool,
    /// Names, dates of birth, workers and message ids too
    #[arg(long)]
    show_personal: bool,
}

/// A source's format.
#[derive(Clone, Copy, ValueEnum)]
enum Spoken {
    Hl7v2,
    Fhir,
    Social,
}

impl Translate {
    pub fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        let config = load()?;
        let keyring = keys::for_the_occasion()?;
        let mut told = Vec::new();
        for file in &self.files {
            told.extend(self.of_file(file, &config, &keyring)?);
        }
        if self.json {
            told.iter().try_for_each(|it| output::json(&it.json(self.show_personal, &keyring)))?;
        } else {
            let rows: Vec<_> = told.iter().map(|it| it.row(self.show_personal, &keyring)).collect();
            output::table(["MESSAGE", "OUTCOME", "ANSWER", "EVENTS", "CODE", "PLACE", "WHY"], &rows)?;
            let unmapped = told.iter().flat_map(|it| it.unmapped.iter().map(|one| (it.source.as_str(), one)));
            unmapped::lines(unmapped).iter().try_for_each(|line| output::line(line))?;
        }
        let rejected = told.iter().any(|it| matches!(it.outcome, Outcome::Rejected(_)));
        Ok(if rejected { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn of_file(&self, file: &Path, config: &Config, keyring: &Keyring) -> anyhow::Result<Vec<Told>> {
        let name = file.display().to_string();
        let mut told = match input::read(file) {
            Ok(bytes) => self.of_bytes(&bytes, config, keyring)?,
            Err(error) => {
                output::error(&error.to_string())?;
                vec![Told::refused(RejectionCode::Malformed, "this file cannot be read")]
            }
        };
        for (told, number) in told.iter_mut().zip(1..) {
            (told.file, told.number) = (name.clone(), number);
        }
        Ok(told)
    }

    fn of_bytes(&self, bytes: &[u8], config: &Config, keyring: &Keyring) -> anyhow::Result<Vec<Told>> {
        let begins = bytes.trim_ascii_start().first().copied();
        let format = match self.format {
            Some(Spoken::Social) => Format::Social,
            Some(Spoken::Fhir) => Format::Fhir,
            None if begins == Some(b'{') && is_resource(bytes) => Format::Fhir,
            None if matches!(begins, Some(b'{' | b'[')) => Format::Social,
            Some(Spoken::Hl7v2) | None => Format::Hl7v2,
        };
        Ok(match format {
            Format::Hl7v2 => {
                let mut messages = input::hl7_messages(bytes);
                if messages.is_empty() {
                    messages.push(bytes.to_vec());
                }
                messages.iter().map(|message| self.hl7(message, config, keyring)).collect::<anyhow::Result<_>>()?
            }
            Format::Fhir => vec![self.web(Format::Fhir, bytes, config, keyring)?],
            Format::Social => match adapter::social::split(bytes, begins == Some(b'[')) {
                Ok(events) if events.is_empty() => {
                    let text = "there is no event in it";
                    vec![Told::refused(RejectionCode::Malformed, text)]
                }
                Ok(events) => {
                    let events = events.iter().map(|event| event.get().as_bytes());
                    events
                        .map(|event| self.web(Format::Social, event, config, keyring))
                        .collect::<anyhow::Result<_>>()?
                }
                Err(rejection) => {
                    let outcome = Outcome::Rejected(rejection);
                    let acknowledgement = Some(over_http(&outcome));
                    vec![Told::of(outcome, acknowledgement)]
                }
            },
        })
    }

    /// As ingest does it, up to where it would be stored.
    fn hl7(&self, message: &[u8], config: &Config, keyring: &Keyring) -> anyhow::Result<Told> {
        let known = self.named(config, Format::Hl7v2)?.or_else(|| identify::sender(&config.senders, message));
        let plain = plain(Format::Hl7v2, config);
        let source = known.map_or(&plain, |sender| &sender.source);
        let Translation { mut outcome, message_id, hl7, .. } = adapter::translate(source, keyring, message);
        let header = hl7.unwrap_or_default();
        if known.is_none() && knows(config, Format::Hl7v2) && !header.is_acknowledgement() {
            outcome = Outcome::Rejected(ingest::unknown_sender(message, outcome));
        }
        let answers = acknowledge(&header, Answer::from(&outcome), clock::now(), &config.county.zone);
        let codes = answers.iter().map(|answer| acknowledgement_code(answer)).collect::<Vec<_>>();
        let acknowledgement = Some(codes.join(" ")).filter(|codes| !codes.is_empty());
        let (name, unmapped) = (source.name.clone(), unmapped::of(source, message, config));
        Ok(Told { id: message_id, source: name, unmapped, ..Told::of(outcome, acknowledgement) })
    }

    /// What comes over HTTP: an event of social care, or a bundle.
    fn web(&self, format: Format, message: &[u8], config: &Config, keyring: &Keyring) -> anyhow::Result<Told> {
        let plain = plain(format, config);
        let source = match self.named(config, format)?.or_else(|| sender_of(format, message, config)) {
            Some(sender) => &sender.source,
            None if knows(config, format) => {
                let text = "several sources could have sent this: say which with --source";
                return Ok(Told::refused(RejectionCode::UnknownKeyIdentifier, text));
            }
            None => &plain,
        };
        let translation = adapter::translate(source, keyring, message);
        let Translation { outcome, message_id, .. } = translation;
        let acknowledgement = match format {
            Format::Fhir => over_fhir(message, &outcome),
            Format::Hl7v2 | Format::Social => over_http(&outcome),
        };
        let (name, unmapped) = (source.name.clone(), unmapped::of(source, message, config));
        Ok(Told { id: message_id, source: name, unmapped, ..Told::of(outcome, Some(acknowledgement)) })
    }

    /// The source that `--source` names.
    fn named<'c>(&self, config: &'c Config, format: Format) -> anyhow::Result<Option<&'c Sender>> {
        let Some(name) = &self.source else { return Ok(None) };
        let found = config.senders.iter().find(|sender| sender.source.name == *name);
        match found.filter(|sender| sender.source.format == format) {
            Some(sender) => Ok(Some(sender)),
            None => bail!("no source {name:?} of this format is configured"),
        }
    }
}

/// Read where no source of the format is configured: made-up people's codes too, for samples hold no others.
fn plain(format: Format, config: &Config) -> SourceProfile {
    let (processing_id, zone) = (config.processing_id.clone(), config.county.zone.clone());
    SourceProfile { artificial_hetu: true, processing_id, zone, ..SourceProfile::new(UNKNOWN_SENDER, format) }
}

fn knows(config: &Config, format: Format) -> bool {
    config.senders.iter().any(|sender| sender.source.format == format)
}

/// The configured source of what came over HTTP: of an event, by the `source` that it must use; else the only one of the
/// format, if there is one only.
fn sender_of<'c>(format: Format, message: &[u8], config: &'c Config) -> Option<&'c Sender> {
    let mut all = config.senders.iter().filter(|sender| sender.source.format == format);
    let message: Value = serde_json::from_slice(message).unwrap_or_default();
    let said = message["source"].as_str();
    let by_name = all.clone().find(|sender| said.is_some() && sender.source.event_source.as_deref() == said);
    by_name.or_else(|| all.next().filter(|_| all.next().is_none()))
}

/// A FHIR resource says its type.
fn is_resource(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Value>(bytes).is_ok_and(|it| it.get("resourceType").is_some())
}

/// The status that `POST /events` answers with.
fn over_http(outcome: &Outcome) -> String {
    if matches!(outcome, Outcome::Rejected(_)) { "422" } else { "200" }.to_owned()
}

/// The status that `POST /fhir` answers with: 204 for an acknowledgement, which is never answered.
fn over_fhir(message: &[u8], outcome: &Outcome) -> String {
    let told = match outcome {
        Outcome::Events(_) | Outcome::Ignored => fhir::Answer::Accepted,
        Outcome::Rejected(rejection) => fhir::Answer::Rejected(rejection),
    };
    let status = told.http_status();
    let unanswered = fhir::answer(&fhir::Header::read(message), told, clock::now()).is_none();
    if unanswered && status == 200 { 204 } else { status }.to_string()
}

/// MSA-1; the answer speaks in its sender's separators.
fn acknowledgement_code(answer: &[u8]) -> String {
    let separator = answer.get(3).copied().unwrap_or(b'|');
    let msa = answer.split(|byte| *byte == b'\r').find(|segment| segment.starts_with(b"MSA")).unwrap_or_default();
    String::from_utf8_lossy(msa.split(|byte| *byte == separator).nth(1).unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests;
