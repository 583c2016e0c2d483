//! Task and ServiceRequest: a referral and what becomes of it (Gravity SDOH Clinical Care 3.0).
//!
//! | Task.status | event |
//! |---|---|
//! | draft | none |
//! | requested · accepted · rejected | ReferralRequested · ReferralAccepted · ReferralRejected |
//! | in-progress · on-hold · completed · failed · cancelled | ReferralStarted · OnHold · Completed · Failed · Cancelled |
//! | entered-in-error | ReferralCancelled, reason `entered-in-error` |
//! | received, ready | refused: the profile has no such state |
//!
//! Only a Task that is to fulfill a ServiceRequest is a referral; one for the client to do is another profile and gives
//! nothing. Which transitions are allowed is the view's to say: messages come late and out of order. The referral is the
//! ServiceRequest's identifier, so that its Task and the receiver's meet; without one, the sender's own id of it.

use super::context::{Context, Writer};
use super::element::{CodeableConcept, Identifier, Meta, Period, Reference};
use super::resource::Resource;
use super::worker::Member;
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    Body, Code, Instant, ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralFailed, ReferralKind,
    ReferralOnHold, ReferralRejected, ReferralRequested, ReferralStarted, Token,
};
use serde::Deserialize;

/// A Task.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Task {
    meta: Option<Meta>,
    identifier: Option<Vec<Identifier>>,
    status: Option<String>,
    #[serde(rename = "statusReason")]
    status_reason: Option<CodeableConcept>,
    intent: Option<String>,
    priority: Option<String>,
    code: Option<CodeableConcept>,
    pub(super) focus: Option<Reference>,
    #[serde(rename = "for")]
    pub(super) subject: Option<Reference>,
    #[serde(rename = "authoredOn")]
    authored_on: Option<String>,
    #[serde(rename = "lastModified")]
    last_modified: Option<String>,
    requester: Option<Reference>,
    owner: Option<Reference>,
    #[serde(rename = "executionPeriod")]
    execution_period: Option<Period>,
    restriction: Option<Restriction>,
    output: Option<Vec<Output>>,
}

/// `Task.restriction`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Restriction {
    period: Option<Period>,
}

/// `Task.output`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Output {
    #[serde(rename = "valueCodeableConcept")]
    value: Option<CodeableConcept>,
}

/// A ServiceRequest.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ServiceRequest {
    meta: Option<Meta>,
    identifier: Option<Vec<Identifier>>,
    status: Option<String>,
    intent: Option<String>,
    category: Option<Vec<CodeableConcept>>,
    code: Option<CodeableConcept>,
    priority: Option<String>,
    pub(super) subject: Option<Reference>,
    #[serde(rename = "authoredOn")]
    authored_on: Option<String>,
    #[serde(rename = "occurrenceDateTime")]
    occurrence: Option<String>,
    #[serde(rename = "occurrencePeriod")]
    occurrence_period: Option<Period>,
}

