//! Task: a referral and its progress (Gravity SDOH Clinical Care 3.0).
//!
//! | Task.status | event |
//! |---|---|
//! | draft | none |
//! | requested · accepted · rejected | ReferralRequested · ReferralAccepted · ReferralRejected |
//! | in-progress · on-hold · completed · failed · cancelled | ReferralStarted · OnHold · Completed · Failed · Cancelled |
//! | entered-in-error | ReferralCancelled, reason `entered-in-error` |
//! | received, ready | rejected: the profile has no such state |
//!
//! Only a Task that fulfills a ServiceRequest is a referral. A Task for the client has another profile and gives
//! nothing. The view decides which transitions are allowed, because messages arrive late and out of order. The
//! ServiceRequest is the referral and each Task a course of it: cancelling one Task does not affect another
//! ([`super`]).

use super::in_error;
use crate::fhir::event::context::Context;
use crate::fhir::event::worker::Member;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::element::Reference;
use crate::fhir::resource::{Resource, ServiceRequest, Task};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{
    Body, Code, ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralEvent, ReferralFailed, ReferralOnHold,
    ReferralRejected, ReferralRequested, ReferralStarted, Token,
};

/// Adds the events of the Task in entry `at`.
pub(in crate::fhir) fn add_events(
    context: Context<'_>,
    at: usize,
    task: &Task,
    writer: &mut Writer<'_>,
) -> Result<(), RejectionReason> {
    let place = |path| MessagePlace::Entry(at, path);
    let target = match &task.focus {
        Some(focus) => context.bundle.resolve(at, focus, place("resource.focus"))?,
        None => None,
    };
    let found = target.map(|target| target.resource);
    let asks = |it: &Reference| {
        it.target_type() == Some("ServiceRequest") || matches!(found, Some(Resource::ServiceRequest(_)))
    };
    match &task.code {
        None if task.focus.as_ref().is_some_and(asks) => return Err(RejectionReason::missing(place("resource.code"))),
        Some(code) if code.codes().any(|code| code == "fulfill") => {}
        _ => return Ok(()),
    }
    if task.intent.as_deref().ok_or(RejectionReason::missing(place("resource.intent")))? != "order" {
        let text = "a referral's intent is order";
        return Err(RejectionReason::new(RejectionCode::TableValueNotFound, place("resource.intent"), text));
    }
    let focus = task.focus.as_ref().ok_or(RejectionReason::missing(place("resource.focus")))?;
    let request = match found {
        Some(Resource::ServiceRequest(request)) => Some(&**request),
        None if focus.target_type().is_none_or(|kind| kind == "ServiceRequest") => None,
        _ => {
            let text = "a referral's focus is a ServiceRequest";
            return Err(RejectionReason::data_type(place("resource.focus"), text));
        }
    };
    task.requester.as_ref().ok_or(RejectionReason::missing(place("resource.requester")))?;
    let authored = place("resource.authoredOn");
    let authored_on =
        context.instant(task.authored_on.as_deref(), authored)?.ok_or(RejectionReason::missing(authored))?;
    let modified = context.when(task.last_modified.as_deref(), place("resource.lastModified"))?;
    let modified = modified.map_or_else(|| context.recorded(at, task.meta.as_ref()), |when| Ok(Some(when)))?;

    let subject = context.subject(at, task.subject.as_ref(), place("resource.for"))?;
    let record = subject.record(context, None)?;
    let recorded_at = writer.recorded(context, at, modified)?;
    let changed_at = modified.map_or(recorded_at, |when| when.at);
    let entry = target.filter(|target| !target.contained).map(|target| target.entry);
    let (referral, course) = (context.referral(at, task, focus, (entry, request)), context.course(at, task));
    let of = (&record, subject.presented.as_slice());
    let status = place("resource.status");
    let body = match task.status.as_deref().ok_or(RejectionReason::missing(status))? {
        "draft" => return Ok(()),
        "requested" => {
            let body = requested(context, at, task, request, (referral, course))?;
            writer.add(of, authored_on, |_| Body::from(body));
            context.add_subject_of(referral, &record, writer);
            return subject.add_person(context, &record, writer);
        }
        "accepted" => {
            let member = |reference| Member { context, at, place: place("resource.owner"), reference };
            let found = task.owner.as_ref().map(|owner| member(owner).find()).transpose()?.flatten();
            let end = task.execution_period.as_ref().and_then(|it| it.end.as_deref());
            let expected_by = context.end(end, place("resource.executionPeriod.end"))?;
            writer.add(of, changed_at, |sealer| {
                let worker = found.map(|found| sealer.seal(&found.worker));
                Body::from(ReferralAccepted { referral, course, worker, expected_by })
            });
            context.add_subject_of(referral, &record, writer);
            return subject.add_person(context, &record, writer);
        }
        "rejected" => Body::from(ReferralRejected { referral, course, reason: task.reason(at)? }),
        "in-progress" => Body::from(ReferralStarted { referral, course }),
        "on-hold" => Body::from(ReferralOnHold { referral, course, reason: task.reason(at)? }),
        "completed" => {
            let outcome = task.output.iter().flatten().find_map(|output| output.value.as_ref()?.code());
            Body::from(ReferralCompleted { referral, course, outcome })
        }
        "cancelled" => Body::from(ReferralCancelled { referral, course, reason: task.reason(at)? }),
        "failed" => Body::from(ReferralFailed { referral, course, reason: task.reason(at)? }),
        "entered-in-error" => Body::from(in_error(referral, course)),
        _ => {
            let text = "not a state of a referral";
            return Err(RejectionReason::new(RejectionCode::TableValueNotFound, status, text));
        }
    };
    let taken_back = matches!(body, Body::Referral(ReferralEvent::ReferralCancelled(_)));
    writer.add(of, changed_at, |_| body);
    // A referral may be cancelled because it was another client's.
    if !taken_back {
        context.add_subject_of(referral, &record, writer);
    }
    subject.add_person(context, &record, writer)
}

fn requested(
    context: Context<'_>,
    at: usize,
    task: &Task,
    request: Option<&ServiceRequest>,
    (referral, course): (Option<Token>, Option<Token>),
) -> Result<ReferralRequested, RejectionReason> {
    let priority = task.priority.as_deref().or_else(|| request?.priority.as_deref());
    let end = task.restriction.as_ref().and_then(|it| it.period.as_ref()?.end.as_deref());
    let by_task = context.end(end, MessagePlace::Entry(at, "resource.restriction.period.end"))?;
    let by_request = request.map_or(Ok(None), |request| request.required_by(context, at))?;
    Ok(ReferralRequested {
        referral,
        course,
        kind: context.referral_kind(request),
        priority: priority.and_then(|code| Code::try_new(code).ok()),
        required_by: by_task.or(by_request),
        expires_at: None,
        source_channel: None,
        requester_unit: task
            .requester
            .as_ref()
            .and_then(Reference::organization)
            .or(request.and_then(ServiceRequest::requester_unit)),
        receiver: task.owner.as_ref().and_then(Reference::organization).or(request.and_then(ServiceRequest::receiver)),
        basis: None,
    })
}

impl Task {
    /// The profile's rule: rejected, on-hold, cancelled and failed have a reason. The text stays at its source; the
    /// code is kept.
    fn reason(&self, at: usize) -> Result<Option<Code>, RejectionReason> {
        let given = self.status_reason.as_ref().filter(|reason| reason.is_given());
        Ok(given.ok_or(RejectionReason::missing(MessagePlace::Entry(at, "resource.statusReason")))?.code())
    }
}
