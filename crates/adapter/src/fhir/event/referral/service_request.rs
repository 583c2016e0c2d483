//! ServiceRequest: a request to social care (hl7.org/fhir/R4/servicerequest.html).

use super::{SOCIAL_SERVICE, in_error};
use crate::fhir::event::choice::Name;
use crate::fhir::event::context::Context;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::ServiceRequest;
use crate::fhir::resource::element::{CodeableConcept, Identifier};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{
    Body, Code, FactKind, ReferralCancelled, ReferralCompleted, ReferralEvent, ReferralOnHold, ReferralRequested, Token,
};

/// Adds the events of the ServiceRequest in entry `at`, if no Task of the bundle has it as its focus and it is for
/// social care: a laboratory's order is a ServiceRequest too.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    at: usize,
    request: &ServiceRequest,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    if request.intent.as_deref() != Some("order") || !context.is_social(request) || context.has_task(at) {
        return Ok(());
    }
    let place = |path| MessagePlace::Entry(at, path);
    let subject = context.subject(at, request.subject.as_ref(), place("resource.subject"))?;
    let record = subject.record(context, None)?;
    let recorded_at = writer.recorded(context, at, context.recorded(at, request.meta.as_ref())?)?;
    let authored_on = context.instant(request.authored_on.as_deref(), place("resource.authoredOn"))?;
    let identifiers: Vec<&Identifier> = request.identifier.iter().flatten().collect();
    let referral = context.referral_of(identifiers).or_else(|| context.own_token("referral", at));
    let status = place("resource.status");
    let entry = at;
    let (at, body) = match request.status.as_deref().ok_or(RejectionReason::missing(status))? {
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
                requester_unit: request.requester_unit(),
                receiver: request.receiver(),
                basis: None,
            };
            (authored_on.unwrap_or(recorded_at), Body::from(body))
        }
        "on-hold" => (recorded_at, Body::from(ReferralOnHold { referral, course: None, reason: None })),
        "completed" => (recorded_at, Body::from(ReferralCompleted { referral, course: None, outcome: None })),
        "revoked" => (recorded_at, Body::from(ReferralCancelled { referral, course: None, reason: None })),
        "entered-in-error" => (recorded_at, Body::from(in_error(referral, None))),
        _ => {
            let text = "not a status of a ServiceRequest";
            return Err(RejectionReason::new(RejectionCode::TableValueNotFound, status, text));
        }
    };
    let is_over =
        matches!(body, Body::Referral(ReferralEvent::ReferralCompleted(_) | ReferralEvent::ReferralCancelled(_)));
    writer.add((&record, &subject.presented), at, |_| body);
    context.add_subject_of(referral, &record, writer);
    if let Some(referral) = referral.filter(|_| is_over) {
        context.add_other_names(entry, request, referral, writer);
    }
    subject.add_person(context, &record, writer)
}

impl Context<'_> {
    /// Ends a request that is over under its other names too ([`crate::fhir::event::choice`]), because each may have
    /// been its key in an earlier version. Under such a name its subject is the stream of the present key, so it has no
    /// client there. An open request keeps its other names, because its answers may stand under them.
    fn add_other_names(self, at: usize, request: &ServiceRequest, referral: Token, writer: &mut Writer<'_>) {
        for known in self.names(at, request.identifier.as_deref().unwrap_or_default()) {
            let other = match known.name {
                Name::Identifier(it) => self.key(it).map(|key| key.token(self.keyring, "referral")),
                Name::Address(address) => Some(self.address_token("referral", &address)),
            };
            if let Some(other) = other.filter(|other| *other != referral) {
                let subject = self.stream(referral);
                writer.add_subject(&self.stream(other), (FactKind::Referrals, other), &subject, false);
            }
        }
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
