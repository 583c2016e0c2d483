//! `rinnakkain translate`: the events that messages would yield, and the answer that their sender would get. Nothing is
//! stored, and no database, key file or running service is needed: the tokens are made under throw-away keys.
//!
//! Every file has at least one row, also one that is no message or cannot be read: when a feed is connected, these are
//! the rows to look for. Each shows which identifier would find its client, and why a message gives nothing. Below the
//! rows stand the codes that the configuration does not know, and how to write them there.

mod preview;

use super::read_as::{self, Spoken, plain};
use super::{input, unmapped};
use crate::config::{Config, Invalid};
use crate::role::ingest::refusal;
use crate::{clock, keys, output};
use adapter::hl7v2::{Answer, acknowledge};
use adapter::{Format, Outcome, RejectionCode, SourceProfile, Translation, fhir};
use clap::Args;
use event::Keyring;
use preview::Preview;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Shows which events messages would yield, storing nothing; exit status 1 if any would be rejected.
#[derive(Args)]
pub struct Translate {
    /// Files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Their format; without it, fhir if a file is JSON with a resourceType, social if it is other JSON, hl7v2 if a line of it
    /// begins with MSH
    #[arg(long)]
    format: Option<Spoken>,
    /// Read them as this configured source; without it, as the one that the message names
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// For programs: one JSON object per message
    #[arg(long)]
    json: bool,
    /// Names, dates of birth, workers and message ids too
    #[arg(long)]
    show_personal: bool,
}

