//! Who sends, and how a sender is told from another.
//!
//! An HL7 v2 source is the one whose `application` (and `facility`, if given) stand in MSH-3.1 (and MSH-4.1). MLLP has no
//! authentication, and any sender could write so: where the listener asks for client certificates, a source has a
//! `certificate` too, and a message that names it by a connection of another's is refused. A social-care or a FHIR source
//! is the one whose bearer token has the configured SHA-256; an HL7 v2 source may have a token too, for asking
//! what became of its messages.

use super::file::{self, Format};
use super::permitted::{decides, kind, usual_registers};
use super::problems::Problems;
use crate::tls;
use crate::tls::certificate::KnownBy;
use adapter::{NegativeAcknowledgement, NumberType, StayKey};
use care::source as declared;
use event::{HETU_SYSTEM, ReferralKind, Register, StayClass, WorkerRole};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

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
    /// The SHA-256 of the token with which it asks what became of its messages.
    pub token_sha256: Option<[u8; 32]>,
    /// What it is told when nothing can be stored.
    pub when_unavailable: WhenUnavailable,
}

impl Sender {
    /// Who may ask what became of its messages.
    pub fn asks(&self) -> Option<api::Sender> {
        self.token_sha256.map(|token_sha256| api::Sender { name: self.source.name.clone(), token_sha256 })
    }
}

/// How a sender is known.
#[derive(Clone)]
pub enum IdentifiedBy {
    /// MSH-3.1, and MSH-4.1 if it matters; by a connection of this certificate, if it has one.
    Header { application: String, facility: Option<String>, certificate: Option<KnownBy> },
    /// Its bearer token.
    Token,
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

/// What an HL7 v2 sender is told when its message could not be stored in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenUnavailable {
    /// Nothing: the connection closes, and the sender keeps its message.
    Close,
    /// AR with ERR-3 207: for an engine that sends again after an AR.
    Reject,
}

/// How every source's messages are read.
pub fn senders(sources: &[file::Sender], processing: &str, zone: &TimeZone, problems: &mut Problems) -> Vec<Sender> {
    for (n, source) in sources.iter().enumerate() {
        check(source, &sources[..n], problems);
        // Its list would end every stay that it does not name, of a source that tells none or is none.
        if let Some(of) = &source.lists_of
            && !sources.iter().any(|other| other.name == *of)
        {
            problems.add(format!("source {}: lists_of: there is no source {of:?}", source.name));
        }
    }
    let mut senders: Vec<Sender> =
        sources.iter().filter_map(|source| sender(source, processing, zone, problems)).collect();
    let own = |it: &Sender| (it.source.name.clone(), it.source.own_system().to_owned());
    let own: BTreeMap<String, String> = senders.iter().map(own).collect();
    for source in senders.iter_mut().map(|it| &mut it.source) {
        // What a list numbers without an authority is numbered by the source that it is a list of.
        if source.own_system.is_none() {
            source.own_system = source.lists_of.as_ref().and_then(|of| own.get(of)).cloned();
        }
        // A source's name is a name of whoever numbers there: by it an answer says whose referral it answers.
        for (name, system) in own.iter().filter(|(name, _)| **name != source.name) {
            source.authorities.entry(name.clone()).or_insert_with(|| system.clone());
        }
    }
    senders
}

/// Whether the listener asks for the certificates that sources are known by.
pub fn certificates(senders: &[Sender], mllp: Option<&tls::Files>, problems: &mut Problems) {
    if mllp.is_some_and(tls::Files::asks_clients) {
        return;
    }
    for sender in senders.iter().filter(|sender| sender.identified_by.certificate().is_some()) {
        problems.add(format!(
            "source {}: certificate: the MLLP listener asks for none: give mllp.tls.client_authority",
            sender.source.name
        ));
    }
}

/// What every source covers.
pub fn declared(sources: &[file::Sender], problems: &mut Problems) -> Vec<declared::Source> {
    let read = |source: &file::Sender| declared::Source {
        name: source.name.clone(),
        // A social source's facts carry theirs.
        register: source.register,
        covers: source.covers.iter().copied().collect(),
        silence_seconds: problems
            .duration(&format!("source {}: silence", source.name), &source.silence)
            .as_secs()
            .try_into()
            .unwrap_or(i64::MAX),
        contact: source.contact.clone(),
    };
    sources.iter().map(read).collect()
}

