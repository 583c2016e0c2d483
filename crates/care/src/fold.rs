//! The fold: what each event does to the view.
//!
//! One arm per type and no `_ =>`, so that a new type is a compile error here, where somebody must decide what it means.
//! What an entity makes of it stands in the entity's file. All follow the one rule of `event`: what an event leaves out it
//! keeps, the time of a fact is the earliest that was reported of it, and a new key begins empty.

mod entity;

use crate::assignment::Assigned;
use crate::clientship::{OpenClientship, OpenHealthSocialWork};
use crate::mark::{Mark, earliest};
use crate::referral::{Answer, Request};
use crate::source::Declared;
use crate::staff::{Confirmed, StandIn};
use crate::stated::{List, Scope};
use crate::stay::{Stay, StayFact};
use crate::subject::StatedSubject;
use crate::unplaced::Unplaced;
use crate::view::{Origin, ParallelView};
use event::{
    AssessmentEvent, AssignmentEvent, Body, CaseEvent, ClientshipEvent, ContactEvent, CooperationEvent, DecisionEvent,
    DutyContactEvent, HealthSocialWorkEvent, IdentityEvent, Instant, ListEvent, MayEnd, PersonEvent, PlanEvent,
    Received, ReferralEvent, ServiceEvent, SourceEvent, StayEvent, SubjectEvent, TeamEvent, Token, TranslationEvent,
    UrgentNeedEvent, WorkerEvent,
};
use uuid::Uuid;

