//! The codes that a message uses, and what the configuration makes of each.
//!
//! For the person who connects a feed: `rinnakkain translate` and `rinnakkain feed` show them, with how to configure those
//! that are not known. They are text of the message, so they are never logged, counted by name or stored (law 3), and are
//! no part of a translation. A text that may be no code but somebody's name or number is marked as such
//! ([`UsedCode::may_be_personal`]).

use crate::number::{hetu, shaped_as_codes};
use std::collections::{BTreeMap, BTreeSet};

/// The most codes of one kind in one message.
const MAX_CODES: usize = 50;
/// The most fields of one message.
const MAX_FIELDS: usize = 1_000;
/// A longer code is no code.
const MAX_CODE: usize = 80;
/// A longer text is no code, unless it is a URI or an OID.
const MAX_PLAIN: usize = 30;
/// A number with at least so many digits may be a person's: a phone number, an identity code.
const MAX_DIGITS: usize = 5;

/// A code, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedCode {
    /// What it is a code of.
    pub what: CodeKind,
    /// As written in the message.
    pub code: String,
    /// Its meaning, by the configuration or by the standard's own table. `None`: it is not known.
    pub meaning: Option<String>,
    /// It does not have the form of a code, or it is also a name in the message. It is shown only beside the message
    /// itself.
    pub may_be_personal: bool,
}

/// What a code is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeKind {
    /// The message's type and trigger event, a FHIR message's event, a CloudEvent's type.
    MessageType,
    /// Who sends: MSH-3 and MSH-4, a CloudEvent's `source`.
    Sender,
    /// The version of the format.
    Version,
    /// MSH-18.
    CharacterSet,
    /// MSH-11.
    ProcessingId,
    /// An assigning authority of numbers of people: a name in CX.4, a FHIR identifier's system.
    Authority,
    /// One of the numbers of stays, referrals and professionals. The same number is the same thing without a configured
    /// meaning, unless another source writes it with another authority.
    KeyAuthority,
    /// The place of an identity code where none is read.
    StrayIdentityCode,
    /// A type of number, HL7 table 0203.
    NumberType,
    /// A facility of wards, PV1-3.4.
    Facility,
    /// A ward; [`crate::SourceProfile::wards`] does not have it, and the list of wards may.
    Ward,
    /// A patient class, HL7 table 0004.
    PatientClass,
    /// A worker's role.
    WorkerRole,
    /// A kind of referral.
    ReferralKind,
    /// A field that is filled: `PID-3`, `Encounter.period`, `data.client`. Its meaning is whether it is read.
    Field,
}

impl CodeKind {
    /// Every one, in the order in which they are shown.
    pub const ALL: &[Self] = &[
        Self::MessageType,
        Self::Sender,
        Self::Version,
        Self::CharacterSet,
        Self::ProcessingId,
        Self::Authority,
        Self::KeyAuthority,
        Self::StrayIdentityCode,
        Self::NumberType,
        Self::Facility,
        Self::Ward,
        Self::PatientClass,
        Self::WorkerRole,
        Self::ReferralKind,
        Self::Field,
    ];

    /// The stable name: in what programs read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MessageType => "message-type",
            Self::Sender => "sender",
            Self::Version => "version",
            Self::CharacterSet => "character-set",
            Self::ProcessingId => "processing-id",
            Self::Authority => "authority",
            Self::KeyAuthority => "key-authority",
            Self::StrayIdentityCode => "stray-identity-code",
            Self::NumberType => "number-type",
            Self::Facility => "facility",
            Self::Ward => "ward",
            Self::PatientClass => "patient-class",
            Self::WorkerRole => "worker-role",
            Self::ReferralKind => "referral-kind",
            Self::Field => "field",
        }
    }

    /// Whether a setting of the source gives the meaning of such a code.
    #[must_use]
    pub fn is_configured(self) -> bool {
        match self {
            Self::Authority
            | Self::NumberType
            | Self::Ward
            | Self::PatientClass
            | Self::WorkerRole
            | Self::ReferralKind => true,
            Self::MessageType
            | Self::Sender
            | Self::KeyAuthority
            | Self::StrayIdentityCode
            | Self::Version
            | Self::CharacterSet
            | Self::ProcessingId
            | Self::Facility
            | Self::Field => false,
        }
    }

    /// A place in a message, which is never a text of it.
    fn is_place(self) -> bool {
        matches!(self, Self::Field | Self::StrayIdentityCode)
    }

    fn most(self) -> usize {
        if self == Self::Field { MAX_FIELDS } else { MAX_CODES }
    }
}

impl UsedCode {
    /// The configuration would have to say what it means, and does not.
    #[must_use]
    pub fn is_unmapped(&self) -> bool {
        self.meaning.is_none() && self.what.is_configured()
    }
}

/// The codes that were found, bounded.
#[derive(Default)]
pub(crate) struct Codes {
    found: BTreeMap<(CodeKind, String), Option<String>>,
    /// The words of names in the message, in lower case.
    names: BTreeSet<String>,
}

impl Codes {
    /// Notes a code, unless it is too long for one, or there are too many.
    pub(crate) fn note(&mut self, what: CodeKind, code: &str, meaning: Option<&str>) {
        let code = code.trim();
        let fits = !code.is_empty() && code.chars().nth(MAX_CODE).is_none() && !code.chars().any(char::is_control);
        let of_kind = self.found.keys().filter(|(kind, _)| *kind == what).count();
        // A misplaced identity code is not shown.
        if fits && hetu(code).is_none() && of_kind < what.most() {
            self.found.insert((what, code.to_owned()), meaning.map(str::to_owned));
        }
    }

