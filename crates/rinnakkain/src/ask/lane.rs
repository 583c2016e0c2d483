//! One side of the view as a value.

use super::answer::{contact, text, time, word, worker};
use api::proto::{self, lane, referral};
use serde_json::{Value, json};

pub(super) fn lane(lane: Option<proto::Lane>) -> Value {
    let Some(lane::Lane::Shown(content)) = lane.and_then(|it| it.lane) else { return json!({ "shown": false }) };
    json!({
        "shown": true,
        "stays": content.stays.into_iter().map(stay).collect::<Vec<_>>(),
        "referrals": content.referrals.into_iter().map(referral).collect::<Vec<_>>(),
        "cases": content.cases.into_iter().map(case).collect::<Vec<_>>(),
        "assessments": content.assessments.into_iter().map(assessment).collect::<Vec<_>>(),
        "clientships": content.clientships.into_iter().map(clientship).collect::<Vec<_>>(),
        "workers": content.workers.into_iter().map(worker).collect::<Vec<_>>(),
        "ended_assignments": content.ended_assignments.into_iter().map(ended_assignment).collect::<Vec<_>>(),
        "health_social_work": content.health_social_work.into_iter().map(health_social_work).collect::<Vec<_>>(),
        "duty_contacts": content.duty_contacts.into_iter().map(duty_contact).collect::<Vec<_>>(),
        "decisions": content.decisions.into_iter().map(decision).collect::<Vec<_>>(),
        "services": content.services.into_iter().map(service).collect::<Vec<_>>(),
        "plans": content.plans.into_iter().map(plan).collect::<Vec<_>>(),
        "cooperation_requests": content.cooperation_requests.into_iter().map(cooperation).collect::<Vec<_>>(),
        "contacts": content.contacts.map(|it| json!({ "count": it.count, "last_at": time(it.last_at) })),
        "unplaced_facts": content.unplaced_facts,
    })
}

fn stay(stay: proto::Stay) -> Value {
    json!({
        "class": word(stay.class().as_str_name(), "STAY_CLASS_"),
        "status": word(stay.status().as_str_name(), "STAY_STATUS_"),
        "since": time(stay.since),
        "ended_at": time(stay.ended_at),
        "discharge_planned": stay.planned_discharge.is_some(),
        "planned_at": time(stay.planned_discharge.and_then(|it| it.planned_at)),
        "planned_since": time(stay.planned_discharge.and_then(|it| it.since)),
        "ward": text(stay.ward),
        "inferred": stay.inferred,
        "leave": stay.leave.map(|it| json!({
            "since": time(it.since),
            "expected_return_at": time(it.expected_return_at),
        })),
        "missing_from_list_at": time(stay.missing_from_list_at),
        "provenance": provenance(stay.provenance),
    })
}

fn referral(referral: proto::Referral) -> Value {
    let request = referral.request.map(|request| {
        json!({
            "kind": word(request.kind().as_str_name(), "REFERRAL_KIND_"),
            "priority": text(request.priority),
            "required_by": time(request.required_by),
            "expires_at": time(request.expires_at),
            "source_channel": text(request.source_channel),
            "provenance": provenance(request.provenance),
        })
    });
    let answer = match referral.answer {
        Some(referral::Answer::Accepted(it)) => json!({
            "state": "accepted",
            "contact": it.contact.map_or(Value::Null, contact),
            "expected_by": time(it.expected_by),
            "provenance": provenance(it.provenance),
        }),
        Some(referral::Answer::Rejected(it)) => {
            json!({ "state": "rejected", "reason": text(it.reason), "provenance": provenance(it.provenance) })
        }
        Some(referral::Answer::Pending(proto::ReferralPending { expired: true })) => json!({ "state": "expired" }),
        Some(referral::Answer::Pending(_)) | None => json!({ "state": "pending" }),
    };
    let course = |it: proto::ReferralCourse| {
        json!({
            "status": word(it.status().as_str_name(), "REFERRAL_STATUS_"),
            "reason": text(it.reason),
            "provenance": provenance(it.provenance),
        })
    };
    let earlier: Vec<_> = referral.earlier.into_iter().map(course).collect();
    let (contradicted, course) = (referral.contradicted.map(course), referral.course.map(course));
    json!({
        "request": request,
        "answer": answer,
        "course": course,
        "contradicted": contradicted,
        "earlier": earlier,
    })
}

