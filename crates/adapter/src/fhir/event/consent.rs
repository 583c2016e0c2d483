//! Consent: what the client permits and forbids (hl7.org/fhir/R4/consent.html; 703/2023 6 §, 53 §, 58 §, 59 §).
//!
//! - A permission that cannot be understood to its last narrowing is refused by its place: taken without it, it would open more
//!   than the client gave. A prohibition is taken all the same: what is not understood of it forbids everything of the register.
//! - The rule is `provision.type`, else `policyRule` (OPTIN, OPTOUT); where the two differ, the Consent forbids.
//! - A Consent is known by its identifier, as a team is ([`crate::fhir::event::choice`]); what is over is over under each of its
//!   names. One that is put replaces its earlier version: then its other names permit nothing any more, nor does one that forbids
//!   now. One that permits now lifts nothing: a prohibition ends when it is sent as over.
//! - A code that opens something, or by which the Consent is passed over, counts of its own code system only, or without one
//!   ([`CodeableConcept::codes_of`]): the same letters of another system mean something else. One that closes counts of any.

mod permission;
mod prohibition;

use crate::fhir::event::choice::{Known, Name, Weight};
use crate::fhir::event::context::Context;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::element::CodeableConcept;
use crate::fhir::resource::{Consent, Provision};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::remark::RemarkCode;
use event::{Body, Instant, PermissionWithdrawn, ProhibitionLifted, Token};

/// What the Consent states.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Permits,
    Forbids,
}

/// Whether it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    /// It held until now.
    Over,
    /// It never was in force.
    Never,
}

/// Its names: the first is the key.
struct Names {
    key: Token,
    others: Vec<(Token, Weight)>,
}

/// Adds the events of the Consent in entry `at`.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    at: usize,
    consent: &Consent,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    if !is_of_disclosure(at, consent)? {
        return Ok(());
    }
    let Some(status) = Status::of(at, consent)? else { return Ok(()) };
    let rule = Rule::of(at, consent, status)?;
    let place = |path| MessagePlace::Entry(at, path);
    let subject = context.subject(at, consent.patient.as_ref(), place("resource.patient"))?;
    let record = subject.record(context, None)?;
    let recorded_at = writer.recorded(context, at, context.recorded(at, consent.meta.as_ref())?)?;
    let domain = if rule == Some(Rule::Forbids) { "prohibition" } else { "permission" };
    let (names, of) = (context.consent_names(at, consent, domain)?, (&record, subject.presented.as_slice()));
    let begins = begins(context, at, consent)?.unwrap_or(recorded_at);
    let ends = if status == Status::Never { begins } else { recorded_at };
    let sure = || names.others.iter().filter(|(_, weight)| *weight == Weight::Sure).map(|(token, _)| *token);
    let withdrawn = |permission| Body::from(PermissionWithdrawn { permission });
    // What is posted is new.
    let replaces = context.bundle.entries[at].request.as_ref().is_none_or(|it| it.method.as_deref() != Some("POST"));
    match (status, rule) {
        (Status::Active, Some(Rule::Forbids)) => {
            let (set, forbids_more) = prohibition::set(context, at, consent, names.key)?;
            writer.add(of, begins, |_| Body::from(set));
            if forbids_more {
                writer.note(RemarkCode::ForbidsMore, place("resource.provision"));
            }
            if replaces {
                let permission = context.consent_names(at, consent, "permission")?.key;
                writer.add(of, recorded_at, |_| withdrawn(permission));
            }
        }
        (Status::Active, _) => {
            let given = permission::given(context, at, consent, names.key)?;
            writer.add(of, begins, |_| Body::from(given));
            for other in sure().filter(|_| replaces) {
                writer.add(of, recorded_at, |_| withdrawn(other));
            }
        }
        (Status::Over | Status::Never, Some(Rule::Forbids)) => {
            for prohibition in std::iter::once(names.key).chain(sure()) {
                writer.add(of, ends, |_| Body::from(ProhibitionLifted { prohibition }));
            }
        }
        (Status::Over | Status::Never, _) => {
            for permission in std::iter::once(names.key).chain(names.others.iter().map(|(other, _)| *other)) {
                writer.add(of, ends, |_| withdrawn(permission));
            }
        }
    }
    subject.add_person(context, &record, writer)
}

/// The code systems of the standard codes (hl7.org/fhir/R4/terminologies-systems.html).
mod system {
    pub(super) const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
    pub(super) const ACTION: &str = "http://terminology.hl7.org/CodeSystem/consentaction";
    pub(super) const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    pub(super) const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    pub(super) const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    pub(super) const LOINC: &str = "http://loinc.org";
}

