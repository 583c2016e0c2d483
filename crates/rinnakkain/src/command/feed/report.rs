//! What a feed contains, for people and for programs.

use crate::command::unmapped;
use crate::config::{Config, IdentifiedBy, UNKNOWN_SENDER};
use crate::output;
use adapter::{CodeKind, Format, SourceProfile, Survey};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use toml::Value as Toml;

/// A code in the table.
struct Row<'s> {
    what: CodeKind,
    code: &'s str,
    messages: u64,
    /// `None`: it is not known.
    meaning: Option<String>,
}

pub fn print(source: &SourceProfile, survey: &Survey, config: &Config, as_json: bool) -> anyhow::Result<()> {
    let rows = rows(source, survey, config);
    if as_json {
        return output::json(&for_programs(source, survey, &rows));
    }
    output::line(&heading(source, survey))?;
    let cells: Vec<_> = outcomes(survey)
        .into_iter()
        .chain(rows.iter().filter(|row| row.what != CodeKind::Field).map(Row::cells))
        .chain(withheld(survey))
        .collect();
    output::table(["WHAT", "CODE", "MESSAGES", "MEANS"], &cells)?;
    for (text, is_read) in [("Fields that are read", true), ("Fields that are filled and not read", false)] {
        let fields = rows.iter().filter(|row| row.what == CodeKind::Field && row.meaning.is_some() == is_read);
        let fields: Vec<_> = fields.map(|row| format!("{} ({})", row.code, row.messages)).collect();
        if !fields.is_empty() {
            output::line(&format!("\n{text}: {}", fields.join(", ")))?;
        }
    }
    if source.name == UNKNOWN_SENDER {
        skeleton(source, survey).iter().try_for_each(|line| output::line(line))?;
    }
    let unknown = rows.iter().filter(|row| row.meaning.is_none() && row.what.is_configured());
    let lines = unmapped::lines(unknown.map(|row| (source.name.as_str(), row.what, row.code)));
    lines.iter().try_for_each(|line| output::line(line))?;
    Ok(())
}

fn heading(source: &SourceProfile, survey: &Survey) -> String {
    let whose = if source.name == UNKNOWN_SENDER {
        "of no configured source (they are refused until one is configured)".to_owned()
    } else {
        format!("of source {}", source.name)
    };
    let (ignored, rejected) = (survey.ignored.values().sum::<u64>(), survey.rejected.values().sum::<u64>());
    let Survey { messages, with_events, .. } = survey;
    format!("\nMessages {whose}: {messages}; with events {with_events}, without {ignored}, refused {rejected}\n")
}

fn rows<'s>(source: &SourceProfile, survey: &'s Survey, config: &Config) -> Vec<Row<'s>> {
    let row = |((what, code), (meaning, messages)): (&'s (CodeKind, String), &(Option<String>, u64))| {
        let meaning = match what {
            CodeKind::Ward if unmapped::is_listed(source, *what, meaning.as_ref().unwrap_or(code), config) => {
                Some(meaning.as_ref().map_or_else(|| "listed".to_owned(), |ward| format!("{ward}, listed")))
            }
            // A ward that leads to one that is not listed has no worker either.
            CodeKind::Ward => meaning.as_ref().map(|ward| format!("{ward}, WHICH IS NO [[ward]]")),
            CodeKind::Sender if meaning.is_none() => of_sender(source, config),
            CodeKind::MessageType
            | CodeKind::Sender
            | CodeKind::Version
            | CodeKind::CharacterSet
            | CodeKind::ProcessingId
            | CodeKind::Authority
            | CodeKind::KeyAuthority
            | CodeKind::StrayIdentityCode
            | CodeKind::NumberType
            | CodeKind::Facility
            | CodeKind::PatientClass
            | CodeKind::WorkerRole
            | CodeKind::ReferralKind
            | CodeKind::Field => meaning.clone(),
        };
        Row { what: *what, code, messages: *messages, meaning }
    };
    survey.codes.iter().map(row).collect()
}

/// A sender whose messages are read as this source's.
fn of_sender(source: &SourceProfile, config: &Config) -> Option<String> {
    let sender = config.senders.iter().find(|sender| sender.source.name == source.name)?;
    match &sender.identified_by {
        IdentifiedBy::Header { .. } => Some(source.name.clone()),
        IdentifiedBy::Token => Some("not looked at: the token tells who sends".to_owned()),
    }
}

impl Row<'_> {
    fn cells(&self) -> [String; 4] {
        let meaning = self.meaning.clone().unwrap_or_else(|| unknown(self.what).to_owned());
        [self.what.as_str().to_owned(), self.code.to_owned(), self.messages.to_string(), meaning]
    }
}

/// What becomes of a code that is not known.
fn unknown(what: CodeKind) -> &'static str {
    match what {
        CodeKind::MessageType => "REFUSED: not supported",
        CodeKind::Sender => "NO SOURCE IS CONFIGURED",
        CodeKind::Version => "REFUSED: not understood",
        CodeKind::CharacterSet => "NOT UNDERSTOOD",
        CodeKind::ProcessingId => "REFUSED: not this deployment's processing_id",
        CodeKind::Authority => "NOT MAPPED: such a number finds nobody",
        CodeKind::KeyAuthority => "not mapped, and need not be, unless another source writes the same numbers",
        CodeKind::StrayIdentityCode => "NOT READ: identity codes stand here, where they find nobody",
        CodeKind::NumberType => "NOT MAPPED: such a number is ignored",
        CodeKind::Facility => "",
        CodeKind::Ward => "NOT LISTED: its workers are not known",
        CodeKind::PatientClass => "NOT MAPPED: a presence of no class",
        CodeKind::WorkerRole => "NOT MAPPED: while such a one is assigned, \"none\" is \"not known\"",
        CodeKind::ReferralKind => "NOT MAPPED: in HL7 v2 a referral, in FHIR nothing",
        CodeKind::Field => "not read",
    }
}