fn check(source: &file::Sender, before: &[file::Sender], problems: &mut Problems) {
    let key = format!("source {}", source.name);
    problems.name(&key, &source.name);
    if source.name == UNKNOWN_SENDER {
        problems.add(format!("{key}: this name is for messages of unknown senders"));
    }
    if before.iter().any(|other| other.name == source.name) {
        problems.add(format!("{key}: two sources have this name"));
    }
    let overlap = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    let same = |other: &&file::Sender| {
        other.format == Format::Hl7v2
            && source.format == Format::Hl7v2
            && other.application == source.application
            && overlap(&other.facility, &source.facility)
    };
    if let Some(other) = before.iter().find(same) {
        problems.add(format!("{key}: application and facility do not tell it from source {}", other.name));
    }
    let token = |of: &file::Sender| of.token_sha256.as_ref().map(|it| it.reveal().to_ascii_lowercase());
    if source.token_sha256.is_some() && before.iter().any(|other| token(other) == token(source)) {
        problems.add(format!("{key}: two sources have one token"));
    }
    if source.revision > 999 {
        problems.add(format!("{key}: revision is at most 999"));
    }
    if source.decides.contains(&file::Decides::Lists) && source.format != Format::Social {
        problems.add(format!("{key}: decides: lists are stated by a social source, and this is none"));
    }
    if source.registers.as_ref().is_some_and(Vec::is_empty) {
        problems.add(format!("{key}: registers is empty, so it could write nothing"));
    }
    if source.covers.is_empty() {
        problems.add(format!("{key}: covers is empty, so it would speak for nothing"));
    }
    let (foreign, of): (&[(&str, bool)], _) = match source.format {
        Format::Hl7v2 => (
            &[
                ("event_source", source.event_source.is_some()),
                ("lists_of", source.lists_of.is_some()),
                ("registers", source.registers.is_some()),
            ],
            "a social source",
        ),
        Format::Social => (
            &[
                ("application", source.application.is_some()),
                ("facility", source.facility.is_some()),
                ("certificate", source.certificate.is_some()),
                ("register", source.register.is_some()),
                ("referral_kinds", !source.referral_kinds.is_empty()),
                ("when_unavailable", source.when_unavailable.is_some()),
                ("character_set", source.character_set.is_some()),
                ("refusals", source.refusals.is_some()),
                ("wards", !source.wards.is_empty()),
                ("worker_roles", !source.worker_roles.is_empty()),
                ("orders_are_referrals", source.orders_are_referrals),
                ("patient_classes", !source.patient_classes.is_empty()),
                ("stay_key", source.stay_key.is_some()),
                ("number_types", !source.number_types.is_empty()),
            ],
            "an hl7v2 source",
        ),
        Format::Fhir => (
            &[
                ("application", source.application.is_some()),
                ("facility", source.facility.is_some()),
                ("certificate", source.certificate.is_some()),
                ("event_source", source.event_source.is_some()),
                ("lists_of", source.lists_of.is_some()),
                ("registers", source.registers.is_some()),
                ("when_unavailable", source.when_unavailable.is_some()),
                ("character_set", source.character_set.is_some()),
                ("refusals", source.refusals.is_some()),
                ("orders_are_referrals", source.orders_are_referrals),
                ("stay_key", source.stay_key.is_some()),
            ],
            "another format's source",
        ),
    };
    if source.character_set.as_ref().is_some_and(|name| !adapter::hl7v2::is_character_set(name)) {
        problems.add(format!("{key}: character_set is not one that is understood: HL7 table 0211, as in MSH-18"));
    }
    if source.format != Format::Social && source.register.is_none() {
        problems.add(format!("{key}: register is missing: \"patient\" or \"social\", the register of what it sends"));
    }
    for (name, _) in foreign.iter().filter(|(_, given)| *given) {
        problems.add(format!("{key}: {name} is for {of}"));
    }
}

