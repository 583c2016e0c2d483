//! Decisions, services, plans, contacts of the duty service, requests to work together and counts of contacts, rendered.

use crate::proto;
use crate::value::{code, end_of, provenance, timestamp};
use care::{CareContact, Cooperation, Decision, DutyContact, Plan, Service, ServiceStatus};
use event::Instant;

pub(crate) fn decision(decision: &Decision) -> proto::Decision {
    let Decision { origin, case: _, service_task, outcome, newest: _ } = decision;
    proto::Decision {
        service_task: code(service_task.as_ref()),
        outcome: code(outcome.as_ref()),
        provenance: Some(provenance(origin)),
    }
}

pub(crate) fn service(service: &Service, at: Instant) -> proto::Service {
    let status = match service.status(at) {
        ServiceStatus::Agreed => proto::ServiceStatus::Agreed,
        ServiceStatus::Started => proto::ServiceStatus::Started,
        ServiceStatus::Ended => proto::ServiceStatus::Ended,
    };
    let Service { origin, decision: _, service_task, agreed_at, spans, newest: _ } = service;
    let (span, end) = (spans.shown(at), end_of(spans, at));
    proto::Service {
        status: status.into(),
        service_task: code(service_task.as_ref()),
        agreed_at: agreed_at.map(timestamp),
        started_at: span.map(|it| timestamp(it.from)),
        ended_at: end.map(|it| timestamp(it.at)),
        reason: code(end.and_then(|it| it.why.as_ref())),
        provenance: Some(provenance(origin)),
    }
}

pub(crate) fn plan(plan: &Plan) -> proto::Plan {
    let Plan { origin, agreed_at, revised_at, kind, review_by, service_task: _, newest: _ } = plan;
    proto::Plan {
        kind: code(kind.as_ref()),
        agreed_at: agreed_at.map(timestamp),
        revised_at: revised_at.map(timestamp),
        review_by: review_by.map(timestamp),
        provenance: Some(provenance(origin)),
    }
}

pub(crate) fn cooperation(request: &Cooperation) -> proto::CooperationRequest {
    let Cooperation { origin, asked_of, required_by, answer, newest: _ } = request;
    proto::CooperationRequest {
        asked_of: code(asked_of.as_ref()),
        required_by: required_by.map(timestamp),
        provenance: Some(provenance(origin)),
        answered_at: answer.at.map(timestamp),
        outcome: code(answer.result.as_ref()),
    }
}

pub(crate) fn duty_contact(contact: &DutyContact) -> proto::DutyContact {
    // The worker is among the lane's workers while the contact is open.
    let DutyContact {
        origin,
        recorded_at,
        closed_at,
        handed_over_to,
        service_task: _,
        worker: _,
        required_by,
        // Which user of which caller: a key that is nobody's business but theirs.
        opened_by: _,
        newest: _,
    } = contact;
    proto::DutyContact {
        handed_over_to: code(handed_over_to.as_ref()),
        provenance: Some(provenance(origin)),
        recorded_at: recorded_at.map(timestamp),
        closed_at: closed_at.map(timestamp),
        required_by: required_by.map(timestamp),
    }
}

/// `None`: there was no contact. What was cancelled, not kept or is ahead is none.
pub(crate) fn count<'a>(contacts: impl Iterator<Item = &'a CareContact>, at: Instant) -> Option<proto::ContactCount> {
    let times: Vec<Instant> = contacts.filter_map(|it| it.was_at(at)).collect();
    let last_at = times.iter().max().copied().map(timestamp);
    last_at.map(|last_at| proto::ContactCount {
        count: u32::try_from(times.len()).unwrap_or(u32::MAX),
        last_at: Some(last_at),
    })
}