impl Translate {
    pub fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        let config = load()?;
        read_as::tell_of_no_configuration(&config)?;
        let keyring = keys::for_the_occasion()?;
        let mut previews = Vec::new();
        for file in &self.files {
            previews.extend(self.of_file(file, &config, &keyring)?);
        }
        if self.json {
            previews.iter().try_for_each(|it| output::json(&it.json(self.show_personal, &keyring)))?;
        } else {
            let rows: Vec<_> = previews.iter().map(|it| it.row(self.show_personal, &keyring)).collect();
            output::table(["MESSAGE", "OUTCOME", "ANSWER", "EVENTS", "FOUND BY", "CODE", "PLACE", "WHY"], &rows)?;
            let all =
                previews.iter().flat_map(|it| it.unmapped(self.show_personal).map(|one| (it.source.as_str(), one)));
            unmapped::lines(all.map(|(source, it)| (source, it.what, it.code.as_str())))
                .iter()
                .try_for_each(|line| output::line(line))?;
        }
        let rejected = previews.iter().any(|it| matches!(it.outcome, Outcome::Rejected(_)));
        Ok(if rejected { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn of_file(&self, file: &Path, config: &Config, keyring: &Keyring) -> anyhow::Result<Vec<Preview>> {
        let name = file.display().to_string();
        let mut previews = match input::read(file) {
            Ok(bytes) => self.of_bytes(&bytes, config, keyring)?,
            Err(error) => {
                output::error(&error.to_string())?;
                vec![Preview::refused(RejectionCode::Malformed, "this file cannot be read")]
            }
        };
        for (preview, number) in previews.iter_mut().zip(1..) {
            (preview.file, preview.number) = (name.clone(), number);
        }
        Ok(previews)
    }

    fn of_bytes(&self, bytes: &[u8], config: &Config, keyring: &Keyring) -> anyhow::Result<Vec<Preview>> {
        let Some(format) = read_as::format(self.format, bytes) else {
            return Ok(vec![Preview::refused(RejectionCode::Malformed, read_as::NO_FORMAT)]);
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
            Format::Social => match read_as::events(bytes) {
                Ok(events) if events.is_empty() => {
                    let text = "the file holds no event";
                    vec![Preview::refused(RejectionCode::Malformed, text)]
                }
                Ok(events) => events
                    .iter()
                    .map(|event| self.web(Format::Social, event, config, keyring))
                    .collect::<anyhow::Result<_>>()?,
                Err(rejection) => {
                    let outcome = Outcome::Rejected(rejection);
                    let acknowledgement = Some(over_http(&outcome));
                    vec![Preview::of(outcome, acknowledgement)]
                }
            },
        })
    }

    /// As ingest does it, without storing.
    fn hl7(&self, message: &[u8], config: &Config, keyring: &Keyring) -> anyhow::Result<Preview> {
        let known = read_as::sender(config, self.source.as_deref(), Format::Hl7v2, message)?;
        let plain = plain(Format::Hl7v2, config);
        let source = known.map_or(&plain, |sender| &sender.source);
        let Translation { mut outcome, message_id, hl7, .. } = adapter::translate(source, keyring, message);
        let header = hl7.unwrap_or_default();
        if known.is_none() && read_as::knows(config, Format::Hl7v2) && !header.is_acknowledgement() {
            outcome = Outcome::Rejected(refusal::unknown_sender(message, outcome));
        }
        let answers = acknowledge(&header, Answer::from(&outcome), clock::now(), &config.county.zone);
        let codes = answers.iter().map(|answer| acknowledgement_code(answer)).collect::<Vec<_>>();
        let acknowledgement = Some(codes.join(" ")).filter(|codes| !codes.is_empty());
        Ok(Preview { id: message_id, ..preview_of(source, message, outcome, acknowledgement, config) })
    }

    /// A message over HTTP: an event of social care, or a FHIR bundle.
    fn web(&self, format: Format, message: &[u8], config: &Config, keyring: &Keyring) -> anyhow::Result<Preview> {
        let plain = plain(format, config);
        let source = match read_as::sender(config, self.source.as_deref(), format, message)? {
            Some(sender) => &sender.source,
            None if read_as::knows(config, format) => {
                let text = "several sources could have sent this: name one with --source";
                return Ok(Preview::refused(RejectionCode::UnknownKeyIdentifier, text));
            }
            None => &plain,
        };
        let translation = adapter::translate(source, keyring, message);
        let Translation { outcome, message_id, .. } = translation;
        let acknowledgement = match format {
            Format::Fhir => over_fhir(message, &outcome),
            Format::Hl7v2 | Format::Social => over_http(&outcome),
        };
        Ok(Preview { id: message_id, ..preview_of(source, message, outcome, Some(acknowledgement), config) })
    }
}

/// What a preview shows of a message of `source`.
fn preview_of(
    source: &SourceProfile,
    message: &[u8],
    outcome: Outcome,
    acknowledgement: Option<String>,
    config: &Config,
) -> Preview {
    let unmapped = unmapped::of(source, message, config);
    let refused = match &outcome {
        Outcome::Rejected(rejection) => preview::refused_codes(source, message, rejection),
        Outcome::Events(_) | Outcome::Ignored => None,
    };
    let ignored = matches!(outcome, Outcome::Ignored).then(|| adapter::ignored(source, message));
    let found_by = adapter::found_by(source, &outcome);
    let source = source.name.clone();
    Preview { source, unmapped, found_by, ignored, refused, ..Preview::of(outcome, acknowledgement) }
}

/// The status of `POST /events`.
fn over_http(outcome: &Outcome) -> String {
    if matches!(outcome, Outcome::Rejected(_)) { "422" } else { "200" }.to_owned()
}

/// The status of `POST /fhir`: 204 for an acknowledgement, which is never answered.
fn over_fhir(message: &[u8], outcome: &Outcome) -> String {
    let answer = match outcome {
        Outcome::Events(_) | Outcome::Ignored => fhir::Answer::Accepted,
        Outcome::Rejected(rejection) => fhir::Answer::Rejected(rejection),
    };
    let status = answer.http_status();
    let unanswered = fhir::answer(&fhir::Header::read(message), answer, clock::now()).is_none();
    if unanswered && status == 200 { 204 } else { status }.to_string()
}

/// MSA-1. The answer uses its sender's separators.
fn acknowledgement_code(answer: &[u8]) -> String {
    let separator = answer.get(3).copied().unwrap_or(b'|');
    let msa = answer.split(|byte| *byte == b'\r').find(|segment| segment.starts_with(b"MSA")).unwrap_or_default();
    String::from_utf8_lossy(msa.split(|byte| *byte == separator).nth(1).unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests;
