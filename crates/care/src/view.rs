//! The parallel view: one client's events, folded.

use crate::assignment::Assignment;
use crate::clientship::{Assessment, Case, Clientship, DutyContact, HealthSocialWork};
use crate::limits::Limits;
use crate::person::Person;
use crate::referral::Referral;
use crate::service::{CareContact, Cooperation, Decision, Plan, Service, UrgentNeed};
use crate::source::Declared;
use crate::staff::WorkerStream;
use crate::stated::{Scope, Stated};
use crate::stay::Stay;
use crate::subject::StatedSubject;
use crate::team::CareTeam;
use crate::unplaced::Unplaced;
use event::{Instant, OrderKey, Received, Register, Token};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
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
    /// By case.
    pub urgent_needs: BTreeMap<Token, UrgentNeed>,
    /// By the source's key.
    pub decisions: BTreeMap<Token, Decision>,
    /// By the source's key.
    pub services: BTreeMap<Token, Service>,
    /// By the source's key.
    pub plans: BTreeMap<Token, Plan>,
    /// By the source's key.
    pub contacts: BTreeMap<Token, CareContact>,
    /// Whole teams, by the resource's key.
    pub teams: BTreeMap<Token, CareTeam>,
    /// By the source's key.
    pub cooperations: BTreeMap<Token, Cooperation>,
    /// In a worker's own stream: by the worker's key.
    pub workers: BTreeMap<Token, WorkerStream>,
    /// In a source's own stream: by source and scope.
    pub stated: BTreeMap<(String, Scope), Stated>,
    /// In a source's own stream: lists that are confirmed and were not met yet in the order of the fold.
    pub confirmed: BTreeSet<Uuid>,
    /// In the own stream of a stay, a referral or a team: whose it is.
    pub subjects: BTreeMap<Token, StatedSubject>,
    /// In a source's own stream: by source.
    pub declared: BTreeMap<String, Declared>,
    /// Facts without a key, in order.
    pub unplaced: Vec<Unplaced>,
    /// Of a view of the past: a turvakielto has been set since, and hides the places of then. Not part of the view's bytes.
    #[serde(skip)]
    pub protected_since: bool,
    /// How long what nobody ends counts. Not part of the view's bytes.
    #[serde(skip)]
    pub limits: Limits,
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

impl Origin {
    pub(crate) fn of(received: &Received) -> Self {
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

    /// The same, if it did not take place before `earliest`: a fact does not move when it is reported again.
    pub(crate) fn since(self, earliest: Instant) -> Self {
        Self { happened_at: self.happened_at.min(earliest), ..self }
    }
}

impl ParallelView {
    /// Raised with each change of what a view holds or how events fold into it.
    pub const VERSION: i32 = 6;

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

    /// The records of the person, and of what has a stream of its own.
    pub(crate) fn records(&self) -> BTreeSet<Token> {
        let stays = self.stays.values();
        let stays = stays.flat_map(|stay| [Some(stay.origin.record), stay.present.map(|(_, record)| record)]);
        let referrals = self.referrals.values().flat_map(Referral::records);
        let teams = self.teams.values().map(|team| team.origin.record);
        stays.flatten().chain(referrals).chain(teams).chain(self.persons.keys().copied()).collect()
    }

    /// Is a turvakielto in force: by any record, for a source that has not heard of it does not lift it.
    #[must_use]
    pub fn is_protected_at(&self, now: Instant) -> bool {
        self.protected_since || self.persons.values().any(|person| person.non_disclosure.in_force_at(now))
    }
}
