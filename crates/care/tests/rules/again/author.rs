//! Every body with a field that may be absent: with one value in each such field, with another one, and without.

use crate::{ago, code, key, sealed};
use event::{
    AssessmentFinished, AssessmentStarted, Body, CaseClosed, CaseOpened, ClassChanged, ClientshipClosed,
    ClientshipOpened, Code, ContactCancelled, ContactPointConfirmed, ContactRecorded, CooperationAnswered,
    CooperationRequested, DecisionMade, DutyContactClosed, DutyContactRecorded, HealthSocialWorkClosed,
    HealthSocialWorkOpened, LeaveStarted, PersonDied, PersonName, PersonUpdated, PlanAgreed, PlanRevised,
    PlannedDischargeSet, ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralFailed, ReferralKind,
    ReferralOnHold, ReferralRejected, ReferralRequested, ServiceEnded, ServiceStartAgreed, ServiceStarted, StayClass,
    StayCorrected, StayEnded, StayPlanned, StayStarted, StayStated, Token, UrgentNeedAssessed, Ward, WorkerAbsent,
    WorkerAssigned, WorkerAssignmentEnded, WorkerRole, WorkerSubstituted,
};

/// The values of the fields that may be absent.
#[derive(Clone, Copy)]
pub(super) enum Fields {
    These,
    Others,
    None,
}

pub(super) struct Author(pub(super) Fields);

impl Author {
    fn of<T>(&self, these: T, others: T) -> Option<T> {
        match self.0 {
            Fields::These => Some(these),
            Fields::Others => Some(others),
            Fields::None => None,
        }
    }

    fn code(&self) -> Option<Code> {
        self.of("a", "b").and_then(code)
    }

    fn key(&self, kind: &str) -> Option<Token> {
        self.of(key(kind, "a"), key(kind, "b"))
    }

    fn ward(&self) -> Option<Ward> {
        self.of("A", "B").and_then(Ward::try_new)
    }

    fn class(&self) -> Option<StayClass> {
        self.of(StayClass::Inpatient, StayClass::Emergency)
    }

    fn at(&self) -> Option<event::Instant> {
        self.of(ago(-50), ago(-60))
    }

    fn stays(&self) -> Vec<Body> {
        let (stay, class, ward) = (Some(key("stay", "1")), self.class(), self.ward());
        let started_at = self.of(ago(9), ago(20));
        vec![
            Body::from(StayPlanned { stay, class, ward: ward.clone(), expected_at: self.at() }),
            Body::from(StayStarted {
                stay,
                class,
                ward: ward.clone(),
                started_at: ago(9),
                protected_speciality: None,
                unit: None,
                facility: None,
            }),
            Body::from(StayCorrected { stay, class, ward: ward.clone(), started_at, also: Vec::new() }),
            Body::from(ClassChanged { stay, class, ward: ward.clone() }),
            Body::from(StayStated {
                stay,
                class,
                ward,
                started_at,
                protected_speciality: None,
                unit: None,
                facility: None,
            }),
            Body::from(PlannedDischargeSet {
                stay,
                planned_at: self.at(),
                class: None,
                destination: None,
                reported_at: None,
            }),
            Body::from(StayEnded { stay, ended_at: ago(1), disposition: self.code() }),
            Body::from(LeaveStarted {
                stay,
                started_at: ago(9),
                expected_return_at: self.at(),
                corrected: false,
                class: None,
            }),
        ]
    }

    fn referrals(&self) -> Vec<Body> {
        let (referral, course, reason) = (Some(key("referral", "1")), None, self.code());
        let worker = self.of(sealed("A"), sealed("B"));
        vec![
            Body::from(ReferralRequested {
                referral,
                course,
                kind: ReferralKind::Contact,
                priority: self.code(),
                required_by: self.at(),
                expires_at: self.at(),
                source_channel: self.code(),
                requester_unit: None,
                receiver: None,
                basis: None,
            }),
            Body::from(ReferralAccepted { referral, course, worker, expected_by: self.at() }),
            Body::from(ReferralRejected { referral, course, reason: reason.clone() }),
            Body::from(ReferralOnHold { referral, course, reason: reason.clone() }),
            Body::from(ReferralCompleted { referral, course, outcome: reason.clone() }),
            Body::from(ReferralCancelled { referral, course, reason: reason.clone() }),
            Body::from(ReferralFailed { referral, course, reason }),
        ]
    }