fn outcomes(survey: &Survey) -> Vec<[String; 4]> {
    let row = |what: &str, code: String, count: &u64, means: &str| {
        [what.to_owned(), code, count.to_string(), means.to_owned()]
    };
    let events = survey.events.iter().map(|(name, count)| row("event", (*name).to_owned(), count, "this many events"));
    let found_by = survey.found_by.iter().map(|(by, count)| row("found by", by.text().to_owned(), count, by.means()));
    let ignored = survey.ignored.iter().map(|(why, count)| row("gives nothing", String::new(), count, why));
    let rejected = survey
        .rejected
        .iter()
        .map(|((code, place, text), count)| row("refused", format!("{code} at {place}"), count, text));
    let remarks = survey
        .remarks
        .iter()
        .map(|(it, count)| row("remark", format!("{} at {}", it.code, it.place), count, "the rest is taken"));
    events.chain(found_by).chain(ignored).chain(rejected).chain(remarks).collect()
}

fn withheld(survey: &Survey) -> impl Iterator<Item = [String; 4]> {
    survey.withheld.iter().map(|(what, it)| {
        let text = format!("{} different, not shown: they may be names, numbers or sentences", it.different());
        [what.as_str().to_owned(), "…".to_owned(), it.messages.to_string(), text]
    })
}

/// A `[[source]]` to begin with. What a person must decide is a value that the configuration refuses.
fn skeleton(source: &SourceProfile, survey: &Survey) -> Vec<String> {
    let text = |it: &str| Toml::from(it).to_string();
    let format = match source.format {
        Format::Hl7v2 => "hl7v2",
        Format::Social => "social",
        Format::Fhir => "fhir",
    };
    // Of messages that are refused no kind is known.
    let kinds: Vec<_> = survey.kinds.iter().map(|kind| json!(kind).to_string()).collect();
    let kinds = if kinds.is_empty() { vec!["\"?\"".to_owned()] } else { kinds };
    let mut lines = vec![
        "\n# A source for them: fill in each \"?\", and take out what it does not speak for.".to_owned(),
        "[[source]]".to_owned(),
        "name = \"?\"".to_owned(),
        format!("format = {}", text(format)),
    ];
    let mut senders = survey.codes.keys().filter(|(what, _)| *what == CodeKind::Sender).map(|(_, code)| code);
    let sender = senders.next().map(String::as_str).unwrap_or_default();
    match source.format {
        Format::Hl7v2 => {
            let (application, facility) = sender.split_once(" / ").unwrap_or((sender, ""));
            lines.push("register = \"patient\"".to_owned());
            lines.push(format!("application = {}  # MSH-3", text(application)));
            if !facility.is_empty() {
                lines.push(format!("facility = {}  # MSH-4", text(facility)));
            }
        }
        Format::Fhir => {
            lines.push("register = \"patient\"".to_owned());
            lines.push("token_sha256 = \"?\"  # what `rinnakkain hash-token` prints".to_owned());
        }
        Format::Social => {
            lines.push(format!("event_source = {}", text(sender)));
            lines.push("token_sha256 = \"?\"  # what `rinnakkain hash-token` prints".to_owned());
            lines.push(
                "service_class = \"?\"  # ordinary, if nothing of a shelter or of mediation comes from it".to_owned(),
            );
        }
    }
    if senders.next().is_some() {
        lines.push("# several senders are in these messages: each needs a [[source]] of its own".to_owned());
    }
    lines.push(format!(
        "covers = [{}]  # of what was taken of these messages: add what else it speaks for",
        kinds.join(", ")
    ));
    lines.push("silence = \"?\"  # its longest usual silence, such as 30m".to_owned());
    lines.push("contact = \"?\"  # whom to reach about one of its clients at night".to_owned());
    lines
        .push("# own_system = \"urn:oid:…\"  # the system of its own patient numbers; without it, its name".to_owned());
    lines.push("# artificial_identity_codes = true  # only for a trial with made-up people".to_owned());
    lines
}

fn for_programs(source: &SourceProfile, survey: &Survey, rows: &[Row<'_>]) -> Value {
    let mut codes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for row in rows {
        let code = json!({"code": row.code, "messages": row.messages, "meaning": row.meaning});
        codes.entry(row.what.as_str()).or_default().push(code);
    }
    let withheld = survey
        .withheld
        .iter()
        .map(|(what, it)| (what.as_str(), json!({"messages": it.messages, "different": it.different()})));
    json!({
        "source": source.name,
        "messages": survey.messages,
        "with_events": survey.with_events,
        "ignored": survey.ignored,
        "rejected": survey.rejected.iter().map(|((code, place, text), count)| {
            json!({"code": code.as_str(), "place": place.to_string(), "text": text, "messages": count})
        }).collect::<Vec<_>>(),
        "remarks": survey.remarks.iter().map(|(it, count)| {
            json!({"code": it.code.as_str(), "place": it.place.to_string(), "messages": count})
        }).collect::<Vec<_>>(),
        "events": survey.events,
        "found_by": survey.found_by.iter().map(|(by, count)| (by.as_str(), *count)).collect::<BTreeMap<_, _>>(),
        "codes": codes,
        "withheld": withheld.collect::<BTreeMap<_, _>>(),
    })
}
