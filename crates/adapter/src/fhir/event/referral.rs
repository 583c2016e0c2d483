//! A referral in FHIR: its key and its kind.
//!
//! The key is the request's identifier, so that the sender's Tasks and the receiver's meet: the placer's (HL7 table
//! 0203 PLAC), whatever its place in the list, before the filler's. Without one it is the Task's identifier, else the
//! sender's own address of the request.

pub(in crate::fhir) mod service_request;
pub(in crate::fhir) mod task;

use super::context::Context;
use super::writer::Writer;
use crate::fhir::resource::element::{CodeableConcept, Identifier, Reference};
use crate::fhir::resource::{ServiceRequest, Task};
use crate::rejection::{MessagePlace, RejectionReason};
use event::{Code, FactKind, Instant, ReferralCancelled, ReferralKind, StreamId, Token};

/// SNOMED CT, Social service procedure.
pub(in crate::fhir) const SOCIAL_SERVICE: &str = "410606002";

impl ServiceRequest {
    pub(in crate::fhir) fn required_by(
        &self,
        context: Context<'_>,
        at: usize,
    ) -> Result<Option<Instant>, RejectionReason> {
        let end = self.occurrence_period.as_ref().and_then(|it| it.end.as_deref());
        context.end(self.occurrence.as_deref().or(end), MessagePlace::Entry(at, "resource.occurrence"))
    }
}

impl Context<'_> {
    /// The referral of the Task in entry `at`.
    pub(in crate::fhir) fn referral(
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
    pub(in crate::fhir) fn course(self, at: usize, task: &Task) -> Option<Token> {
        let chosen = self.chosen(task.identifier.iter().flatten());
        let by_identifier = chosen.and_then(|it| self.key(it)).map(|key| key.token(self.keyring, "task"));
        by_identifier.or_else(|| self.own_token("task", at))
    }

    /// Adds the client of the referral, in the stream of the referral itself.
    pub(in crate::fhir) fn add_subject_of(self, referral: Option<Token>, record: &StreamId, writer: &mut Writer<'_>) {
        if let Some(key) = referral {
            writer.add_subject(&self.stream(key), (FactKind::Referrals, key), record, false);
        }
    }

    pub(in crate::fhir) fn stream(self, referral: Token) -> StreamId {
        self.keyring.record(&self.source.name, "referral", &hex::encode(referral.as_bytes()))
    }

    pub(in crate::fhir) fn referral_of(self, list: Vec<&Identifier>) -> Option<Token> {
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

    /// The token of the address of entry `at`, if that address is not made anew for each bundle.
    pub(in crate::fhir) fn own_token(self, domain: &str, at: usize) -> Option<Token> {
        self.bundle.own_address(at).map(|address| self.address_token(domain, &address))
    }

    pub(in crate::fhir) fn address_token(self, domain: &str, address: &str) -> Token {
        self.keyring.token(domain, &self.source.name, address)
    }

    /// By configuration, as RF1-3.1 is: a code of the request's category or of the request itself.
    pub(in crate::fhir) fn referral_kind(self, request: Option<&ServiceRequest>) -> ReferralKind {
        self.configured_kind(request).unwrap_or(ReferralKind::Referral)
    }

    pub(in crate::fhir) fn configured_kind(self, request: Option<&ServiceRequest>) -> Option<ReferralKind> {
        let concepts = request?.category.iter().flatten().chain(&request?.code);
        concepts.flat_map(CodeableConcept::codes).find_map(|code| self.source.referral_kinds.get(code).copied())
    }
}

pub(in crate::fhir) fn in_error(referral: Option<Token>, course: Option<Token>) -> ReferralCancelled {
    ReferralCancelled { referral, course, reason: Code::try_new("entered-in-error").ok() }
}