/// Adds what the Task of entry `at` says.
pub(super) fn tell(context: Context<'_>, at: usize, task: &Task, writer: &mut Writer<'_>) -> Result<(), Fault> {
    let place = |path| Place::Entry(at, path);
    let asks = |it: &Reference| it.target_type() == Some("ServiceRequest") || context.focuses_request(it);
    match &task.code {
        None if task.focus.as_ref().is_some_and(asks) => return Err(Fault::missing(place("resource.code"))),
        Some(code) if code.codes().any(|code| code == "fulfill") => {}
        _ => return Ok(()),
    }
    if task.intent.as_deref().ok_or(Fault::missing(place("resource.intent")))? != "order" {
        let text = "a referral's intent is order";
        return Err(Fault::new(RejectionCode::TableValueNotFound, place("resource.intent"), text));
    }
    let focus = task.focus.as_ref().ok_or(Fault::missing(place("resource.focus")))?;
    let request = match context.bundle.resolve(at, focus) {
        Some(Resource::ServiceRequest(request)) => Some(&**request),
        None if focus.target_type().is_none_or(|kind| kind == "ServiceRequest") => None,
        _ => {
            let text = "a referral's focus is a ServiceRequest";
            return Err(Fault::data_type(place("resource.focus"), text));
        }
    };
    task.requester.as_ref().ok_or(Fault::missing(place("resource.requester")))?;
    let authored = place("resource.authoredOn");
    let authored_on = context.instant(task.authored_on.as_deref(), authored)?.ok_or(Fault::missing(authored))?;
    let modified = context.instant(task.last_modified.as_deref(), place("resource.lastModified"))?;
    let modified = modified.map_or_else(|| context.last_updated(task.meta.as_ref(), at), |at| Ok(Some(at)))?;

    let subject = context.subject(at, task.subject.as_ref(), place("resource.for"))?;
    let record = subject.record(context, None)?;
    let recorded_at = writer.recorded(modified)?;
    let changed_at = modified.unwrap_or(recorded_at);
    let referral = context.referral(at, task, focus, request);
    let of = (&record, subject.presented.as_slice());
    let status = place("resource.status");
    let body = match task.status.as_deref().ok_or(Fault::missing(status))? {
        "draft" => return Ok(()),
        "requested" => {
            let body = requested(context, at, task, request, referral)?;
            writer.add(of, authored_on, |_| Body::ReferralRequested(body));
            return subject.tell_person(context, &record, writer);
        }
        "accepted" => {
            let member = |reference| Member { context, at, team: None, place: place("resource.owner"), reference };
            let found = task.owner.as_ref().map(|owner| member(owner).find()).transpose()?.flatten();
            let end = task.execution_period.as_ref().and_then(|it| it.end.as_deref());
            let expected_by = context.end(end, place("resource.executionPeriod.end"))?;
            writer.add(of, changed_at, |sealer| {
                let worker = found.map(|found| sealer.seal(&found.worker));
                Body::ReferralAccepted(ReferralAccepted { referral, course: None, worker, expected_by })
            });
            return subject.tell_person(context, &record, writer);
        }
        "rejected" => Body::ReferralRejected(ReferralRejected { referral, course: None, reason: task.reason(at)? }),
        "in-progress" => Body::ReferralStarted(ReferralStarted { referral, course: None }),
        "on-hold" => Body::ReferralOnHold(ReferralOnHold { referral, course: None, reason: task.reason(at)? }),
        "completed" => {
            let outcome = task.output.iter().flatten().find_map(|output| output.value.as_ref()?.code());
            Body::ReferralCompleted(ReferralCompleted { referral, course: None, outcome })
        }
        "cancelled" => Body::ReferralCancelled(ReferralCancelled { referral, course: None, reason: task.reason(at)? }),
        "failed" => Body::ReferralFailed(ReferralFailed { referral, course: None, reason: task.reason(at)? }),
        "entered-in-error" => Body::ReferralCancelled(in_error(referral)),
        _ => {
            let text = "not a state of a referral";
            return Err(Fault::new(RejectionCode::TableValueNotFound, status, text));
        }
    };
    writer.add(of, changed_at, |_| body);
    subject.tell_person(context, &record, writer)
}

/// Adds what the ServiceRequest of entry `at` says, if no Task of the bundle speaks of it and it is of social care: a
/// laboratory's order is one too.
pub(super) fn tell_request(
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
    let recorded_at = writer.recorded(context.last_updated(request.meta.as_ref(), at)?)?;
    let authored_on = context.instant(request.authored_on.as_deref(), place("resource.authoredOn"))?;
    let referral = request.identifier.iter().flatten().find_map(|it| context.referral_of(it));
    let referral = referral.or_else(|| context.own_id(at, "ServiceRequest"));
    let status = place("resource.status");
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
            (authored_on.unwrap_or(recorded_at), Body::ReferralRequested(body))
        }
        "on-hold" => (recorded_at, Body::ReferralOnHold(ReferralOnHold { referral, course: None, reason: None })),
        "completed" => {
            (recorded_at, Body::ReferralCompleted(ReferralCompleted { referral, course: None, outcome: None }))
        }
        "revoked" => (recorded_at, Body::ReferralCancelled(ReferralCancelled { referral, course: None, reason: None })),
        "entered-in-error" => (recorded_at, Body::ReferralCancelled(in_error(referral))),
        _ => {
            let text = "not a status of a ServiceRequest";
            return Err(Fault::new(RejectionCode::TableValueNotFound, status, text));
        }
    };
    writer.add((&record, &subject.presented), at, |_| body);
    subject.tell_person(context, &record, writer)
}

