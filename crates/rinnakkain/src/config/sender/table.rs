//! `[[source]]`, as it may be written, and whether it can be used.

use super::UNKNOWN_SENDER;
use crate::config::checked;
use crate::config::problems::Problems;
use adapter::{Decides, Format, NegativeAcknowledgement, NumberType, StayKey};
use care::access::Serves;
use event::{FactKind, ReferralKind, Register, StayClass, WorkerRole};
use jiff::tz::TimeZone;
use quota::KnownBy;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use toml::{Table, Value};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceTable {
    #[serde(deserialize_with = "checked::name")]
    pub name: String,
    pub format: Option<Format>,
    #[serde(deserialize_with = "checked::revision")]
    pub revision: u32,
    pub register: Option<Register>,
    pub application: Option<String>,
    pub facility: Option<String>,
    #[serde(deserialize_with = "checked::certificate")]
    pub certificate: Option<KnownBy>,
    pub event_source: Option<String>,
    #[serde(deserialize_with = "checked::sha256")]
    pub token_sha256: Option<[u8; 32]>,
    #[serde(deserialize_with = "checked::sha256")]
    pub other_token_sha256: Option<[u8; 32]>,
    #[serde(deserialize_with = "checked::filled")]
    pub covers: Option<BTreeSet<FactKind>>,
    #[serde(deserialize_with = "checked::duration")]
    pub silence: Option<Duration>,
    pub contact: Option<String>,
    pub controller: Option<String>,
    #[serde(deserialize_with = "checked::serves")]
    pub service_class: Option<Serves>,
    #[serde(deserialize_with = "checked::zone")]
    pub time_zone: Option<TimeZone>,
    #[serde(deserialize_with = "checked::character_set")]
    pub character_set: Option<String>,
    pub refusals: NegativeAcknowledgement,
    pub wards: BTreeMap<String, String>,
    pub worker_roles: BTreeMap<String, WorkerRole>,
    pub own_system: Option<String>,
    pub authorities: BTreeMap<String, String>,
    pub linking: Option<BTreeSet<String>>,
    pub asks_for_identity_codes: bool,
    pub artificial_identity_codes: bool,
    pub referral_kinds: BTreeMap<String, ReferralKind>,
    pub orders_are_referrals: bool,
    pub lists_of: Option<String>,
    pub when_unavailable: WhenUnavailable,
    pub patient_classes: BTreeMap<String, StayClass>,
    pub stay_key: StayKey,
    pub number_types: BTreeMap<String, NumberType>,
    pub placeholders: BTreeSet<String>,
    pub decides: BTreeSet<Decides>,
    #[serde(deserialize_with = "checked::filled")]
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

/// Keys that only an HL7 v2 source has, only a social source, and every source but a social one: social events carry
/// their register, and their codes are ours.
const OF_HL7V2: &str =
    "application facility certificate when_unavailable character_set refusals orders_are_referrals stay_key";
const OF_SOCIAL: &str = "event_source lists_of registers";
const NOT_OF_SOCIAL: &str = "register referral_kinds wards worker_roles patient_classes number_types";

impl SourceTable {
    /// Whether it can be used. `sources`: all of them, of which it is number `n`; `written`: it, as it stands.
    pub fn check(&self, n: usize, sources: &[Self], written: &Table, problems: &mut Problems) {
        let (number, before) = (&n.to_string(), &sources[..n]);
        let mut add = |key: &str, problem: &str| problems.add(["source", number, key], problem);
        for key in ["name", "format", "covers", "silence"].into_iter().filter(|key| !written.contains_key(*key)) {
            add(key, "is missing");
        }
        if self.name == UNKNOWN_SENDER {
            add("name", "this name is for messages of unknown senders");
        }
        if !self.name.is_empty() && before.iter().any(|other| other.name == self.name) {
            add("name", "two sources have this name");
        }
        if let Some(other) = before.iter().find(|other| self.has_the_header_of(other)) {
            add("application", &format!("application and facility do not tell it from source {}", other.name));
        }
        for (key, token) in [("token_sha256", self.token_sha256), ("other_token_sha256", self.other_token_sha256)] {
            if token.is_some() && before.iter().any(|it| [it.token_sha256, it.other_token_sha256].contains(&token)) {
                add(key, "two sources have one token");
            }
        }
        if self.other_token_sha256.is_some() && self.token_sha256.is_none() {
            add("other_token_sha256", "is the second of two: give token_sha256");
        }
        // What `rinnakkain feed` prints for a person to fill in.
        if self.authorities.values().any(|system| system.contains("...") || system == "?") {
            add("authorities", "an authority has no system yet: write the identifier system that it stands for");
        }
        if self.contact.as_deref() == Some("?") {
            add("contact", "write whom to reach, or leave it out");
        }
        // Its list would end every stay that it does not name.
        if let Some(of) = self.lists_of.as_ref().filter(|of| !sources.iter().any(|other| other.name == **of)) {
            add("lists_of", &format!("there is no source {of:?}"));
        }
        if let Some(format) = self.format {
            self.check_format(format, written, add);
        }
    }

    fn has_the_header_of(&self, other: &Self) -> bool {
        let overlap = other.facility.is_none() || self.facility.is_none() || other.facility == self.facility;
        let hl7v2 = [other.format, self.format] == [Some(Format::Hl7v2); 2];
        hl7v2 && overlap && other.application == self.application
    }

    /// What its format asks for and is not there, and what is there and of another format.
    fn check_format(&self, format: Format, written: &Table, mut add: impl FnMut(&str, &str)) {
        let (hl7v2, social) = (format == Format::Hl7v2, format == Format::Social);
        if !social && self.register.is_none() {
            add("register", "is missing: \"patient\" or \"social\", the register of what it sends");
        }
        if !social && self.decides.contains(&Decides::Lists) {
            add("decides", "lists are stated by a social source, and this is none");
        }
        if hl7v2 && self.application.as_ref().is_none_or(|it| it.trim().is_empty()) {
            add("application", "is missing: what the sender writes in MSH-3");
        }
        if !hl7v2 && self.token_sha256.is_none() {
            add("token_sha256", "is missing: what `rinnakkain hash-token` prints");
        }
        let (foreign, of): (&[&str], _) = match format {
            Format::Hl7v2 => (&[OF_SOCIAL], "is for a social source"),
            Format::Social => (&[OF_HL7V2, NOT_OF_SOCIAL], "is for an hl7v2 source"),
            Format::Fhir => (&[OF_HL7V2, OF_SOCIAL], "is for another format's source"),
        };
        let given = |value: &Value| value.as_bool() != Some(false) && value.as_table().is_none_or(|it| !it.is_empty());
        let foreign = |key: &str| foreign.iter().flat_map(|keys| keys.split(' ')).any(|other| other == key);
        for (key, _) in written.iter().filter(|(key, value)| foreign(key) && given(value)) {
            add(key, of);
        }
    }
}
