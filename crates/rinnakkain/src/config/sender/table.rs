//! `[[source]]`, as it may be written, and whether it can be used.

use super::UNKNOWN_SENDER;
use crate::config::checked;
use crate::config::problems::Section;
use crate::config::words::{Class, Kind, Role};
use crate::tls::certificate::KnownBy;
use adapter::{Decides, Format, NegativeAcknowledgement, NumberType, StayKey};
use care::source::Coverage;
use event::Register;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use toml::Table;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceTable {
    #[serde(deserialize_with = "checked::name")]
    pub name: String,
    pub format: Option<Format>,
    pub revision: u32,
    pub register: Option<Register>,
    pub application: Option<String>,
    pub facility: Option<String>,
    #[serde(deserialize_with = "certificate")]
    pub certificate: Option<KnownBy>,
    pub event_source: Option<String>,
    #[serde(deserialize_with = "checked::sha256")]
    pub token_sha256: Option<[u8; 32]>,
    pub covers: Option<BTreeSet<Coverage>>,
    #[serde(deserialize_with = "checked::some_duration")]
    pub silence: Option<Duration>,
    pub contact: Option<String>,
    #[serde(deserialize_with = "checked::some_zone")]
    pub time_zone: Option<TimeZone>,
    pub character_set: Option<String>,
    pub refusals: NegativeAcknowledgement,
    pub wards: BTreeMap<String, String>,
    pub worker_roles: BTreeMap<String, Role>,
    pub own_system: Option<String>,
    pub authorities: BTreeMap<String, String>,
    pub linking: Option<BTreeSet<String>>,
    pub artificial_identity_codes: bool,
    pub referral_kinds: BTreeMap<String, Kind>,
    pub orders_are_referrals: bool,
    pub lists_of: Option<String>,
    pub when_unavailable: WhenUnavailable,
    pub patient_classes: BTreeMap<String, Class>,
    pub stay_key: StayKey,
    pub number_types: BTreeMap<String, NumberType>,
    pub placeholders: BTreeSet<String>,
    pub decides: BTreeSet<Decides>,
    pub registers: Option<BTreeSet<Register>>,
}

/// The answer to an HL7 v2 message that could not be stored in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenUnavailable {
    /// None: the connection closes, and the sender keeps its message.
    #[default]
    Close,
    /// AR with ERR-3 207: for an engine that sends again after an AR.
    #[serde(rename = "ar")]
    Reject,
}

fn certificate<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<KnownBy>, D::Error> {
    let wrong = |_: &str| "write one of its subject alternative names, whole, or its SHA-256".to_owned();
    checked::text(deserializer, KnownBy::parse, wrong).map(Some)
}

/// Keys that only an HL7 v2 source has, only a social source, and every source but a social one: social events carry
/// their register, and their codes are ours.
const OF_HL7V2: [&str; 8] = [
    "application",
    "facility",
    "certificate",
    "when_unavailable",
    "character_set",
    "refusals",
    "orders_are_referrals",
    "stay_key",
];
const OF_SOCIAL: [&str; 3] = ["event_source", "lists_of", "registers"];
const NOT_OF_SOCIAL: [&str; 6] =
    ["register", "referral_kinds", "wards", "worker_roles", "patient_classes", "number_types"];

impl SourceTable {
    /// `before`: the sources above it; `written`: it, as it stands.
    pub fn check(&self, before: &[Self], written: &Table, section: &mut Section<'_, '_>) {
        if self.name == UNKNOWN_SENDER {
            section.add("name", "this name is for messages of unknown senders");
        }
        let same_headers = |other: &&Self| {
            let overlap = other.facility.is_none() || self.facility.is_none() || other.facility == self.facility;
            let hl7v2 = [other.format, self.format] == [Some(Format::Hl7v2); 2];
            hl7v2 && overlap && other.application == self.application
        };
        if before.iter().any(|other| other.name == self.name && !self.name.is_empty()) {
            section.add("", "two sources have this name");
        }
        if let Some(other) = before.iter().find(same_headers) {
            section.add("", format!("application and facility do not tell it from source {}", other.name));
        }
        if self.token_sha256.is_some() && before.iter().any(|other| other.token_sha256 == self.token_sha256) {
            section.add("", "two sources have one token");
        }
        if self.revision > 999 {
            section.add("revision", "is at most 999");
        }
        if self.registers.as_ref().is_some_and(BTreeSet::is_empty) {
            section.add("registers", "is empty, so it could write nothing");
        }
        if self.covers.as_ref().is_some_and(BTreeSet::is_empty) {
            section.add("covers", "is empty, so it would speak for nothing");
        }
        if self.character_set.as_ref().is_some_and(|name| !adapter::hl7v2::is_character_set(name)) {
            section.add("character_set", "is not one that is understood: HL7 table 0211, as in MSH-18");
        }
        let required = [("name", self.name.is_empty()), ("format", self.format.is_none())];
        let required =
            required.into_iter().chain([("covers", self.covers.is_none()), ("silence", self.silence.is_none())]);
        for (key, _) in required.filter(|(_, missing)| *missing) {
            section.add(key, "is missing");
        }
        if let Some(format) = self.format {
            self.check_format(format, written, section);
        }
    }

    fn check_format(&self, format: Format, written: &Table, section: &mut Section<'_, '_>) {
        if format != Format::Social && self.register.is_none() {
            section.add("register", "is missing: \"patient\" or \"social\", the register of what it sends");
        }
        if format != Format::Social && self.decides.contains(&Decides::Lists) {
            section.add("decides", "lists are stated by a social source, and this is none");
        }
        if format == Format::Hl7v2 && self.application.as_ref().is_none_or(|it| it.trim().is_empty()) {
            section.add("application", "is missing: what the sender writes in MSH-3");
        }
        if format != Format::Hl7v2 && self.token_sha256.is_none() {
            section.add("token_sha256", "is missing: what `rinnakkain hash-token` prints");
        }
        let (foreign, of): (&[&[&str]], _) = match format {
            Format::Hl7v2 => (&[&OF_SOCIAL], "a social source"),
            Format::Social => (&[&OF_HL7V2, &NOT_OF_SOCIAL], "an hl7v2 source"),
            Format::Fhir => (&[&OF_HL7V2, &OF_SOCIAL], "another format's source"),
        };
        for (key, value) in written.iter().filter(|(key, _)| foreign.concat().contains(&key.as_str())) {
            let given = value.as_bool() != Some(false) && value.as_table().is_none_or(|it| !it.is_empty());
            if given {
                section.add(key, format!("is for {of}"));
            }
        }
    }
}