fn case(case: proto::CareCase) -> Value {
    let urgent_need = |it: proto::UrgentNeed| json!({ "result": text(it.result), "assessed_at": time(it.assessed_at) });
    json!({
        "ground": text(case.ground),
        "urgent_need": case.urgent_need.map(urgent_need),
        "opened_at": time(case.opened_at),
        "closed_at": time(case.closed_at),
        "closing_ground": text(case.closing_ground),
        "provenance": provenance(case.provenance),
    })
}

fn assessment(assessment: proto::Assessment) -> Value {
    json!({
        "started_at": time(assessment.started_at),
        "finished_at": time(assessment.finished_at),
        "own_worker_needed": assessment.own_worker_needed,
        "clientship": assessment.clientship,
        "provenance": provenance(assessment.provenance),
    })
}

fn clientship(clientship: proto::Clientship) -> Value {
    json!({
        "open": clientship.open,
        "opened_at": time(clientship.opened_at),
        "closed_at": time(clientship.closed_at),
        "service_task": text(clientship.service_task),
        "own_worker_not_named": text(clientship.own_worker_not_named),
        "ground": text(clientship.ground),
        "provenance": provenance(clientship.provenance),
    })
}

fn ended_assignment(assignment: proto::EndedAssignment) -> Value {
    json!({
        "role": word(assignment.role().as_str_name(), "WORKER_ROLE_"),
        "from": time(assignment.from),
        "ended_at": time(assignment.ended_at),
        "reason": text(assignment.reason),
        "provenance": provenance(assignment.provenance),
    })
}

fn health_social_work(work: proto::HealthSocialWork) -> Value {
    json!({
        "open": work.open,
        "opened_at": time(work.opened_at),
        "until": time(work.until),
        "closed_at": time(work.closed_at),
        "channel": text(work.channel),
        "outcome": text(work.outcome),
        "provenance": provenance(work.provenance),
    })
}

fn duty_contact(contact: proto::DutyContact) -> Value {
    json!({
        "recorded_at": time(contact.recorded_at),
        "closed_at": time(contact.closed_at),
        "handed_over_to": text(contact.handed_over_to),
        "provenance": provenance(contact.provenance),
    })
}

fn decision(decision: proto::Decision) -> Value {
    json!({
        "service_task": text(decision.service_task),
        "outcome": text(decision.outcome),
        "provenance": provenance(decision.provenance),
    })
}

fn service(service: proto::Service) -> Value {
    json!({
        "status": word(service.status().as_str_name(), "SERVICE_STATUS_"),
        "service_task": text(service.service_task),
        "agreed_at": time(service.agreed_at),
        "started_at": time(service.started_at),
        "ended_at": time(service.ended_at),
        "reason": text(service.reason),
        "provenance": provenance(service.provenance),
    })
}

fn plan(plan: proto::Plan) -> Value {
    json!({
        "kind": text(plan.kind),
        "agreed_at": time(plan.agreed_at),
        "revised_at": time(plan.revised_at),
        "review_by": time(plan.review_by),
        "provenance": provenance(plan.provenance),
    })
}

fn cooperation(request: proto::CooperationRequest) -> Value {
    json!({
        "asked_of": text(request.asked_of),
        "required_by": time(request.required_by),
        "provenance": provenance(request.provenance),
    })
}

fn provenance(provenance: Option<proto::Provenance>) -> Value {
    provenance.map_or(
        Value::Null,
        |it| json!({ "source": it.source, "happened_at": time(it.happened_at), "recorded_at": time(it.recorded_at) }),
    )
}
