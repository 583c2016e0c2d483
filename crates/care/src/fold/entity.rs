//! Each entity by its key: the known one, or one of which nothing is known yet; `origin` is the last event that touched it.

use crate::assignment::Assignment;
use crate::clientship::{
    Assessment, Case, Clientship, DutyContact, HealthSocialWork, OpenClientship, OpenHealthSocialWork,
};
use crate::entity::Entity;
use crate::mark::Mark;
use crate::service::{CareContact, Cooperation, Decision, Plan, Service, UrgentNeed};
use crate::span::Spans;
use crate::staff::WorkerStream;
use crate::team::CareTeam;
use crate::view::{Origin, ParallelView};
use event::{Code, Token};
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;

impl ParallelView {
    pub(super) fn case(&mut self, key: Token, origin: Origin) -> &mut Spans<Option<Code>> {
        &mut touch(self.cases.entry(key), origin, Case::new).spans
    }

    pub(super) fn assessment(&mut self, key: Token, origin: Origin) -> &mut Assessment {
        touch(self.assessments.entry(key), origin, Assessment::new)
    }

    pub(super) fn clientship(&mut self, key: Token, origin: Origin) -> &mut Spans<OpenClientship> {
        &mut touch(self.clientships.entry(key), origin, Clientship::new).spans
    }

    pub(super) fn assignment(&mut self, key: Token, origin: Origin) -> &mut Assignment {
        touch(self.assignments.entry(key), origin, Assignment::new)
    }

    pub(super) fn work(&mut self, key: Token, origin: Origin) -> &mut Spans<OpenHealthSocialWork> {
        &mut touch(self.health_social_work.entry(key), origin, HealthSocialWork::new).spans
    }

    pub(super) fn duty_contact(&mut self, key: Token, origin: Origin) -> &mut DutyContact {
        touch(self.duty_contacts.entry(key), origin, DutyContact::new)
    }

    pub(super) fn urgent_need(&mut self, case: Token, origin: Origin) -> &mut UrgentNeed {
        fact(self.urgent_needs.entry(case), origin, UrgentNeed::new)
    }

    pub(super) fn decision(&mut self, key: Token, origin: Origin) -> &mut Decision {
        fact(self.decisions.entry(key), origin, Decision::new)
    }

    pub(super) fn service(&mut self, key: Token, origin: Origin) -> &mut Service {
        touch(self.services.entry(key), origin, Service::new)
    }

    pub(super) fn plan(&mut self, key: Token, origin: Origin) -> &mut Plan {
        touch(self.plans.entry(key), origin, Plan::new)
    }

    pub(super) fn contact(&mut self, key: Token, origin: Origin) -> &mut CareContact {
        touch(self.contacts.entry(key), origin, CareContact::new)
    }

    pub(super) fn cooperation(&mut self, key: Token, origin: Origin) -> &mut Cooperation {
        fact(self.cooperations.entry(key), origin, Cooperation::new)
    }

    pub(super) fn worker(&mut self, key: Token, origin: Origin) -> &mut WorkerStream {
        touch(self.workers.entry(key), origin, WorkerStream::new)
    }

    /// Reported by a message that states the whole team of it.
    pub(super) fn as_in_team(&mut self, key: Token, mark: &Mark) {
        let stated = |team: &CareTeam| team.members.contains(&key) && team.mark.is_of_one_message(mark);
        if self.teams.values().any(stated)
            && let Some(assignment) = self.assignments.get_mut(&key)
        {
            assignment.spans.keep_those_of(mark);
        }
    }

    /// A whole team is stated: who left it is assigned no more, and of who stays only the times that it states count.
    pub(super) fn team(&mut self, key: Token, origin: Origin, mark: Mark, members: BTreeSet<Token>) {
        let restated = match self.teams.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(CareTeam { origin, mark, members });
                return;
            }
            Entry::Occupied(mut entry) => entry.get_mut().restate(origin.clone(), mark, members),
        };
        for member in restated.members {
            if let Some(assignment) = self.assignments.get_mut(&member) {
                assignment.spans.keep_those_of(&restated.mark);
            }
        }
        for left in restated.left {
            if let Some(assignment) = self.assignments.get_mut(&left) {
                assignment.spans.end(restated.mark, restated.since, None);
            }
        }
    }
}

/// The entity, new or known, with `origin` as the last event that touched it.
fn touch<E: Entity>(entry: Entry<'_, Token, E>, origin: Origin, new: impl FnOnce(Origin) -> E) -> &mut E {
    let entity = entry.or_insert_with(|| new(origin.clone()));
    *entity.origin_mut() = origin;
    entity
}

/// The same, of what took place once: its time is the earliest that was reported.
fn fact<E: Entity>(entry: Entry<'_, Token, E>, origin: Origin, new: impl FnOnce(Origin) -> E) -> &mut E {
    let known = match &entry {
        Entry::Occupied(known) => known.get().origin().happened_at,
        Entry::Vacant(_) => origin.happened_at,
    };
    touch(entry, origin.since(known), new)
}
