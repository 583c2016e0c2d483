//! The parallel view: one client's events, folded.

use crate::assignment::{Assigned, Assignment, Ended};
use crate::clientship::{
    Assessment, Case, Clientship, Closed, DutyContact, HealthSocialWork, OpenClientship, OpenHealthSocialWork,
};
use crate::person::Person;
use crate::referral::{Referral, ReferralState, Request};
use crate::revocable::{Mark, Revocable};
use crate::stay::{Stay, StayFact};
use event::{Body, Instant, OrderKey, Received, Register, Token};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use uuid::Uuid;

/// One client's events, folded in the order of their keys. Entities bind by explicit keys only (rule R5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParallelView {
    /// The highest key folded in: an event at or below it makes the client be folded anew.
    pub last: Option<OrderKey>,
    /// Per record.
    pub persons: BTreeMap<Token, Person>,
    /// By visit number.
    pub stays: BTreeMap<Token, Stay>,
    /// By referral id.
    pub referrals: BTreeMap<Token, Referral>,
    /// By the source's key.
    pub cases: BTreeMap<Token, Case>,
    /// By the source's key.
    pub assessments: BTreeMap<Token, Assessment>,
    /// By the source's key.
    pub clientships: BTreeMap<Token, Clientship>,
    /// By the source's key.
    pub assignments: BTreeMap<Token, Assignment>,
    /// By the source's key.
    pub health_social_work: BTreeMap<Token, HealthSocialWork>,
    /// By the source's key.
    pub duty_contacts: BTreeMap<Token, DutyContact>,
    /// Facts without a key, in order.
    pub unplaced: Vec<Unplaced>,
    /// Per register: since when something is in the record that this version does not understand.
    pub not_understood: BTreeMap<Register, Instant>,
}

/// Where a fact comes from (703/2023 39 §: what, from whom, when).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The configured name of the source.
    pub source: String,
    /// The register it belongs to.
    pub register: Register,
    /// The record whose stream it is in; opens what is sealed.
    pub record: Token,
    /// The event.
    pub event: Uuid,
    /// When it took place.
    pub happened_at: Instant,
    /// When the source wrote it.
    pub recorded_at: Instant,
}

/// A fact that names nothing it could be bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unplaced {
    /// Of a stay without a visit number.
    Stay {
        /// Its place in the order.
        mark: Mark,
        /// Who told it.
        origin: Origin,
        /// What.
        fact: StayFact,
    },
    /// A request without an id: nobody's answer can ever be bound to it.
    Referral(Request),
    /// An answer without the request's id.
    ReferralAnswer(ReferralState),
}

impl Origin {
    fn of(received: &Received) -> Self {
        let event = &received.event;
        Self {
            source: event.source.clone(),
            register: event.register,
            record: event.record.key,
            event: event.id,
            happened_at: event.happened_at,
            recorded_at: event.recorded_at,
        }
    }
}

impl ParallelView {
    /// Raised with each change of what a view holds or how events fold into it.
    pub const VERSION: i32 = 1;

    /// Folds a client's events, in whatever order they are given.
    #[must_use]
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Received>) -> Self {
        let mut events: Vec<_> = events.into_iter().collect();
        events.sort_by_key(|received| received.order_key());
        let mut view = Self::default();
        for received in events {
            view.evolve(received);
        }
        view
    }

    /// True if `received` may be folded on top of what is there.
    #[must_use]
    pub fn takes_next(&self, received: &Received) -> bool {
        self.last.is_none_or(|last| last < received.order_key())
    }

    /// The next event in order. Total: every event means something in every state.
    pub fn evolve(&mut self, received: &Received) {
        let origin = Origin::of(received);
        let mark = Mark::of(received);
        let (happened_at, record) = (origin.happened_at, origin.record);
        self.last = Some(received.order_key());
        match &received.event.body {
            body @ (Body::StayStarted(_)
            | Body::StayCorrected(_)
            | Body::StayCancelled(_)
            | Body::WardChanged(_)
            | Body::ClassChanged(_)
            | Body::PlannedDischargeSet(_)
            | Body::PlannedDischargeCancelled(_)
            | Body::StayEnded(_)
            | Body::DischargeCancelled(_)) => {
                if let Some((stay, fact)) = StayFact::of(body) {
                    self.stay(stay, mark, origin, fact);
                }
            }
            Body::ReferralRequested(x) => {
                let request =
                    Request { origin, kind: x.kind, priority: x.priority.clone(), required_by: x.required_by };
                match x.referral {
                    Some(key) => self.referrals.entry(key).or_default().request = Some(request),
                    None => self.unplaced.push(Unplaced::Referral(request)),
                }
            }
            Body::ReferralAccepted(x) => {
                let state = ReferralState::Accepted { origin, worker: x.worker.clone(), expected_by: x.expected_by };
                self.referral_answer(x.referral, state);
            }
            Body::ReferralRejected(x) => {
                self.referral_answer(x.referral, ReferralState::Rejected { origin, reason: x.reason.clone() });
            }
            Body::PersonUpdated(x) => self.persons.entry(record).or_default().evolve(x),
            // Which records are one person is `link`'s to say, before the fold.
            Body::IdentitiesMerged(_) | Body::IdentitiesUnmerged(_) => {}
            Body::CaseOpened(x) => {
                self.cases.insert(x.case, Case { origin, ground: x.ground.clone() });
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
                self.duty_contacts.insert(x.contact, DutyContact { origin, handed_over_to: x.handed_over_to.clone() });
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
        let new = |origin| Assignment { origin, span: Revocable::default() };
        touch(self.assignments.entry(key), origin, new, |it| &mut it.origin)
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

    fn referral_answer(&mut self, referral: Option<Token>, state: ReferralState) {
        match referral {
            Some(key) => self.referrals.entry(key).or_default().state = state,
            None => self.unplaced.push(Unplaced::ReferralAnswer(state)),
        }
    }

    /// Every stay: those with a visit number, and those put together from a record's facts without one (inferred). Such
    /// facts never touch a stay that has a number.
    #[must_use]
    pub fn all_stays(&self) -> Vec<Stay> {
        let mut inferred: BTreeMap<Token, Vec<Stay>> = BTreeMap::new();
        for unplaced in &self.unplaced {
            let Unplaced::Stay { mark, origin, fact } = unplaced else {
                continue;
            };
            let stays = inferred.entry(origin.record).or_default();
            // A new start after an end is a new stay; all else belongs to the last one.
            let over = stays.last().is_none_or(|stay: &Stay| {
                matches!(fact, StayFact::Started { .. })
                    && (stay.discharge.in_force().is_some() || stay.admission.revoked().is_some())
            });
            if over {
                stays.push(Stay::new(origin.clone(), true));
            }
            if let Some(stay) = stays.last_mut() {
                stay.evolve(mark, origin, fact);
            }
        }
        self.stays.values().cloned().chain(inferred.into_values().flatten()).collect()
    }
}

impl Assessment {
    fn new(origin: Origin) -> Self {
        Self { origin, case: None, started_at: None, finished_at: None, own_worker_needed: None, clientship: None }
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