fn requested(
    context: Context<'_>,
    at: usize,
    task: &Task,
    request: Option<&ServiceRequest>,
    referral: Option<Token>,
) -> Result<ReferralRequested, Fault> {
    let priority = task.priority.as_deref().or_else(|| request?.priority.as_deref());
    let end = task.restriction.as_ref().and_then(|it| it.period.as_ref()?.end.as_deref());
    let by_task = context.end(end, Place::Entry(at, "resource.restriction.period.end"))?;
    let by_request = request.map_or(Ok(None), |request| request.required_by(context, at))?;
    Ok(ReferralRequested {
        referral,
        course: None,
        kind: context.referral_kind(request),
        priority: priority.and_then(|code| Code::try_new(code).ok()),
        required_by: by_task.or(by_request),
        expires_at: None,
        source_channel: None,
    })
}

fn in_error(referral: Option<Token>) -> ReferralCancelled {
    ReferralCancelled { referral, course: None, reason: Code::try_new("entered-in-error").ok() }
}

impl Task {
    /// The profile's rule: rejected, on-hold, cancelled and failed say why. The text stays at its source; the code goes on.
    fn reason(&self, at: usize) -> Result<Option<Code>, Fault> {
        let told = self.status_reason.as_ref().filter(|reason| reason.is_told());
        Ok(told.ok_or(Fault::missing(Place::Entry(at, "resource.statusReason")))?.code())
    }
}

impl ServiceRequest {
    fn required_by(&self, context: Context<'_>, at: usize) -> Result<Option<Instant>, Fault> {
        let end = self.occurrence_period.as_ref().and_then(|it| it.end.as_deref());
        context.end(self.occurrence.as_deref().or(end), Place::Entry(at, "resource.occurrence"))
    }
}

impl Context<'_> {
    /// The ServiceRequest's identifier, however it is told, else the Task's, else the sender's own id of the request.
    fn referral(self, at: usize, task: &Task, focus: &Reference, request: Option<&ServiceRequest>) -> Option<Token> {
        let of_request = request.and_then(|it| it.identifier.as_deref()).unwrap_or_default();
        let of_task = task.identifier.as_deref().unwrap_or_default();
        let found = of_request.iter().chain(&focus.identifier).chain(of_task).find_map(|it| self.referral_of(it));
        found
            .or_else(|| Some(self.id_token("ServiceRequest", focus.logical_id()?)))
            .or_else(|| self.own_id(self.bundle.entry(focus)?, "ServiceRequest"))
            .or_else(|| self.own_id(at, "Task"))
    }

    /// (system as configured or as written, number); a number without a system is the sender's.
    fn referral_of(self, identifier: &Identifier) -> Option<Token> {
        let value = identifier.value()?;
        let system = identifier.system();
        let scope = system.map_or(self.source.name.as_str(), |system| {
            self.source.authorities.get(system).map_or(system, String::as_str)
        });
        Some(self.keyring.token("referral", scope, value))
    }

    /// The logical id of entry `at`, if its address is not made anew for each bundle.
    fn own_id(self, at: usize, kind: &str) -> Option<Token> {
        let entry = &self.bundle.entries[at];
        let lasting = entry.full_url.as_deref().is_none_or(|url| !url.starts_with("urn:"));
        entry.id.as_deref().filter(|_| lasting).map(|id| self.id_token(kind, id))
    }

    fn id_token(self, kind: &str, id: &str) -> Token {
        self.keyring.token("referral", &self.source.name, &format!("{kind}/{id}"))
    }

    /// By configuration, as RF1-3.1 is: a code of the request's category or of the request itself.
    fn referral_kind(self, request: Option<&ServiceRequest>) -> ReferralKind {
        self.configured_kind(request).unwrap_or(ReferralKind::Referral)
    }

    fn configured_kind(self, request: Option<&ServiceRequest>) -> Option<ReferralKind> {
        let concepts = request?.category.iter().flatten().chain(&request?.code);
        concepts.flat_map(CodeableConcept::codes).find_map(|code| self.source.referral_kinds.get(code).copied())
    }

    /// Gravity's category, or a code that is configured as a kind of referral.
    fn is_social(self, request: &ServiceRequest) -> bool {
        /// SNOMED CT, Social service procedure.
        const SOCIAL_SERVICE: &str = "410606002";
        let categories = request.category.iter().flatten().flat_map(CodeableConcept::codes);
        self.configured_kind(Some(request)).is_some() || { categories }.any(|code| code == SOCIAL_SERVICE)
    }

    fn focuses_request(self, focus: &Reference) -> bool {
        self.bundle.entry(focus).is_some_and(|at| self.bundle.entries[at].kind == "ServiceRequest")
    }

    /// True if a Task of the bundle has the ServiceRequest of entry `at` as its focus.
    fn has_task(self, at: usize) -> bool {
        self.bundle.focused.contains(&at)
    }
}
