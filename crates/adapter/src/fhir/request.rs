//! ServiceRequest: what is asked of social care (hl7.org/fhir/R4/servicerequest.html), and by what a referral is known.
//!
//! The request's identifier, so that its Tasks and the receiver's meet: the placer's, whatever its place in the list
//! (HL7 table 0203 PLAC), before the filler's; without one the Task's, else the sender's own address of the request.

use super::choice::Name;
use super::context::{Context, Writer};
use super::element::{CodeableConcept, Identifier, Meta, Period, Reference};
use super::task::{Task, in_error};
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    Body, Code, FactKind, Instant, Record, ReferralCancelled, ReferralCompleted, ReferralEvent, ReferralKind,
    ReferralOnHold, ReferralRequested, Token,
};
use serde::Deserialize;

/// SNOMED CT, Social service procedure.
pub(super) const SOCIAL_SERVICE: &str = "410606002";

/// A ServiceRequest.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ServiceRequest {
    meta: Option<Meta>,
    pub(super) identifier: Option<Vec<Identifier>>,
    status: Option<String>,
    intent: Option<String>,
    pub(super) category: Option<Vec<CodeableConcept>>,
    code: Option<CodeableConcept>,
    pub(super) priority: Option<String>,
    pub(super) subject: Option<Reference>,
    #[serde(rename = "authoredOn")]
    authored_on: Option<String>,
    #[serde(rename = "occurrenceDateTime")]
    occurrence: Option<String>,
    #[serde(rename = "occurrencePeriod")]
    occurrence_period: Option<Period>,
}

/// Adds what the ServiceRequest of entry `at` says, if no Task of the bundle speaks of it and it is of social care: a
/// laboratory's order is one too.
pub(super) fn tell(
    context: Context<'_>,
    at: usize,
    request: &ServiceRequest,
    writer: &mut Writer<'_>,
) -> Result<(), Fault> {
    if request.intent.as_deref() != Some("order") || !context.is_social(request) || context.has_task(at) {
        return Ok(());
    }
    let place = |path| Place::Entry(at, path);
    let subject = context.subject(at, request.subject.as_ref(), place("resource.subject"))?;
    let record = subject.record(context, None)?;
    let recorded_at = writer.recorded(context.recorded(at, request.meta.as_ref())?)?;
    let authored_on = context.instant(request.authored_on.as_deref(), place("resource.authoredOn"))?;
    let identifiers: Vec<&Identifier> = request.identifier.iter().flatten().collect();
    let referral = context.referral_of(identifiers).or_else(|| context.own_token("referral", at));
    let status = place("resource.status");
    let entry = at;
    let (at, body) = match request.status.as_deref().ok_or(Fault::missing(status))? {
        "draft" | "unknown" => return Ok(()),
        "active" => {
            let body = ReferralRequested {
                referral,
                course: None,
                kind: context.referral_kind(Some(request)),
                priority: request.priority.as_deref().and_then(|code| Code::try_new(code).ok()),
                required_by: request.required_by(context, at)?,
                expires_at: None,
                source_channel: None,
            };
            (authored_on.unwrap_or(recorded_at), Body::from(body))
        }
        "on-hold" => (recorded_at, Body::from(ReferralOnHold { referral, course: None, reason: None })),
        "completed" => (recorded_at, Body::from(ReferralCompleted { referral, course: None, outcome: None })),
        "revoked" => (recorded_at, Body::from(ReferralCancelled { referral, course: None, reason: None })),
        "entered-in-error" => (recorded_at, Body::from(in_error(referral, None))),
        _ => {
            let text = "not a status of a ServiceRequest";
            return Err(Fault::new(RejectionCode::TableValueNotFound, status, text));
        }
    };
    let is_over =
        matches!(body, Body::Referral(ReferralEvent::ReferralCompleted(_) | ReferralEvent::ReferralCancelled(_)));
    writer.add((&record, &subject.presented), at, |_| body);
    context.tell_subject_of(referral, &record, writer);
    if let Some(referral) = referral.filter(|_| is_over) {
        context.tell_other_names(entry, request, referral, writer);
    }
    subject.tell_person(context, &record, writer)
}

impl ServiceRequest {
    pub(super) fn required_by(&self, context: Context<'_>, at: usize) -> Result<Option<Instant>, Fault> {
        let end = self.occurrence_period.as_ref().and_then(|it| it.end.as_deref());
        context.end(self.occurrence.as_deref().or(end), Place::Entry(at, "resource.occurrence"))
    }
}