fn sender(source: &file::Sender, processing: &str, zone: &TimeZone, problems: &mut Problems) -> Option<Sender> {
    let key = format!("source {}", source.name);
    let token_sha256 = match &source.token_sha256 {
        Some(token) => Some(problems.sha256(&format!("{key}: token_sha256"), token.reveal())?),
        None => None,
    };
    let (format, identified_by) = match source.format {
        Format::Hl7v2 => {
            let Some(application) = source.application.clone().filter(|it| !it.trim().is_empty()) else {
                problems.add(format!("{key}: application is missing: what the sender writes in MSH-3"));
                return None;
            };
            let certificate = source.certificate.as_deref().and_then(|text| {
                let known = KnownBy::parse(text);
                if known.is_none() {
                    problems.add(format!(
                        "{key}: certificate: write one of its subject alternative names, whole, or its SHA-256"
                    ));
                }
                known
            });
            (
                adapter::Format::Hl7v2,
                IdentifiedBy::Header { application, facility: source.facility.clone(), certificate },
            )
        }
        Format::Social | Format::Fhir => {
            if token_sha256.is_none() {
                problems.add(format!("{key}: token_sha256 is missing: what `rinnakkain hash-token` prints"));
                return None;
            }
            let social = source.format == Format::Social;
            (if social { adapter::Format::Social } else { adapter::Format::Fhir }, IdentifiedBy::Token)
        }
    };
    let mut read = adapter::SourceProfile::new(&source.name, format);
    read.revision = source.revision;
    // Social events carry their own; an HL7 v2 source without one is a problem already noted.
    read.register = source.register.unwrap_or(Register::Patient);
    let own_zone = source.time_zone.as_deref().map(|name| problems.zone(&format!("{key}: time_zone"), name));
    read.zone = own_zone.flatten().unwrap_or_else(|| zone.clone());
    read.character_set.clone_from(&source.character_set);
    read.negative_acknowledgement = match source.refusals {
        Some(file::Refusals::AeIsSentAgain) => NegativeAcknowledgement::ErrorIsSentAgain,
        Some(file::Refusals::Standard) | None => NegativeAcknowledgement::Standard,
    };
    read.wards.clone_from(&source.wards);
    read.worker_roles = source.worker_roles.iter().map(|(code, role)| (code.clone(), worker_role(*role))).collect();
    read.authorities.clone_from(&source.authorities);
    read.own_system.clone_from(&source.own_system);
    let usual = || vec![HETU_SYSTEM.to_owned(), read.own_system().to_owned()];
    read.linking = source.linking.clone().unwrap_or_else(usual).into_iter().collect();
    read.artificial_hetu = source.artificial_identity_codes;
    processing.clone_into(&mut read.processing_id);
    let kinds = source.referral_kinds.iter();
    read.referral_kinds = kinds.map(|(code, kind)| (code.clone(), referral_kind(*kind))).collect();
    read.orders_are_referrals = source.orders_are_referrals;
    read.event_source.clone_from(&source.event_source);
    read.lists_of.clone_from(&source.lists_of);
    let classes = source.patient_classes.iter();
    read.patient_classes = classes.map(|(code, class)| (code.clone(), stay_class(*class))).collect();
    read.stay_key = match source.stay_key {
        Some(file::StayKey::Account) => StayKey::Account,
        Some(file::StayKey::Visit) | None => StayKey::Visit,
    };
    read.number_types = source.number_types.iter().map(|(code, it)| (code.clone(), number_type(*it))).collect();
    read.placeholders = source.placeholders.iter().cloned().collect();
    read.decides = source.decides.iter().map(|it| decides(*it)).collect();
    read.covers = source.covers.iter().map(|it| kind(*it)).collect();
    read.registers = match (source.register, &source.registers) {
        (Some(register), _) => [register].into(),
        (None, Some(registers)) => registers.iter().copied().collect(),
        (None, None) => usual_registers(&source.covers),
    };
    let when_unavailable = match source.when_unavailable {
        Some(file::WhenUnavailable::Ar) => WhenUnavailable::Reject,
        Some(file::WhenUnavailable::Close) | None => WhenUnavailable::Close,
    };
    Some(Sender { source: read, identified_by, token_sha256, when_unavailable })
}

fn worker_role(role: file::WorkerRole) -> WorkerRole {
    match role {
        file::WorkerRole::OwnWorker => WorkerRole::OwnWorker,
        file::WorkerRole::ResponsibleWorker => WorkerRole::ResponsibleWorker,
        file::WorkerRole::WorkPair => WorkerRole::WorkPair,
        file::WorkerRole::ChildsSocialWorker => WorkerRole::ChildsSocialWorker,
        file::WorkerRole::HealthSocialWorker => WorkerRole::HealthSocialWorker,
        file::WorkerRole::CaseManager => WorkerRole::CaseManager,
        file::WorkerRole::DutySocialService => WorkerRole::DutySocialService,
    }
}

fn stay_class(class: file::StayClass) -> StayClass {
    match class {
        file::StayClass::Emergency => StayClass::Emergency,
        file::StayClass::Inpatient => StayClass::Inpatient,
        file::StayClass::Outpatient => StayClass::Outpatient,
    }
}

fn number_type(it: file::NumberType) -> NumberType {
    match it {
        file::NumberType::Patient => NumberType::Patient,
        file::NumberType::IdentityCode => NumberType::IdentityCode,
    }
}

fn referral_kind(kind: file::ReferralKind) -> ReferralKind {
    match kind {
        file::ReferralKind::Referral => ReferralKind::Referral,
        file::ReferralKind::Contact => ReferralKind::Contact,
        file::ReferralKind::Notice => ReferralKind::Notice,
    }
}
