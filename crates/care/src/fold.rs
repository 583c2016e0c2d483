//! The fold: what each event does to the view.
//!
//! One arm per type and no `_ =>`, so that a new type is a compile error here, where somebody must decide what it means.
//! What an entity makes of it stands in the entity's file.

use crate::assignment::{Assigned, Assignment, Ended, Substitution};
use crate::clientship::{
    Assessment, Case, Clientship, Closed, DutyContact, HealthSocialWork, OpenClientship, OpenHealthSocialWork,
};
use crate::mark::Mark;
use crate::referral::{Answer, Request};
use crate::revocable::Revocable;
use crate::service::{CareContact, Cooperation, Decision, Plan, Service, ServiceEnd, UrgentNeed};
use crate::source::Declared;
use crate::staff::{Absence, Confirmed, StandIn, WorkerStream};
use crate::stated::{List, Scope};
use crate::stay::{Stay, StayFact};
use crate::subject::StaySubject;
use crate::team::CareTeam;
use crate::unplaced::Unplaced;
use crate::view::{Origin, ParallelView};
use event::{Body, Instant, MayEnd, Received, Token};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use uuid::Uuid;

impl ParallelView {
    /// The next event in order. Total: every event means something in every state.
    pub fn evolve(&mut self, received: &Received) {
        let origin = Origin::of(received);
        let mark = Mark::of(received);
        let (happened_at, record) = (origin.happened_at, origin.record);
        self.last = Some(received.order_key());
        match &received.event.body {
            body @ (Body::StayPlanned(_)
            | Body::StayPlanCancelled(_)
            | Body::StayStarted(_)
            | Body::StayCorrected(_)
            | Body::StayCancelled(_)
            | Body::WardChanged(_)
            | Body::ClassChanged(_)
            | Body::PlannedDischargeSet(_)
            | Body::PlannedDischargeCancelled(_)
            | Body::StayEnded(_)
            | Body::DischargeCancelled(_)
            | Body::LeaveStarted(_)
            | Body::LeaveEnded(_)
            | Body::LeaveStartCancelled(_)
            | Body::LeaveEndCancelled(_)
            | Body::WardChangeCancelled(_)
            | Body::StayMoved(_)
            | Body::StayStated(_)) => {
                if let Some((stay, fact)) = StayFact::of(body) {
                    self.stay(stay, mark, origin, fact);
                }
            }
            Body::ReferralRequested(x) => {
                let request = Request {
                    origin,
                    kind: x.kind,
                    priority: x.priority.clone(),
                    required_by: x.required_by,
                    expires_at: x.expires_at,
                    source_channel: x.source_channel.clone(),
                };
                match x.referral {
                    Some(key) => self.referrals.entry(key).or_default().request = Some(request),
                    None => self.unplaced.push(Unplaced::Referral(request)),
                }
            }
            body @ (Body::ReferralAccepted(_)
            | Body::ReferralRejected(_)
            | Body::ReferralStarted(_)
            | Body::ReferralOnHold(_)
            | Body::ReferralCompleted(_)
            | Body::ReferralCancelled(_)
            | Body::ReferralFailed(_)) => match Answer::of(body, mark, origin) {
                Some((Some(key), answer)) => self.referrals.entry(key).or_default().evolve(answer),
                Some((None, answer)) => self.unplaced.push(Unplaced::ReferralAnswer(answer)),
                None => {}
            },
            Body::PersonUpdated(x) => self.persons.entry(record).or_default().evolve(mark, x),
            Body::PersonDied(x) => self.persons.entry(record).or_default().death.say(&mark, x.died_at),
            Body::DeathCancelled(_) => self.persons.entry(record).or_default().death.revoke(mark, ()),
            Body::NonDisclosureSet(x) => self.persons.entry(record).or_default().non_disclosure.set(mark, x.until),
            Body::NonDisclosureLifted(_) => self.persons.entry(record).or_default().non_disclosure.lift(mark),
            // Which records are one person, and by which codes, is `link`'s to say, before the fold.
            Body::IdentitiesMerged(_) | Body::IdentitiesUnmerged(_) | Body::NationalIdChanged(_)
            // What it replaced is folded no more.
            | Body::ReadingWithdrawn(_)
            | Body::CaseClosed(_)
            | Body::ContactCancelled(_) => {}
            Body::CaseOpened(x) => {
                self.cases.insert(x.case, Case { origin, ground: x.ground.clone() });
            }
            Body::ListConfirmed(x) => self.confirm(x.list),
            Body::CareTeamStated(x) => {
                let members = x.assignments.iter().copied().collect();
                match self.teams.entry(x.team) {
                    Entry::Vacant(entry) => {
                        entry.insert(CareTeam { origin, mark, members, left: BTreeMap::new() });
                    }
                    Entry::Occupied(mut entry) => entry.get_mut().restate(origin, mark, members),
                }
            }
            Body::StaySubjectStated(x) => {
                let known = self.subjects.get(&x.stay);
                if known.is_none_or(|known| !known.mark.stands_after(&mark)) {
                    self.subjects.insert(x.stay, StaySubject { mark, record: x.subject.key });
                }
            }
            Body::AssessmentStarted(x) => {
                let assessment = self.assessment(x.assessment, origin);
                assessment.started_at = Some(happened_at);
                assessment.case = x.case.or(assessment.case);
            }
            Body::AssessmentFinished(x) => {
                let assessment = self.assessment(x.assessment, origin);
                assessment.finished_at = Some(happened_at);
                assessment.own_worker_needed = x.own_worker_needed;
                assessment.clientship = x.clientship;
            }
            Body::ClientshipOpened(x) => {
                let open = OpenClientship {
                    opened_at: happened_at,
                    service_task: x.service_task.clone(),
                    own_worker_not_named: x.own_worker_not_named.clone(),
                };
                self.clientship(x.clientship, origin).span.say(&mark, open);
            }
            Body::ClientshipClosed(x) => {
                let closed = Closed { closed_at: happened_at, why: x.ground.clone() };
                self.clientship(x.clientship, origin).span.revoke(mark, closed);
            }
            Body::WorkerAssigned(x) => {
                let assigned = Assigned {
                    role: x.role,
                    clientship: x.clientship,
                    worker_key: x.worker_key,
                    record,
                    worker: x.worker.clone(),
                    profession: x.profession.clone(),
                    public_service_post: x.public_service_post,
                    from: x.from,
                    until: x.until,
                };
                self.assignment(x.assignment, origin).span.say(&mark, assigned);
            }
            Body::WorkerAssignmentEnded(x) => {
                let ended = Ended { ended_at: x.ended_at, reason: x.reason.clone() };
                self.assignment(x.assignment, origin).span.revoke(mark, ended);
            }
            Body::HealthSocialWorkOpened(x) => {
                let open = OpenHealthSocialWork {
                    opened_at: happened_at,
                    record,
                    worker: x.worker.clone(),
                    channel: x.channel.clone(),
                    until: x.until,
                };
                self.work(x.work, origin).span.say(&mark, open);
            }
            Body::HealthSocialWorkClosed(x) => {
                let closed = Closed { closed_at: happened_at, why: x.outcome.clone() };
                self.work(x.work, origin).span.revoke(mark, closed);
            }
            Body::DutyContactRecorded(x) => {
                let contact = self.duty_contact(x.contact, origin);
                contact.recorded_at = Some(happened_at);
                contact.handed_over_to = x.handed_over_to.clone().or_else(|| contact.handed_over_to.take());
            }
            Body::DutyContactClosed(x) => {
                let contact = self.duty_contact(x.contact, origin);
                contact.closed_at = Some(happened_at);
                contact.handed_over_to = x.handed_over_to.clone().or_else(|| contact.handed_over_to.take());
            }
            Body::UrgentNeedAssessed(x) => {
                self.urgent_needs.insert(x.case, UrgentNeed { origin, result: x.result.clone() });
            }
            Body::DecisionMade(x) => {
                let (service_task, outcome) = (x.service_task.clone(), x.outcome.clone());
                self.decisions.insert(x.decision, Decision { origin, case: x.case, service_task, outcome });
            }
            Body::ServiceStartAgreed(x) => {
                let service = self.service(x.service, origin);
                service.rests_on(x.decision, x.service_task.as_ref());
                service.agreed_at = Some(x.starts_at);
            }
            Body::ServiceStarted(x) => {
                let service = self.service(x.service, origin);
                service.rests_on(x.decision, x.service_task.as_ref());
                service.span.say(&mark, x.started_at);
            }
            Body::ServiceEnded(x) => {
                let end = ServiceEnd { ended_at: x.ended_at, reason: x.reason.clone() };
                self.service(x.service, origin).span.revoke(mark, end);
            }
            Body::PlanAgreed(x) => {
                let plan = self.plan(x.plan, origin);
                plan.agreed_at = Some(happened_at);
                plan.tell(x.kind.as_ref(), x.review_by);
            }
            Body::PlanRevised(x) => {
                let plan = self.plan(x.plan, origin);
                plan.revised_at = Some(happened_at);
                plan.tell(x.kind.as_ref(), x.review_by);
            }
            Body::ContactRecorded(x) => {
                let (channel, unit) = (x.channel.clone(), x.unit.clone());
                self.contacts.insert(x.contact, CareContact { origin, channel, unit });
            }
            Body::CooperationRequested(x) => {
                let cooperation = Cooperation { origin, asked_of: x.asked_of.clone(), required_by: x.required_by };
                self.cooperations.insert(x.request, cooperation);
            }
            Body::WorkerSubstituted(x) => {
                let stand_in = StandIn { record, key: x.substitute_key, worker: x.substitute.clone() };
                let substitution = Substitution { from: x.from, until: x.until, stand_in };
                self.assignment(x.assignment, origin).substitution = Some(substitution);
            }
            Body::WorkerAbsent(x) => {
                let substitute = x.substitute.clone().map(|worker| StandIn { record, key: x.substitute_key, worker });
                let absence = Absence { from: x.from, until: x.until, substitute };
                self.worker(x.worker_key, origin).absence.say(&mark, absence);
            }
            Body::WorkerReturned(x) => self.worker(x.worker_key, origin).absence.revoke(mark, x.returned_at),
            Body::ContactPointConfirmed(x) => {
                let worker = x.worker.clone().map(|worker| (record, worker));
                self.worker(x.worker_key, origin).confirmed = Some(Confirmed { at: x.confirmed_at, worker });
            }
            Body::CurrentStaysStated(x) => {
                self.list(Scope::Stays(x.wards.clone()), origin, mark, (x.as_of, x.may_end), &x.stays);
            }
            Body::WorkersStated(x) => {
                self.list(Scope::Workers(x.roles.clone()), origin, mark, (x.as_of, x.may_end), &x.assignments);
            }
            Body::SourceCoverageDeclared(x) => {
                self.declared.insert(origin.source.clone(), Declared::of(x, origin));
            }
            Body::Unknown(_) => {
                self.not_understood.entry(origin.register).or_insert(happened_at);
            }
        }
    }

