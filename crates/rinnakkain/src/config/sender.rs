//! Who sends, and how a sender is known.
//!
//! An HL7 v2 source is known by MSH-3.1 (`application`) and, if it is given, MSH-4.1 (`facility`). MLLP has no
//! authentication: any sender could write these. So where the listener asks for client certificates a source has a
//! `certificate` too, and a message that names it over a connection with another is refused. A social-care or FHIR source
//! is known by its bearer token, of which the SHA-256 is configured. An HL7 v2 source may have a token too, to ask for the
//! outcome of its messages.

mod table;

pub use table::{SourceTable, WhenUnavailable};

use super::problems::Problems;
use crate::tls;
use adapter::Format;
use care::source as declared;
use event::{FactKind, HETU_SYSTEM, MayEnd, Register};
use jiff::tz::TimeZone;
use quota::KnownBy;
use std::collections::{BTreeMap, BTreeSet};
use toml::Value;

/// The source of what no configured source sent: such messages are refused and kept under this name.
pub const UNKNOWN_SENDER: &str = "unknown-sender";
/// The source of what stood in the journal and could not be applied.
pub const JOURNAL: &str = "journal";

/// One configured sender.
#[derive(Clone)]
pub struct Sender {
    /// How its messages are read.
    pub source: adapter::SourceProfile,
    /// How it is known.
    pub identified_by: IdentifiedBy,
    /// The SHA-256 of the token with which it sends, or asks for the outcome of its messages.
    pub token_sha256: Option<[u8; 32]>,
    /// That of another one, while its token changes over.
    pub other_token_sha256: Option<[u8; 32]>,
    /// The answer to a message that cannot be stored.
    pub when_unavailable: WhenUnavailable,
}

/// How a sender is known.
#[derive(Clone)]
pub enum IdentifiedBy {
    /// MSH-3.1, and MSH-4.1 if it matters; by a connection of this certificate, if it has one.
    Header { application: String, facility: Option<String>, certificate: Option<KnownBy> },
    /// Its bearer token.
    Token,
}

impl Sender {
    /// The SHA-256 of each token that is its own.
    pub fn tokens(&self) -> impl Iterator<Item = [u8; 32]> {
        self.token_sha256.into_iter().chain(self.other_token_sha256)
    }

    /// As the receipt service knows it, if it may ask: by each of its tokens.
    pub fn asks(&self) -> impl Iterator<Item = api::Sender> {
        self.tokens().map(|token_sha256| api::Sender { name: self.source.name.clone(), token_sha256 })
    }
}

impl IdentifiedBy {
    /// The certificate that its connections must have.
    pub fn certificate(&self) -> Option<&KnownBy> {
        match self {
            Self::Header { certificate, .. } => certificate.as_ref(),
            Self::Token => None,
        }
    }
}

/// What holds for every source.
pub struct Usual {
    pub processing_id: String,
    pub zone: TimeZone,
    pub lists_may_end: MayEnd,
}

/// How every source's messages are read, and what each covers. `written`: the sources, as they stand.
pub fn senders(
    sources: Vec<SourceTable>,
    written: Option<&Value>,
    usual: &Usual,
    problems: &mut Problems,
) -> (Vec<Sender>, Vec<declared::Source>) {
    let written = written.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    for ((n, source), written) in sources.iter().enumerate().zip(written) {
        source.check(n, &sources, written, problems.within(&["source", &n.to_string()]));
    }
    let declared = sources.iter().map(SourceTable::declared).collect();
    let mut senders: Vec<Sender> = sources.into_iter().filter_map(|source| source.sender(usual)).collect();
    let own = |it: &Sender| (it.source.name.clone(), it.source.own_system().to_owned());
    let own: BTreeMap<String, String> = senders.iter().map(own).collect();
    for source in senders.iter_mut().map(|it| &mut it.source) {
        // A number on a list without an authority is numbered by the source that the list is of.
        if source.own_system.is_none() {
            source.own_system = source.lists_of.as_ref().and_then(|of| own.get(of)).cloned();
        }
        // A source's name is also the name of its numbering system: by it an answer names whose referral it answers.
        for (name, system) in own.iter().filter(|(name, _)| **name != source.name) {
            source.authorities.entry(name.clone()).or_insert_with(|| system.clone());
        }
    }
    (senders, declared)
}

/// Whether the listener asks for the certificates that sources are known by.
pub fn certificates(senders: &[Sender], mllp: Option<&tls::Files>, problems: &mut Problems) {
    let asks = mllp.is_some_and(tls::Files::asks_clients);
    for (n, sender) in senders.iter().enumerate() {
        let known = sender.identified_by.certificate().is_some();
        let problem = "the MLLP listener asks for none: give mllp.tls.client_authority";
        problems.within(&["source", &n.to_string()]).refuse(known && !asks, "certificate", problem);
    }
}

impl SourceTable {
    /// What it covers.
    fn declared(&self) -> declared::Source {
        declared::Source {
            name: self.name().unwrap_or_default().to_owned(),
            // A social source's facts carry theirs, unless it has but one.
            register: self.register.or_else(|| {
                let registers = self.registers.clone().or_else(|| self.covers.as_ref().map(usual_registers));
                registers.filter(|it| it.len() == 1)?.first().copied()
            }),
            covers: self.covers.clone().unwrap_or_default(),
            silence_seconds: self.silence.as_ref().map_or(0, |it| it.as_secs().try_into().unwrap_or(i64::MAX)),
            contact: self.contact.clone(),
        }
    }

    /// `None`: something in it is a problem that was noted.
    fn sender(self, usual: &Usual) -> Option<Sender> {
        let name = self.name()?.to_owned();
        let format = self.format?;
        let identified_by = match format {
            Format::Hl7v2 => IdentifiedBy::Header {
                application: self.application?,
                facility: self.facility,
                certificate: self.certificate.map(|it| it.0),
            },
            Format::Social | Format::Fhir => IdentifiedBy::Token,
        };
        let covers = self.covers?;
        let registers = match (self.register, self.registers) {
            (Some(register), _) => [register].into(),
            (None, Some(registers)) => registers,
            (None, None) => usual_registers(&covers),
        };
        let own_system = self.profile.own_system.clone().unwrap_or_else(|| name.clone());
        let source = adapter::SourceProfile {
            name,
            format,
            revision: self.revision.map_or(0, |it| it.0),
            // Social events carry their own.
            register: self.register.unwrap_or(Register::Patient),
            zone: self.time_zone.map_or_else(|| usual.zone.clone(), |it| it.0),
            character_set: self.character_set.map(|it| it.0),
            linking: self.linking.unwrap_or_else(|| [HETU_SYSTEM.to_owned(), own_system].into()),
            processing_id: usual.processing_id.clone(),
            covers,
            registers,
            lists_may_end: usual.lists_may_end,
            ..self.profile
        };
        let (token_sha256, other_token_sha256) = (self.token_sha256, self.other_token_sha256);
        let [token_sha256, other_token_sha256] = [token_sha256, other_token_sha256].map(|it| it.map(|it| it.0));
        Some(Sender {
            source,
            identified_by,
            token_sha256,
            other_token_sha256,
            when_unavailable: self.when_unavailable,
        })
    }
}

/// Social care writes its own register; hospitals' stays and their social work are in the other.
fn usual_registers(covers: &BTreeSet<FactKind>) -> BTreeSet<Register> {
    let of_hospitals = [FactKind::Stays, FactKind::HealthSocialWork].iter().any(|it| covers.contains(it));
    let patient = of_hospitals.then_some(Register::Patient);
    patient.into_iter().chain([Register::Social]).collect()
}