impl ParallelView {
    /// The next event in order. Total: every event means something in every state.
    pub fn evolve(&mut self, received: &Received) {
        let origin = Origin::of(received);
        let mark = Mark::of(received);
        let (happened_at, record) = (origin.happened_at, origin.record);
        self.last = Some(received.order_key());
        match &received.event.body {
            body @ Body::Stay(
                StayEvent::StayPlanned(_)
                | StayEvent::StayPlanCancelled(_)
                | StayEvent::StayStarted(_)
                | StayEvent::StayCorrected(_)
                | StayEvent::StayCancelled(_)
                | StayEvent::WardChanged(_)
                | StayEvent::ClassChanged(_)
                | StayEvent::PlannedDischargeSet(_)
                | StayEvent::PlannedDischargeCancelled(_)
                | StayEvent::StayEnded(_)
                | StayEvent::DischargeCancelled(_)
                | StayEvent::LeaveStarted(_)
                | StayEvent::LeaveEnded(_)
                | StayEvent::LeaveStartCancelled(_)
                | StayEvent::LeaveEndCancelled(_)
                | StayEvent::WardChangeCancelled(_)
                | StayEvent::StayReassigned(_)
                | StayEvent::StayStated(_),
            ) => {
                if let Some((stay, fact)) = StayFact::of(body) {
                    self.stay(stay, mark, origin, fact);
                }
            }
            Body::Referral(ReferralEvent::ReferralRequested(x)) => {
                let request = Request::of(x, mark, origin);
                match x.referral {
                    Some(key) => self.referrals.entry(key).or_default().ask(x.course, request),
                    None => self.unplaced.push(Unplaced::Referral(request)),
                }
            }
            body @ Body::Referral(
                ReferralEvent::ReferralAccepted(_)
                | ReferralEvent::ReferralRejected(_)
                | ReferralEvent::ReferralStarted(_)
                | ReferralEvent::ReferralOnHold(_)
                | ReferralEvent::ReferralCompleted(_)
                | ReferralEvent::ReferralCancelled(_)
                | ReferralEvent::ReferralFailed(_),
            ) => match Answer::of(body, mark, origin) {
                Some((Some(key), course, answer)) => self.referrals.entry(key).or_default().answer(course, answer),
                Some((None, _, answer)) => self.unplaced.push(Unplaced::ReferralAnswer(answer)),
                None => {}
            },
            Body::Person(PersonEvent::PersonUpdated(x)) => self.persons.entry(record).or_default().evolve(mark, x),
            Body::Person(PersonEvent::PersonDied(x)) => self.persons.entry(record).or_default().died(&mark, x.died_at),
            Body::Person(PersonEvent::DeathCancelled(_)) => {
                self.persons.entry(record).or_default().death.revoke(mark, ());
            }
            Body::Person(PersonEvent::NonDisclosureSet(x)) => {
                self.persons.entry(record).or_default().non_disclosure.set(mark, x.until);
            }
            Body::Person(PersonEvent::NonDisclosureLifted(_)) => {
                self.persons.entry(record).or_default().non_disclosure.lift(mark);
            }
            // Which records are one person, and by which codes, is `link`'s to say, before the fold.
            Body::Identity(
                IdentityEvent::IdentitiesMerged(_)
                | IdentityEvent::IdentitiesUnmerged(_)
                | IdentityEvent::NationalIdChanged(_),
            )
            | Body::Translation(TranslationEvent::TranslationWithdrawn(_)) => {}
            Body::List(ListEvent::ListConfirmed(x)) => self.confirm(x.list),
            Body::Case(CaseEvent::CaseOpened(x)) => {
                self.case(x.case, origin).report(mark, happened_at, None, x.ground.clone());
            }
            Body::Case(CaseEvent::CaseClosed(x)) => self.case(x.case, origin).end(mark, happened_at, x.ground.clone()),
            Body::Team(TeamEvent::CareTeamStated(x)) => {
                self.team(x.team, origin, mark, x.assignments.iter().copied().collect());
            }
            Body::Subject(SubjectEvent::SubjectStated(x)) => {
                let known = self.subjects.get(&x.key);
                if known.is_none_or(|known| !known.mark.stands_after(&mark)) {
                    self.subjects.insert(x.key, StatedSubject::of(mark, x));
                }
            }
            Body::Assessment(AssessmentEvent::AssessmentStarted(x)) => {
                let assessment = self.assessment(x.assessment, origin);
                earliest(&mut assessment.started_at, happened_at);
                assessment.report(&mark, x.case, None, None);
            }
            Body::Assessment(AssessmentEvent::AssessmentFinished(x)) => {
                let assessment = self.assessment(x.assessment, origin);
                earliest(&mut assessment.finished_at, happened_at);
                assessment.report(&mark, None, x.own_worker_needed, x.clientship);
            }
            Body::Clientship(ClientshipEvent::ClientshipOpened(x)) => {
                let own_worker_not_named = x.own_worker_not_named.clone().map(|code| (code, mark));
                let service_task = x.service_task.clone();
                let open = OpenClientship { service_task, own_worker_not_named };
                self.clientship(x.clientship, origin).report(mark, happened_at, None, open);
            }
            Body::Clientship(ClientshipEvent::ClientshipClosed(x)) => {
                self.clientship(x.clientship, origin).end(mark, happened_at, x.ground.clone());
            }
            Body::Assignment(AssignmentEvent::WorkerAssigned(x)) => {
                let assigned = Assigned {
                    role: x.role,
                    clientship: x.clientship,
                    worker_key: x.worker_key,
                    record,
                    worker: x.worker.clone(),
                    profession: x.profession.clone(),
                    public_service_post: x.public_service_post,
                };
                self.assignment(x.assignment, origin).spans.report(mark, x.from, x.until, assigned);
                self.as_in_team(x.assignment, &mark);
            }
            Body::Assignment(AssignmentEvent::WorkerAssignmentEnded(x)) => {
                self.assignment(x.assignment, origin).spans.end(mark, x.ended_at, x.reason.clone());
            }
            Body::HealthSocialWork(HealthSocialWorkEvent::HealthSocialWorkOpened(x)) => {
                let worker = x.worker.clone().map(|worker| (record, worker));
                let open = OpenHealthSocialWork { worker, channel: x.channel.clone() };
                self.work(x.work, origin).report(mark, happened_at, x.until, open);
            }
            Body::HealthSocialWork(HealthSocialWorkEvent::HealthSocialWorkClosed(x)) => {
                self.work(x.work, origin).end(mark, happened_at, x.outcome.clone());
            }
            Body::DutyContact(DutyContactEvent::DutyContactRecorded(x)) => {
                let contact = self.duty_contact(x.contact, origin);
                earliest(&mut contact.recorded_at, happened_at);
                contact.report(&mark, x.handed_over_to.clone());
            }
            Body::DutyContact(DutyContactEvent::DutyContactClosed(x)) => {
                let contact = self.duty_contact(x.contact, origin);
                earliest(&mut contact.closed_at, happened_at);
                contact.report(&mark, x.handed_over_to.clone());
            }
            Body::UrgentNeed(UrgentNeedEvent::UrgentNeedAssessed(x)) => {
                self.urgent_need(x.case, origin).report(&mark, x.result.clone());
            }
            Body::Decision(DecisionEvent::DecisionMade(x)) => {
                let (service_task, outcome) = (x.service_task.clone(), x.outcome.clone());
                self.decision(x.decision, origin).report(&mark, x.case, service_task, outcome);
            }
            Body::Service(ServiceEvent::ServiceStartAgreed(x)) => {
                let service = self.service(x.service, origin);
                service.report(&mark, x.decision, x.service_task.clone(), Some(x.starts_at));
            }
            Body::Service(ServiceEvent::ServiceStarted(x)) => {
                let service = self.service(x.service, origin);
                service.report(&mark, x.decision, x.service_task.clone(), None);
                service.spans.report(mark, x.started_at, None, ());
            }
            Body::Service(ServiceEvent::ServiceEnded(x)) => {
                self.service(x.service, origin).spans.end(mark, x.ended_at, x.reason.clone());
            }
            Body::Plan(PlanEvent::PlanAgreed(x)) => {
                let plan = self.plan(x.plan, origin);
                earliest(&mut plan.agreed_at, happened_at);
                plan.report(&mark, x.kind.clone(), x.review_by);
            }
            Body::Plan(PlanEvent::PlanRevised(x)) => {
                let plan = self.plan(x.plan, origin);
                plan.revised_at = plan.revised_at.max(Some(happened_at));
                plan.report(&mark, x.kind.clone(), x.review_by);
            }
            Body::Contact(ContactEvent::ContactRecorded(x)) => {
                let (channel, unit) = (x.channel.clone(), x.unit.clone());
                self.contact(x.contact, origin).report(&mark, happened_at, channel, unit);
            }
            Body::Contact(ContactEvent::ContactCancelled(x)) => {
                self.contact(x.contact, origin).cancel(mark, x.reason.clone());
            }
            Body::Cooperation(CooperationEvent::CooperationRequested(x)) => {
                self.cooperation(x.request, origin).report(&mark, x.asked_of.clone(), x.required_by);
            }
            Body::Assignment(AssignmentEvent::WorkerSubstituted(x)) => {
                let stand_in = StandIn { record, key: x.substitute_key, worker: x.substitute.clone() };
                self.assignment(x.assignment, origin).substitutions.report(mark, x.from, x.until, stand_in);
            }
            Body::Worker(WorkerEvent::WorkerAbsent(x)) => {
                let stand_in = |worker| StandIn { record, key: x.substitute_key, worker };
                let stand_in = x.substitute.clone().map(stand_in);
                self.worker(x.worker_key, origin).absences.report(mark, x.from, x.until, stand_in);
            }
            Body::Worker(WorkerEvent::WorkerReturned(x)) => {
                self.worker(x.worker_key, origin).returns.push((mark, x.returned_at));
            }
            Body::Worker(WorkerEvent::ContactPointConfirmed(x)) => {
                let worker = x.worker.clone().map(|worker| (record, worker));
                let confirmed = Confirmed { at: x.confirmed_at, worker };
                let stream = self.worker(x.worker_key, origin);
                stream.confirmed = Some(Confirmed::join(stream.confirmed.take(), confirmed));
            }
            Body::List(ListEvent::CurrentStaysStated(x)) => {
                self.list(Scope::Stays(x.wards.clone()), origin, mark, (x.as_of, x.may_end), &x.stays);
            }
            Body::List(ListEvent::WorkersStated(x)) => {
                self.list(Scope::Workers(x.roles.clone()), origin, mark, (x.as_of, x.may_end), &x.assignments);
            }
            Body::Source(SourceEvent::SourceCoverageDeclared(x)) => {
                self.declared.insert(origin.source.clone(), Declared::of(x, origin));
            }
            Body::Unknown(_) => {
                self.not_understood.entry(origin.register).or_insert(happened_at);
            }
        }
    }