/// Is it about disclosing data? A consent to a treatment, to research or an advance directive is not
/// (hl7.org/fhir/R4/valueset-consent-scope.html).
fn is_of_disclosure(at: usize, consent: &Consent) -> Result<bool, RejectionReason> {
    let place = MessagePlace::Entry(at, "resource.scope");
    let scope = consent.scope.as_ref().ok_or(RejectionReason::missing(place))?;
    if scope.codes().any(|code| code == "patient-privacy") {
        return Ok(true);
    }
    let is_other = scope.codes_of(system::SCOPE).any(|code| ["treatment", "research", "adr"].contains(&code));
    if is_other { Ok(false) } else { Err(unknown(place, "not a scope of a Consent")) }
}

/// Since when: its period, else when it was given.
fn begins(context: Context<'_>, at: usize, consent: &Consent) -> Result<Option<Instant>, RejectionReason> {
    let start = consent.provision.as_ref().and_then(|it| it.period.as_ref()).and_then(|it| it.start.as_deref());
    let start = context.instant(start, MessagePlace::Entry(at, "resource.provision.period.start"))?;
    let given = context.instant(consent.date_time.as_deref(), MessagePlace::Entry(at, "resource.dateTime"))?;
    Ok(start.or(given))
}

impl Status {
    /// `None`: it is none yet.
    fn of(at: usize, consent: &Consent) -> Result<Option<Self>, RejectionReason> {
        let place = MessagePlace::Entry(at, "resource.status");
        Ok(match consent.status.as_deref().ok_or(RejectionReason::missing(place))? {
            "draft" | "proposed" => None,
            "active" => Some(Self::Active),
            "inactive" => Some(Self::Over),
            "rejected" | "entered-in-error" => Some(Self::Never),
            _ => return Err(unknown(place, "not a status of a Consent")),
        })
    }
}

impl Rule {
    /// `None`: it is over, and does not say what it was.
    fn of(at: usize, consent: &Consent, status: Status) -> Result<Option<Self>, RejectionReason> {
        let place = MessagePlace::Entry(at, "resource.provision.type");
        let own = match consent.provision.as_ref().and_then(|it| it.kind.as_deref()) {
            None => None,
            Some("permit") => Some(Self::Permits),
            Some("deny") => Some(Self::Forbids),
            Some(_) => return Err(unknown(place, "neither permit nor deny")),
        };
        let policy = || consent.policy_rule.iter();
        let opted_out = policy().flat_map(CodeableConcept::codes).any(|code| code == "OPTOUT");
        let opted_in = policy().flat_map(|it| it.codes_of(system::ACT_CODE)).any(|code| code == "OPTIN");
        let rule = if opted_out { Some(Self::Forbids) } else { own.or(opted_in.then_some(Self::Permits)) };
        if rule.is_none() && status == Status::Active {
            return Err(RejectionReason::missing(place));
        }
        // To be rejected and to be lifted are two things, and only the second opens data.
        if rule == Some(Self::Forbids) && consent.status.as_deref() == Some("rejected") {
            let text = "a prohibition that the client lifts is inactive, not rejected";
            return Err(unknown(MessagePlace::Entry(at, "resource.status"), text));
        }
        Ok(rule)
    }
}

impl Context<'_> {
    /// The names of the Consent in entry `at`. One that has none could never be withdrawn.
    fn consent_names(self, at: usize, consent: &Consent, domain: &str) -> Result<Names, RejectionReason> {
        let token = |Known { name, weight }: Known<'_>| {
            let token = match name {
                Name::Identifier(it) => self.key(it)?.token(self.keyring, domain),
                Name::Address(address) => self.address_token(domain, &address),
            };
            Some((token, weight))
        };
        let names = self.names(at, consent.identifier.as_deref().unwrap_or_default());
        let mut all: Vec<_> = names.into_iter().filter_map(token).collect();
        if all.is_empty() {
            all.extend(self.own_token(domain, at).map(|own| (own, Weight::Sure)));
        }
        let mut all = all.into_iter();
        let missing = RejectionReason::missing(MessagePlace::Entry(at, "resource.identifier"));
        let (key, _) = all.next().ok_or(missing)?;
        Ok(Names { key, others: all.filter(|(other, _)| *other != key).collect() })
    }
}

/// A code that is not understood.
fn unknown(place: MessagePlace, text: &'static str) -> RejectionReason {
    RejectionReason::new(RejectionCode::TableValueNotFound, place, text)
}

/// True if a list has anything.
fn is_any<T>(list: Option<&Vec<T>>) -> bool {
    list.is_some_and(|list| !list.is_empty())
}

/// True if something changes what an actor of it means.
fn is_modified_actor(provision: &Provision) -> bool {
    provision.actor.iter().flatten().any(|it| is_any(it.modifier_extension.as_ref()))
}

/// True if it is about disclosing, among other things: no action means every action
/// (hl7.org/fhir/R4/valueset-consent-action.html).
fn discloses(actions: Option<&Vec<CodeableConcept>>) -> bool {
    let codes = || actions.into_iter().flatten().flat_map(|it| it.codes_of(system::ACTION));
    !is_any(actions) || codes().any(|code| ["disclose", "access"].contains(&code))
}
