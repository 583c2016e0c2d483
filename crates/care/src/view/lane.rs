//! A lane: one register's part of the client's view (703/2023 18 §).
//!
//! An event goes to the lane of the register that it carries, and never moves (law 6). What a caller may see is a lane
//! shown or left out. What walks over a lane takes it apart without `..`: a new kind of entity
//! does not compile until somebody decides how to treat it.

use crate::entity::assessment::Assessment;
use crate::entity::assignment::Assignment;
use crate::entity::case::Case;
use crate::entity::clientship::Clientship;
use crate::entity::contact::CareContact;
use crate::entity::cooperation::Cooperation;
use crate::entity::decision::Decision;
use crate::entity::duty_contact::DutyContact;
use crate::entity::health_social_work::HealthSocialWork;
use crate::entity::permission::{Permission, Prohibition};
use crate::entity::person::Person;
use crate::entity::plan::Plan;
use crate::entity::service::Service;
use crate::entity::stay::{Stay, StayFact};
use crate::entity::team::CareTeam;
use crate::entity::unplaced::Unplaced;
use crate::entity::{Entity, evolve};
use crate::fact::sight::Sight;
use crate::fact::{Origin, Reported};
use event::{AssignmentEvent, Instant, StayEvent, TeamEvent, Token};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One register's part of the client's view. Entities are by the source's key, unless noted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Per record.
    pub persons: BTreeMap<Token, Person>,
    /// By visit number. In the view's bytes apart: `snapshot`.
    #[serde(skip)]
    pub stays: BTreeMap<Token, Stay>,
    /// Cases.
    pub cases: BTreeMap<Token, Case>,
    /// Assessments.
    pub assessments: BTreeMap<Token, Assessment>,
    /// Clientships.
    pub clientships: BTreeMap<Token, Clientship>,
    /// Decisions.
    pub decisions: BTreeMap<Token, Decision>,
    /// Services.
    pub services: BTreeMap<Token, Service>,
    /// Plans.
    pub plans: BTreeMap<Token, Plan>,
    /// Assignments of workers.
    pub assignments: BTreeMap<Token, Assignment>,
    /// Whole teams, by the resource's key.
    pub teams: BTreeMap<Token, CareTeam>,
    /// Social work in health care.
    pub health_social_work: BTreeMap<Token, HealthSocialWork>,
    /// Contacts of the duty social service.
    pub duty_contacts: BTreeMap<Token, DutyContact>,
    /// Contacts with the client.
    pub contacts: BTreeMap<Token, CareContact>,
    /// Requests to work together.
    pub cooperations: BTreeMap<Token, Cooperation>,
    /// Permissions that were recorded in this register.
    pub permissions: BTreeMap<Token, Permission>,
    /// Prohibitions: on the data of this register.
    pub prohibitions: BTreeMap<Token, Prohibition>,
    /// Facts without a key, in order.
    pub unplaced: Vec<Unplaced>,
    /// Since when it has something of a source that this version does not understand.
    pub not_understood: BTreeMap<String, Instant>,
}

impl Lane {
    /// The records of everything that may have a stream of its own, and of the person.
    pub(super) fn records(&self) -> impl Iterator<Item = Token> + '_ {
        let Self {
            persons,
            stays,
            teams,
            // These stand in the stream of their person.
            cases: _,
            assessments: _,
            clientships: _,
            decisions: _,
            services: _,
            plans: _,
            assignments: _,
            health_social_work: _,
            duty_contacts: _,
            contacts: _,
            cooperations: _,
            unplaced: _,
            permissions: _,
            prohibitions: _,
            not_understood: _,
        } = self;
        let stays = stays.values();
        let stays = stays.flat_map(|stay| [Some(stay.origin.record), stay.present.map(|(_, record)| record)]);
        let teams = teams.values().map(|team| team.origin.record);
        stays.flatten().chain(teams).chain(persons.keys().copied())
    }

    pub(super) fn stay(&mut self, reported: &Reported, event: &StayEvent) {
        let Some(key) = event.key() else {
            self.unplaced.push(Unplaced::stay(reported, event));
            return;
        };
        let stay = self.stays.entry(key).or_insert_with(|| Stay::new(reported.origin.clone(), false));
        stay.evolve(&reported.mark, &reported.origin, &StayFact::of(event));
    }

    pub(super) fn assignment(&mut self, reported: &Reported, event: &AssignmentEvent) {
        let (key, mark) = (event.key(), &reported.mark);
        evolve(&mut self.assignments, key, reported, event);
        // The same message states the assignment's whole team.
        let stated = |team: &CareTeam| team.members.contains(&key) && team.mark.is_of_one_message(mark);
        if matches!(event, AssignmentEvent::WorkerAssigned(_))
            && self.teams.values().any(stated)
            && let Some(assignment) = self.assignments.get_mut(&key)
        {
            assignment.spans.keep_those_of(mark);
        }
    }

    /// A whole team is stated: the assignment of a member who left is over, and for a member who stays only the stated
    /// times count.
    pub(super) fn team(&mut self, reported: &Reported, event: &TeamEvent) {
        let TeamEvent::CareTeamStated(stated) = event;
        let members = stated.assignments.iter().copied().collect();
        let (origin, mark) = (reported.origin.clone(), reported.mark);
        let Some(team) = self.teams.get_mut(&stated.team) else {
            self.teams.insert(stated.team, CareTeam { origin, mark, members });
            return;
        };
        let restated = team.restate(origin, mark, members);
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

    /// Is there nothing in it?
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes out what leads to a place, as far as `sight` asks for it.
    pub(super) fn hide_places(&mut self, sight: Sight) {
        if sight == Sight::Whole {
            return;
        }
        let Self {
            // Names and languages lead to no place. A caller sees a person only as the caller's own register reports
            // them.
            persons: _,
            stays,
            cases,
            assessments,
            clientships,
            decisions,
            services,
            plans,
            assignments,
            teams,
            health_social_work,
            duty_contacts,
            contacts,
            cooperations,
            permissions,
            prohibitions,
            unplaced,
            not_understood: _,
        } = self;
        hide(stays, sight);
        hide(cases, sight);
        hide(assessments, sight);
        hide(clientships, sight);
        hide(decisions, sight);
        hide(services, sight);
        hide(plans, sight);
        hide(assignments, sight);
        hide(teams, sight);
        hide(health_social_work, sight);
        hide(duty_contacts, sight);
        hide(contacts, sight);
        hide(cooperations, sight);
        hide(permissions, sight);
        hide(prohibitions, sight);
        for it in unplaced {
            hide_source(it.origin_mut(), sight);
            it.hide_places();
        }
    }
}

fn hide<E: Entity>(all: &mut BTreeMap<Token, E>, sight: Sight) {
    for entity in all.values_mut() {
        hide_source(entity.origin_mut(), sight);
        entity.hide_places();
    }
}

/// The source and the controller are a place too, where nothing may lead to one.
pub(super) fn hide_source(origin: &mut Origin, sight: Sight) {
    let Origin { source, controller, register: _, record: _, event: _, happened_at: _, recorded_at: _ } = origin;
    if sight == Sight::Withheld {
        source.clear();
        *controller = None;
    }
}
