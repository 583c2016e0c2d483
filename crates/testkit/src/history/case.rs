//! Social care's process, from a contact to a service, and social work in health care.

use super::draw::{Row, code};
use event::{
    AssessmentFinished, AssessmentStarted, Body, CaseClosed, CaseOpened, ClientshipClosed, ClientshipOpened,
    ContactCancelled, ContactMode, ContactRecorded, CooperationAnswered, CooperationRequested, DeadlineGroup,
    DecisionMade, DutyContactClosed, DutyContactRecorded, HealthSocialWorkClosed, HealthSocialWorkOpened, Initiator,
    PlanAgreed, PlanRevised, ServiceEnded, ServiceStartAgreed, ServiceStarted, UrgentNeedAssessed,
};

pub(super) const ROWS: &[Row] = &[
    (3, |draw| {
        Body::from(CaseOpened {
            case: draw.key("case"),
            ground: code("application"),
            initiator: Some(Initiator::Relative),
            contacted_at: Some(draw.recorded),
            deadline_group: Some(DeadlineGroup::Over75),
            special_support: Some(draw.chance.once_in(2)),
        })
    }),
    (1, |draw| Body::from(CaseClosed { case: draw.key("case"), ground: code("no-need") })),
    (1, |draw| Body::from(UrgentNeedAssessed { case: draw.key("case"), result: code("urgent") })),
    (3, |draw| {
        Body::from(AssessmentStarted {
            assessment: draw.key("assessment"),
            case: None,
            kind: code("broad"),
            unit: code("adults"),
            joint: Some(draw.chance.once_in(2)),
            service_task: None,
        })
    }),
    (3, |draw| {
        let assessment = draw.key("assessment");
        Body::from(AssessmentFinished { assessment, own_worker_needed: Some(true), clientship: None })
    }),
    (3, |draw| {
        let clientship = draw.key("clientship");
        Body::from(ClientshipOpened { clientship, service_task: code("adults"), own_worker_not_named: None })
    }),
    (3, |draw| Body::from(ClientshipClosed { clientship: draw.key("clientship"), ground: code("no-need") })),
    (1, |draw| {
        let (decision, case) = (draw.key("decision"), Some(draw.key("case")));
        Body::from(DecisionMade { decision, case, service_task: None, outcome: code("granted") })
    }),
    (1, |draw| {
        let (service, decision) = (draw.key("service"), Some(draw.key("decision")));
        Body::from(ServiceStartAgreed { service, decision, service_task: None, starts_at: draw.later() })
    }),
    (1, |draw| {
        let (service, service_task) = (draw.key("service"), code("home-care"));
        Body::from(ServiceStarted { service, decision: None, service_task, started_at: draw.recorded })
    }),
    (1, |draw| Body::from(ServiceEnded { service: draw.key("service"), ended_at: draw.recorded, reason: None })),
    (1, |draw| {
        let (plan, review_by) = (draw.key("plan"), Some(draw.later()));
        Body::from(PlanAgreed {
            plan,
            kind: code("client-plan"),
            review_by,
            parties: code("client").into_iter().collect(),
            meet_every_days: Some(90),
            service_task: None,
        })
    }),
    (1, |draw| {
        Body::from(PlanRevised {
            plan: draw.key("plan"),
            kind: None,
            review_by: None,
            parties: Vec::new(),
            meet_every_days: None,
        })
    }),
    (1, |draw| {
        Body::from(ContactRecorded {
            contact: draw.key("visit"),
            channel: code("phone"),
            unit: code("adults"),
            mode: Some(ContactMode::HomeVisit),
        })
    }),
    (1, |draw| Body::from(ContactCancelled { contact: draw.key("visit"), reason: code("not-kept") })),
    (1, |draw| {
        let (request, required_by) = (draw.key("cooperation"), Some(draw.later()));
        Body::from(CooperationRequested { request, asked_of: code("families"), required_by })
    }),
    (1, |draw| {
        Body::from(CooperationAnswered { request: draw.key("cooperation"), outcome: code("accepted"), unit: None })
    }),
    (1, |draw| {
        Body::from(DutyContactRecorded { contact: draw.key("contact"), handed_over_to: None, service_task: None })
    }),
    (1, |draw| Body::from(DutyContactClosed { contact: draw.key("contact"), handed_over_to: code("own-worker") })),
    (1, |draw| {
        let (work, channel) = (draw.key("work"), code("booking"));
        Body::from(HealthSocialWorkOpened { work, channel, worker: None, until: None, unit: code("kys") })
    }),
    (1, |draw| Body::from(HealthSocialWorkClosed { work: draw.key("work"), outcome: None })),
];
