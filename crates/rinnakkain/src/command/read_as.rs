//! Files of messages, each read as the source that would have sent it: for the commands that an integrator tries a feed with.

use super::input;
use crate::config::{Config, Sender, UNKNOWN_SENDER};
use crate::output;
use crate::role::ingest::identify;
use adapter::{Format, Rejection, SourceProfile};
use anyhow::bail;
use clap::ValueEnum;
use serde_json::Value;

/// A source's format.
#[derive(Clone, Copy, ValueEnum)]
pub enum Spoken {
    Hl7v2,
    Fhir,
    Social,
}

/// The format of a file, if it is not named: fhir if it is JSON with a resourceType, social if it is other JSON, hl7v2 if a
/// line of it begins with MSH. `None`: none of these.
pub fn format(named: Option<Spoken>, bytes: &[u8]) -> Option<Format> {
    match named {
        Some(Spoken::Hl7v2) => Some(Format::Hl7v2),
        Some(Spoken::Fhir) => Some(Format::Fhir),
        Some(Spoken::Social) => Some(Format::Social),
        None => match bytes.trim_ascii_start().first() {
            Some(b'{') if is_resource(bytes) => Some(Format::Fhir),
            Some(b'{' | b'[') => Some(Format::Social),
            _ => (!input::hl7_messages(bytes).is_empty()).then_some(Format::Hl7v2),
        },
    }
}

/// Of a file of none of the formats.
pub const NO_FORMAT: &str = "neither JSON nor HL7 v2 (no line begins with MSH): name its format with --format. A list in CSV goes by `rinnakkain send social --list`";

/// A FHIR resource has its type in it.
fn is_resource(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Value>(bytes).is_ok_and(|it| it.get("resourceType").is_some())
}

/// The events in a file: one, or an array of them.
pub fn events(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Rejection> {
    let is_array = bytes.trim_ascii_start().first() == Some(&b'[');
    let events = adapter::social::split(bytes, is_array)?;
    Ok(events.iter().map(|event| event.get().as_bytes().to_vec()).collect())
}

/// The messages of a file; what cannot be split is one message, which the adapter refuses.
pub fn messages(format: Format, bytes: &[u8]) -> Vec<Vec<u8>> {
    let messages = match format {
        Format::Hl7v2 => input::hl7_messages(bytes),
        Format::Fhir => Vec::new(),
        Format::Social => events(bytes).unwrap_or_default(),
    };
    if messages.is_empty() { vec![bytes.to_vec()] } else { messages }
}

/// The configured source of a message: the one of that name, else by MSH-3 and MSH-4, else by the event's `source`, else the
/// only source of the format.
pub fn sender<'c>(
    config: &'c Config,
    name: Option<&str>,
    format: Format,
    message: &[u8],
) -> anyhow::Result<Option<&'c Sender>> {
    let mut all = config.senders.iter().filter(|sender| sender.source.format == format);
    if let Some(name) = name {
        let Some(named) = all.find(|sender| sender.source.name == name) else {
            bail!("no source {name:?} of this format is configured");
        };
        return Ok(Some(named));
    }
    if format == Format::Hl7v2 {
        return Ok(identify::sender(&config.senders, message));
    }
    let message: Value = serde_json::from_slice(message).unwrap_or_default();
    let named = message["source"].as_str();
    let by_name = all.clone().find(|sender| named.is_some() && sender.source.event_source.as_deref() == named);
    Ok(by_name.or_else(|| all.next().filter(|_| all.next().is_none())))
}

/// Used where no source of the format is configured. It takes the identity codes of made-up people, as samples hold them.
pub fn plain(format: Format, config: &Config) -> SourceProfile {
    let (processing_id, zone) = (config.processing_id.clone(), config.county.zone.clone());
    SourceProfile { artificial_hetu: true, processing_id, zone, ..SourceProfile::new(UNKNOWN_SENDER, format) }
}

/// Whether any source of the format is configured.
pub fn knows(config: &Config, format: Format) -> bool {
    config.senders.iter().any(|sender| sender.source.format == format)
}

/// On standard error, if nothing was configured: then every message is an unknown sender's.
pub fn tell_of_no_configuration(config: &Config) -> std::io::Result<()> {
    if config.senders.is_empty() {
        let text = if config.file.is_some() {
            "the configuration has no source"
        } else {
            "no configuration was read (--config, RINNAKKAIN_CONFIG or ./rinnakkain.toml)"
        };
        output::error(&format!("{text}: every message is read as an unknown sender's"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_is_not_named_is_seen_or_asked_for_and_never_guessed() {
        let table: [(&[u8], Option<Format>); 7] = [
            (b"\xEF\xBB\xBF\x0BMSH|^~\\&|A\rPID|1", Some(Format::Hl7v2)),
            (b"FHS|^~\\&\nMSH|^~\\&|A", Some(Format::Hl7v2)),
            (b" {\"resourceType\": \"Bundle\"}", Some(Format::Fhir)),
            (b"[{\"type\": \"x\"}]", Some(Format::Social)),
            (b"name;ward\nA;1", None),
            (b"PID|1", None),
            (b"", None),
        ];
        for (bytes, expected) in table {
            let text = String::from_utf8_lossy(bytes);
            assert!(format(None, bytes) == expected, "{text}");
            assert!(format(Some(Spoken::Fhir), bytes) == Some(Format::Fhir), "{text}");
        }
        for it in Format::ALL {
            assert!(table.iter().any(|(_, seen)| *seen == Some(*it)), "{it:?} is never seen");
            let named = |spoken: &Spoken| format(Some(*spoken), b"") == Some(*it);
            assert!(Spoken::value_variants().iter().any(named), "{it:?} cannot be named");
        }
    }
}