    fn stay(&mut self, stay: Option<Token>, mark: Mark, origin: Origin, fact: StayFact) {
        match stay {
            Some(key) => {
                let stay = self.stays.entry(key).or_insert_with(|| Stay::new(origin.clone(), false));
                stay.evolve(&mark, &origin, &fact);
            }
            None => self.unplaced.push(Unplaced::Stay { mark, origin, fact }),
        }
    }

    fn list(&mut self, scope: Scope, origin: Origin, mark: Mark, (as_of, may_end): (Instant, MayEnd), keys: &[Token]) {
        let at = (origin.source.clone(), scope);
        let (as_of, received) = (as_of.min(mark.time()), mark.received());
        let list = List { origin, as_of, received, keys: keys.iter().copied().collect(), unmeasured: None };
        let confirmed = self.confirmed.remove(&list.origin.event);
        let may_end = if confirmed { MayEnd::EVERYTHING } else { may_end };
        let scope = at.1.clone();
        self.stated.entry(at).or_default().state(&scope, list, may_end);
    }

    /// Before the list is met in the order of the fold, it is remembered.
    fn confirm(&mut self, list: Uuid) {
        let confirmed = self.stated.values_mut().any(|stated| stated.confirm(list));
        if !confirmed {
            self.confirmed.insert(list);
        }
    }
}