    fn assessment(&mut self, key: Token, origin: Origin) -> &mut Assessment {
        touch(self.assessments.entry(key), origin, Assessment::new, |it| &mut it.origin)
    }

    fn clientship(&mut self, key: Token, origin: Origin) -> &mut Clientship {
        let new = |origin| Clientship { origin, span: Revocable::default() };
        touch(self.clientships.entry(key), origin, new, |it| &mut it.origin)
    }

    fn assignment(&mut self, key: Token, origin: Origin) -> &mut Assignment {
        touch(self.assignments.entry(key), origin, Assignment::new, |it| &mut it.origin)
    }

    fn work(&mut self, key: Token, origin: Origin) -> &mut HealthSocialWork {
        let new = |origin| HealthSocialWork { origin, span: Revocable::default() };
        touch(self.health_social_work.entry(key), origin, new, |it| &mut it.origin)
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

    fn duty_contact(&mut self, key: Token, origin: Origin) -> &mut DutyContact {
        touch(self.duty_contacts.entry(key), origin, DutyContact::new, |it| &mut it.origin)
    }

    fn service(&mut self, key: Token, origin: Origin) -> &mut Service {
        touch(self.services.entry(key), origin, Service::new, |it| &mut it.origin)
    }

    fn plan(&mut self, key: Token, origin: Origin) -> &mut Plan {
        touch(self.plans.entry(key), origin, Plan::new, |it| &mut it.origin)
    }

    fn worker(&mut self, key: Token, origin: Origin) -> &mut WorkerStream {
        touch(self.workers.entry(key), origin, WorkerStream::new, |it| &mut it.origin)
    }

    fn list(&mut self, scope: Scope, origin: Origin, mark: Mark, (as_of, may_end): (Instant, MayEnd), keys: &[Token]) {
        let at = (origin.source.clone(), scope);
        let (as_of, received) = (as_of.min(mark.time()), mark.received());
        let list = List { origin, as_of, received, keys: keys.iter().copied().collect() };
        let confirmed = self.confirmed.remove(&list.origin.event);
        let may_end = if confirmed { MayEnd::EVERYTHING } else { may_end };
        self.stated.entry(at).or_default().state(list, may_end);
    }

    /// Before the list is met in the order of the fold, it is remembered.
    fn confirm(&mut self, list: Uuid) {
        let confirmed = self.stated.values_mut().any(|stated| stated.confirm(list));
        if !confirmed {
            self.confirmed.insert(list);
        }
    }
}

/// The entity, new or known, with `origin` as the last event that touched it.
fn touch<E>(
    entry: Entry<'_, Token, E>,
    origin: Origin,
    new: impl FnOnce(Origin) -> E,
    origin_of: impl FnOnce(&mut E) -> &mut Origin,
) -> &mut E {
    let entity = entry.or_insert_with(|| new(origin.clone()));
    *origin_of(entity) = origin;
    entity
}
