//! `[[source]]`, as it may be written, and whether it can be used.

use super::UNKNOWN_SENDER;
use crate::config::checked::{Certificate, CharacterSet, Name, Revision, Seconds, Serving, Sha256, Time, Zone, filled};
use crate::config::problems::Within;
use adapter::{Decides, Format, SourceProfile};
use event::{FactKind, Register};
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::{Table, Value};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SourceTable {
    name: Option<Name>,
    pub format: Option<Format>,
    pub revision: Option<Revision>,
    pub register: Option<Register>,
    pub application: Option<String>,
    pub facility: Option<String>,
    pub certificate: Option<Certificate>,
    pub token_sha256: Option<Sha256>,
    pub other_token_sha256: Option<Sha256>,
    #[serde(deserialize_with = "filled")]
    pub covers: Option<BTreeSet<FactKind>>,
    pub silence: Option<Time>,
    pub contact: Option<String>,
    pub controller: Option<String>,
    pub service_class: Option<Serving>,
    /// How long its copy of a register of permissions counts after it last reported.
    pub permissions_valid_for: Option<Seconds>,
    pub time_zone: Option<Zone>,
    pub character_set: Option<CharacterSet>,
    pub linking: Option<BTreeSet<String>>,
    pub when_unavailable: WhenUnavailable,
    #[serde(deserialize_with = "filled")]
    pub registers: Option<BTreeSet<Register>>,
    /// What the adapter has of it as it is.
    #[serde(rename = "+profile")]
    pub profile: SourceProfile,
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
const NOT_OF_SOCIAL: &str = "register referral_kinds wards worker_roles other_roles patient_classes number_types";

impl SourceTable {
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|it| it.as_str())
    }

    /// Whether it can be used. `sources`: all of them, of which it is number `n`; `written`: it, as it stands.
    pub fn check(&self, n: usize, sources: &[Self], written: &Table, mut here: Within<'_>) {
        let before = &sources[..n];
        for (key, missing) in [
            ("name", self.name.is_none()),
            ("format", self.format.is_none()),
            ("covers", self.covers.is_none()),
            ("silence", self.silence.is_none()),
        ] {
            here.refuse(missing, key, "is missing");
        }
        let unknown = self.name() == Some(UNKNOWN_SENDER);
        here.refuse(unknown, "name", "this name is for messages of unknown senders");
        let twice = self.name.is_some() && before.iter().any(|other| other.name == self.name);
        here.refuse(twice, "name", "two sources have this name");
        for other in before.iter().filter(|other| self.has_the_header_of(other)).take(1) {
            let other = other.name().unwrap_or_default();
            let problem = format_args!("application and facility do not tell it from source {other}");
            here.refuse(true, "application", problem);
        }
        for (key, token) in [("token_sha256", &self.token_sha256), ("other_token_sha256", &self.other_token_sha256)] {
            let twice = before.iter().any(|it| [&it.token_sha256, &it.other_token_sha256].contains(&token));
            here.refuse(token.is_some() && twice, key, "two sources have one token");
        }
        let alone = self.other_token_sha256.is_some() && self.token_sha256.is_none();
        here.refuse(alone, "other_token_sha256", "is the second of two: give token_sha256");
        let of_none = self.permissions_valid_for.is_some() && !self.profile.decides.contains(&Decides::Permissions);
        here.refuse(of_none, "permissions_valid_for", "is for a source that decides permissions");
        // What `rinnakkain feed` prints for a person to fill in.
        let open = self.profile.authorities.values().any(|system| system.contains("...") || system == "?");
        let problem = "an authority has no system yet: write the identifier system that it stands for";
        here.refuse(open, "authorities", problem);
        here.refuse(self.contact.as_deref() == Some("?"), "contact", "write whom to reach, or leave it out");
        // Its list would end every stay that it does not name.
        for of in
            self.profile.lists_of.iter().filter(|of| !sources.iter().any(|other| other.name() == Some(of.as_str())))
        {
            here.refuse(true, "lists_of", format_args!("there is no source {of:?}"));
        }
        if let Some(format) = self.format {
            self.check_format(format, written, here);
        }
    }

    fn has_the_header_of(&self, other: &Self) -> bool {
        let overlap = other.facility.is_none() || self.facility.is_none() || other.facility == self.facility;
        let hl7v2 = [other.format, self.format] == [Some(Format::Hl7v2); 2];
        hl7v2 && overlap && other.application == self.application
    }

    /// What its format asks for and is not there, and what is there and of another format.
    fn check_format(&self, format: Format, written: &Table, mut here: Within<'_>) {
        let (hl7v2, social) = (format == Format::Hl7v2, format == Format::Social);
        let problem = "is missing: \"patient\" or \"social\", the register of what it sends";
        here.refuse(!social && self.register.is_none(), "register", problem);
        let problem = "lists are stated by a social source, and this is none";
        here.refuse(!social && self.profile.decides.contains(&Decides::Lists), "decides", problem);
        let anonymous = self.application.as_ref().is_none_or(|it| it.trim().is_empty());
        here.refuse(hl7v2 && anonymous, "application", "is missing: what the sender writes in MSH-3");
        let problem = "is missing: what `rinnakkain hash-token` prints";
        here.refuse(!hl7v2 && self.token_sha256.is_none(), "token_sha256", problem);
        let (foreign, of): (&[&str], _) = match format {
            Format::Hl7v2 => (&[OF_SOCIAL], "is for a social source"),
            Format::Social => (&[OF_HL7V2, NOT_OF_SOCIAL], "is for an hl7v2 source"),
            Format::Fhir => (&[OF_HL7V2, OF_SOCIAL], "is for another format's source"),
        };
        let given = |value: &Value| value.as_bool() != Some(false) && value.as_table().is_none_or(|it| !it.is_empty());
        for key in foreign.iter().flat_map(|keys| keys.split(' ')) {
            here.refuse(written.get(key).is_some_and(given), key, of);
        }
    }
}