    /// Notes a place in which no identity code is read, if `text` holds one.
    pub(crate) fn note_stray(&mut self, place: &str, text: &str) {
        if shaped_as_codes(text).any(|part| hetu(part).is_some()) {
            self.note(CodeKind::StrayIdentityCode, place, None);
        }
    }

    /// Notes a person's name or number: a code that is the same text is not shown.
    pub(crate) fn note_name(&mut self, text: &str) {
        self.names.extend(words(text).map(str::to_lowercase));
    }

    /// In the order of kinds and codes.
    pub(crate) fn finish(self) -> Vec<UsedCode> {
        let Self { found, names } = self;
        let is_name = |code: &str| words(code).any(|word| names.contains(&word.to_lowercase()));
        let code = |((what, code), meaning): ((CodeKind, String), Option<String>)| {
            // What the configuration or a table knows is a code.
            let is_known = meaning.is_some() && what != CodeKind::Facility;
            // A field is shown by its place, and a sender is a system, of which words are no names.
            let may_be_personal = if what == CodeKind::Sender {
                code.contains('@') || (has_long_number(&code) && !is_oid(&code))
            } else {
                !what.is_place() && !is_known && (!has_the_form(&code) || is_name(&code))
            };
            UsedCode { what, code, meaning, may_be_personal }
        };
        found.into_iter().map(code).collect()
    }
}

/// Words of three letters or more: shorter ones are in many codes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().nth(2).is_some())
}

/// Whether it may be shown without its message: a URI or an OID without blanks; else short, of at most two parts, without a
/// long number and without a word written as names are.
fn has_the_form(code: &str) -> bool {
    let is_uri = code.contains("://") || code.starts_with("urn:");
    if is_oid(code) {
        return true;
    }
    if is_uri {
        return !code.contains(|c: char| c.is_whitespace() || "@?#".contains(c)) && !has_long_number(code);
    }
    let is_sign = |c: char| c.is_alphanumeric() || " ._:/^&+-".contains(c);
    let is_name = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
    };
    let long_words = || words(code).filter(|word| word.chars().all(char::is_alphabetic));
    code.chars().nth(MAX_PLAIN).is_none()
        && code.chars().all(is_sign)
        && code.split_whitespace().count() <= 2
        && !has_long_number(code)
        && !long_words().any(is_name)
        // Two words are a name, a code has one: OS 2204.
        && (!code.contains(' ') || long_words().count() < 2)
}

/// An OID, by itself or as a URN: its long numbers are registered ones.
fn is_oid(code: &str) -> bool {
    let oid = code.strip_prefix("urn:oid:").unwrap_or(code);
    oid.split('.').count() >= 3 && oid.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn has_long_number(code: &str) -> bool {
    code.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > MAX_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::{CodeKind, Codes, MAX_CODES, has_the_form};

    #[test]
    fn codes_are_bounded_in_length_and_number() {
        let mut found = Codes::default();
        for code in ["", " ", "a\nb", &"x".repeat(81), "010594Y9032"] {
            found.note(CodeKind::Ward, code, None);
        }
        assert!(found.found.is_empty());
        for n in 0..200 {
            found.note(CodeKind::Ward, &n.to_string(), None);
            found.note(CodeKind::Ward, "same", None);
        }
        assert_eq!(found.found.len(), MAX_CODES);
    }

    #[test]
    fn what_may_be_a_name_or_a_number_has_not_the_form_of_a_code() {
        let codes = [
            "OS3",
            "OS 2204",
            "2204",
            "KYS",
            "iisalmi/3",
            "ADT^A01",
            "PKL ÄP",
            "inpatient",
            "TSOS-1",
            "urn:oid:1.2.246.10.99999991.14.1",
            "1.2.246.21",
            "https://kys.example/numero",
            "2.5.1",
        ];
        for code in codes {
            assert!(has_the_form(code), "{code}");
        }
        let others = [
            "Meikäläinen",
            "Matti Meikäläinen",
            "MEIKÄLÄINEN MATTI",
            "Osasto 3",
            "0440001234",
            "010594-9032",
            "a b c",
            "matti@example.fi",
            "osasto kolmas kerros oikealla puolella",
            "https://x.example/?hetu=1",
            "https://x.example/patient/0440001234",
            "urn:person:010594-9032",
            "käynti: 1;2",
        ];
        for other in others {
            assert!(!has_the_form(other), "{other}");
        }
    }

    #[test]
    fn a_name_of_the_message_is_no_code() {
        let mut codes = Codes::default();
        codes.note_name("VIRTANEN");
        codes.note(CodeKind::WorkerRole, "VIRTANEN", None);
        codes.note(CodeKind::WorkerRole, "LAAK", None);
        codes.note(CodeKind::Ward, "VIRTANEN", Some("2204"));
        codes.note(CodeKind::Sender, "UUSI / SAIRAALA", None);
        codes.note(CodeKind::Sender, "matti@example.fi", None);
        codes.note(CodeKind::Sender, "https://x.example/0440001234", None);
        let shown: Vec<_> = codes.finish().into_iter().map(|it| (it.code, it.may_be_personal)).collect();
        let expected = [
            ("UUSI / SAIRAALA", false),
            ("https://x.example/0440001234", true),
            ("matti@example.fi", true),
            ("VIRTANEN", false),
            ("LAAK", false),
            ("VIRTANEN", true),
        ];
        assert_eq!(shown, expected.map(|(code, personal)| (code.to_owned(), personal)));
    }
}