    fn matters(&self) -> Vec<Body> {
        let (case, decision) = (key("case", "1"), key("decision", "1"));
        let (clientship, assessment) = (key("clientship", "1"), key("assessment", "1"));
        let yes = self.of(true, false);
        vec![
            Body::from(CaseOpened {
                case,
                ground: self.code(),
                initiator: None,
                contacted_at: None,
                deadline_group: None,
                special_support: None,
            }),
            Body::from(CaseClosed { case, ground: self.code() }),
            Body::from(AssessmentStarted {
                assessment,
                case: self.key("case"),
                kind: None,
                unit: None,
                joint: None,
                service_task: self.code(),
            }),
            Body::from(AssessmentFinished { assessment, own_worker_needed: yes, clientship: yes }),
            Body::from(ClientshipOpened { clientship, service_task: self.code(), own_worker_not_named: self.code() }),
            Body::from(ClientshipClosed { clientship, ground: self.code() }),
            Body::from(UrgentNeedAssessed { case, result: self.code() }),
            Body::from(DecisionMade {
                decision,
                case: self.key("case"),
                service_task: self.code(),
                outcome: self.code(),
            }),
            Body::from(CooperationAnswered { request: key("request", "1"), outcome: self.code(), unit: None }),
            Body::from(CooperationRequested {
                request: key("request", "1"),
                asked_of: self.code(),
                required_by: self.at(),
            }),
        ]
    }

    fn services(&self) -> Vec<Body> {
        let (service, plan) = (key("service", "1"), key("plan", "1"));
        let (decision, service_task, kind, review_by) = (self.key("decision"), self.code(), self.code(), self.at());
        vec![
            Body::from(ServiceStartAgreed { service, decision, service_task: service_task.clone(), starts_at: ago(9) }),
            Body::from(ServiceStarted { service, decision, service_task, started_at: ago(9) }),
            Body::from(ServiceEnded { service, ended_at: ago(1), reason: self.code() }),
            Body::from(PlanAgreed {
                plan,
                kind: kind.clone(),
                review_by,
                parties: Vec::new(),
                meet_every_days: None,
                service_task: self.code(),
            }),
            Body::from(PlanRevised { plan, kind, review_by, parties: Vec::new(), meet_every_days: None }),
        ]
    }

    fn contacts(&self) -> Vec<Body> {
        let (contact, work) = (key("contact", "1"), key("work", "1"));
        let worker = self.of(sealed("A"), sealed("B"));
        vec![
            Body::from(ContactRecorded { contact, channel: self.code(), unit: self.code(), mode: None }),
            Body::from(ContactCancelled { contact, reason: self.code() }),
            Body::from(DutyContactRecorded { contact, handed_over_to: self.code(), service_task: self.code() }),
            Body::from(DutyContactClosed { contact, handed_over_to: self.code() }),
            Body::from(HealthSocialWorkOpened { work, channel: self.code(), worker, until: None, unit: None }),
            Body::from(HealthSocialWorkClosed { work, outcome: self.code() }),
        ]
    }

    fn workers(&self) -> Vec<Body> {
        let (assignment, worker_key) = (key("assignment", "1"), key("worker", "1"));
        let worker = self.of(sealed("A"), sealed("B"));
        vec![
            Body::from(WorkerAssigned {
                assignment,
                clientship: self.key("clientship"),
                role: WorkerRole::OwnWorker,
                worker_key,
                worker: sealed("Testi"),
                profession: self.code(),
                public_service_post: self.of(true, false),
                from: ago(9),
                until: None,
            }),
            Body::from(WorkerAssignmentEnded { assignment, ended_at: ago(1), reason: self.code() }),
            Body::from(WorkerSubstituted {
                assignment,
                from: ago(9),
                until: None,
                substitute_key: self.key("worker"),
                substitute: sealed("Sijainen"),
            }),
            Body::from(WorkerAbsent {
                worker_key,
                from: ago(9),
                until: None,
                substitute_key: None,
                substitute: worker.clone(),
            }),
            Body::from(ContactPointConfirmed { worker_key, confirmed_at: ago(9), worker }),
        ]
    }

    fn person(&self) -> Vec<Body> {
        let keys = testkit::history::keyring();
        let record = keys.record("test", "own", "1");
        let name = |family: &str| PersonName { family: family.into(), given: "Testi".into() };
        let sealed = |family| keys.sealer(record.key, uuid::Uuid::nil()).seal(&name(family));
        vec![
            Body::from(PersonUpdated {
                name: self.of(sealed("A"), sealed("B")),
                language: self.code(),
                deceased: self.of(true, true),
                ..PersonUpdated::default()
            }),
            Body::from(PersonDied { died_at: self.at() }),
        ]
    }

    pub(super) fn bodies(self) -> Vec<Body> {
        let all = [
            self.stays(),
            self.referrals(),
            self.matters(),
            self.services(),
            self.contacts(),
            self.workers(),
            self.person(),
        ];
        all.concat()
    }
}
