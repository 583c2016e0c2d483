//! Decisions, services, plans, requests to work together and counts of contacts, rendered.

use crate::proto;
use crate::value::{code, provenance, timestamp};
use care::{CareContact, Cooperation, Decision, Plan, Service, ServiceStatus, Span};
use event::Instant;

pub(crate) fn decision(decision: &Decision) -> proto::Decision {
    proto::Decision {
        service_task: code(decision.service_task.as_ref()),
        outcome: code(decision.outcome.as_ref()),
        provenance: Some(provenance(&decision.origin)),
    }
}

pub(crate) fn service(service: &Service, at: Instant) -> proto::Service {
    let status = match service.status(at) {
        ServiceStatus::Agreed => proto::ServiceStatus::Agreed,
        ServiceStatus::Started => proto::ServiceStatus::Started,
        ServiceStatus::Ended => proto::ServiceStatus::Ended,
    };
    let span = service.spans.shown(at);
    let end = span.and_then(Span::end).or(service.spans.only_end());
    proto::Service {
        status: status.into(),
        service_task: code(service.service_task.as_ref()),
        agreed_at: service.agreed_at.map(timestamp),
        started_at: span.map(|it| timestamp(it.from)),
        ended_at: end.map(|it| timestamp(it.at)),
        reason: code(end.and_then(|it| it.why.as_ref())),
        provenance: Some(provenance(&service.origin)),
    }
}

pub(crate) fn plan(plan: &Plan) -> proto::Plan {
    proto::Plan {
        kind: code(plan.kind.as_ref()),
        agreed_at: plan.agreed_at.map(timestamp),
        revised_at: plan.revised_at.map(timestamp),
        review_by: plan.review_by.map(timestamp),
        provenance: Some(provenance(&plan.origin)),
    }
}

pub(crate) fn cooperation(request: &Cooperation) -> proto::CooperationRequest {
    proto::CooperationRequest {
        asked_of: code(request.asked_of.as_ref()),
        required_by: request.required_by.map(timestamp),
        provenance: Some(provenance(&request.origin)),
        answered_at: request.answered_at.map(timestamp),
        outcome: code(request.outcome.as_ref()),
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