impl Context<'_> {
    /// Which referral the Task of entry `at` is of.
    pub(super) fn referral(
        self,
        at: usize,
        task: &Task,
        focus: &Reference,
        (entry, request): (Option<usize>, Option<&ServiceRequest>),
    ) -> Option<Token> {
        let of_request = request.and_then(|it| it.identifier.as_deref()).unwrap_or_default();
        let asked = of_request.iter().chain(&focus.identifier).collect();
        let address = || match entry {
            Some(entry) => self.own_token("referral", entry),
            None => Some(self.address_token("referral", &self.bundle.address(at, focus)?)),
        };
        let of_task = || self.referral_of(task.identifier.iter().flatten().collect());
        self.referral_of(asked).or_else(address).or_else(of_task).or_else(|| self.own_token("referral", at))
    }

    /// The course of the Task of entry `at`: one request may be put to one unit after another, each by a Task of its own.
    pub(super) fn course(self, at: usize, task: &Task) -> Option<Token> {
        let chosen = self.chosen(task.identifier.iter().flatten());
        let by_identifier = chosen.and_then(|it| self.key(it)).map(|key| key.token(self.keyring, "task"));
        by_identifier.or_else(|| self.own_token("task", at))
    }

    /// Adds whose the referral is, in the stream of the referral itself.
    pub(super) fn tell_subject_of(self, referral: Option<Token>, record: &Record, writer: &mut Writer<'_>) {
        if let Some(key) = referral {
            writer.tell_subject(&self.stream(key), (FactKind::Referrals, key), record, false);
        }
    }

    /// Adds that a request that is over is asked for no more under another of its names ([`super::choice`]), which may have
    /// been its key in an earlier version: there it is its present key's, and so no client's. Of one that is open nothing is
    /// said: who took it stands under the other key.
    fn tell_other_names(self, at: usize, request: &ServiceRequest, referral: Token, writer: &mut Writer<'_>) {
        for known in self.names(at, request.identifier.as_deref().unwrap_or_default()) {
            let other = match known.name {
                Name::Identifier(it) => self.key(it).map(|key| key.token(self.keyring, "referral")),
                Name::Address(address) => Some(self.address_token("referral", &address)),
            };
            if let Some(other) = other.filter(|other| *other != referral) {
                let subject = self.stream(referral);
                writer.tell_subject(&self.stream(other), (FactKind::Referrals, other), &subject, false);
            }
        }
    }

    fn stream(self, referral: Token) -> Record {
        self.keyring.record(&self.source.name, "referral", &super::hex(referral.as_bytes()))
    }

    fn referral_of(self, list: Vec<&Identifier>) -> Option<Token> {
        let chosen = self.chosen_by(list, |it| {
            let configured = self.scope(it.system()).is_known();
            match (it.is_of_type("PLAC"), it.is_of_type("FILL")) {
                (true, _) => 0,
                (false, false) => 2 - usize::from(configured),
                (false, true) => 3,
            }
        })?;
        Some(self.key(chosen)?.token(self.keyring, "referral"))
    }

    /// By the address of entry `at`, if it is not made anew for each bundle.
    fn own_token(self, domain: &str, at: usize) -> Option<Token> {
        self.bundle.own_address(at).map(|address| self.address_token(domain, &address))
    }

    fn address_token(self, domain: &str, address: &str) -> Token {
        self.keyring.token(domain, &self.source.name, address)
    }

    /// By configuration, as RF1-3.1 is: a code of the request's category or of the request itself.
    pub(super) fn referral_kind(self, request: Option<&ServiceRequest>) -> ReferralKind {
        self.configured_kind(request).unwrap_or(ReferralKind::Referral)
    }

    fn configured_kind(self, request: Option<&ServiceRequest>) -> Option<ReferralKind> {
        let concepts = request?.category.iter().flatten().chain(&request?.code);
        concepts.flat_map(CodeableConcept::codes).find_map(|code| self.source.referral_kinds.get(code).copied())
    }

    /// Gravity's category, or a code that is configured as a kind of referral.
    fn is_social(self, request: &ServiceRequest) -> bool {
        let categories = request.category.iter().flatten().flat_map(CodeableConcept::codes);
        self.configured_kind(Some(request)).is_some() || { categories }.any(|code| code == SOCIAL_SERVICE)
    }

    /// True if a Task of the bundle has the ServiceRequest of entry `at` as its focus.
    fn has_task(self, at: usize) -> bool {
        self.bundle.focused.contains(&at)
    }
}
