//! The fold: each event goes to its entity, in the lane of its register.
//!
//! One arm for each family, and no `_ =>`. How an event changes its entity stands in the entity's file. All follow the
//! rule of `event`: an absent field keeps, the time of a fact is the earliest reported, and a new key begins empty.

use super::{ParallelView, Streams};
use crate::entity::declared::Declared;
use crate::entity::evolve;
use crate::entity::list::{List, Scope};
use crate::entity::subject::StatedSubject;
use crate::entity::unplaced::Unplaced;
use crate::fact::Reported;
use event::{
    Body, Instant, ListEvent, MayEnd, ReceivedEvent, Register, Sealed, SourceEvent, StatedDirectory, SubjectEvent,
    Token,
};
use uuid::Uuid;

impl ParallelView {
    /// The next event in order. Total: every event means something in every state.
    pub fn evolve(&mut self, received: &ReceivedEvent) {
        let reported = &Reported::of(received);
        self.last = Some(received.order_key());
        let Self { last: _, health, social, referrals, streams, protected_since: _, limits: _ } = self;
        let lane = match reported.origin.register {
            Register::Patient => health,
            Register::Social => social,
        };
        match &received.event.body {
            Body::Stay(event) => lane.stay(reported, event),
            Body::Referral(event) => match event.key() {
                Some(key) => referrals.entry(key).or_default().evolve(reported, event),
                None => lane.unplaced.push(Unplaced::referral(reported, event)),
            },
            Body::Cooperation(event) => evolve(&mut lane.cooperations, event.key(), reported, event),
            Body::Person(event) => lane.persons.entry(reported.record()).or_default().evolve(reported, event),
            // `link` works out which records are one person, and by which codes, before the fold. An event that a
            // withdrawn translation replaced is no longer folded.
            Body::Identity(_) | Body::Translation(_) => {}
            Body::Case(event) => evolve(&mut lane.cases, event.key(), reported, event),
            Body::Assessment(event) => evolve(&mut lane.assessments, event.key(), reported, event),
            Body::Clientship(event) => evolve(&mut lane.clientships, event.key(), reported, event),
            Body::Decision(event) => evolve(&mut lane.decisions, event.key(), reported, event),
            Body::Service(event) => evolve(&mut lane.services, event.key(), reported, event),
            Body::Plan(event) => evolve(&mut lane.plans, event.key(), reported, event),
            Body::HealthSocialWork(event) => evolve(&mut lane.health_social_work, event.key(), reported, event),
            Body::DutyContact(event) => evolve(&mut lane.duty_contacts, event.key(), reported, event),
            Body::Contact(event) => evolve(&mut lane.contacts, event.key(), reported, event),
            Body::Assignment(event) => lane.assignment(reported, event),
            Body::Permission(event) => evolve(&mut lane.permissions, event.key(), reported, event),
            Body::Prohibition(event) => evolve(&mut lane.prohibitions, event.key(), reported, event),
            Body::Team(event) => lane.team(reported, event),
            Body::Worker(event) => evolve(&mut streams.workers, event.key(), reported, event),
            Body::List(event) => streams.list(reported, event),
            Body::Source(event) => streams.source(reported, event),
            Body::Subject(event) => streams.subject(reported, event),
            Body::Unknown(_) => {
                let source = reported.origin.source.clone();
                lane.not_understood.entry(source).or_insert(reported.happened_at());
            }
        }
    }
}

impl Streams {
    fn list(&mut self, reported: &Reported, event: &ListEvent) {
        match event {
            ListEvent::CurrentStaysStated(x) => {
                self.state(&Scope::Stays(x.wards.clone()), reported, (x.as_of, x.may_end), (&x.stays, None));
            }
            ListEvent::WorkersStated(x) => {
                self.state(&Scope::Workers(x.roles.clone()), reported, (x.as_of, x.may_end), (&x.assignments, None));
            }
            ListEvent::DirectoryStated(x) => {
                let content = (x.entries.as_slice(), Some(x.directory.clone()));
                self.state(&Scope::Directory, reported, (x.as_of, x.may_end), content);
            }
            ListEvent::ListConfirmed(x) => self.confirm(x.list),
        }
    }

    fn state(
        &mut self,
        scope: &Scope,
        reported: &Reported,
        (as_of, may_end): (Instant, MayEnd),
        (keys, directory): (&[Token], Option<Sealed<StatedDirectory>>),
    ) {
        let (origin, mark) = (reported.origin.clone(), &reported.mark);
        let (as_of, received) = (as_of.min(mark.time()), mark.received());
        let may_end = if self.confirmed.remove(&origin.event) { MayEnd::EVERYTHING } else { may_end };
        let at = (origin.source.clone(), scope.clone());
        let list = List { origin, as_of, received, keys: keys.iter().copied().collect(), unmeasured: None, directory };
        self.stated.entry(at).or_default().state(scope, list, may_end);
    }

    /// A confirmation that comes before its list is remembered.
    fn confirm(&mut self, list: Uuid) {
        let confirmed = self.stated.values_mut().any(|stated| stated.confirm(list));
        if !confirmed {
            self.confirmed.insert(list);
        }
    }

    fn source(&mut self, reported: &Reported, event: &SourceEvent) {
        let SourceEvent::SourceCoverageDeclared(declared) = event;
        let origin = reported.origin.clone();
        self.declared.insert(origin.source.clone(), Declared::of(declared, origin));
    }

    fn subject(&mut self, reported: &Reported, event: &SubjectEvent) {
        let SubjectEvent::SubjectStated(stated) = event;
        let known = self.subjects.get(&stated.key);
        if known.is_none_or(|known| !known.mark.stands_after(&reported.mark)) {
            self.subjects.insert(stated.key, StatedSubject::of(reported.mark, stated));
        }
    }
}
