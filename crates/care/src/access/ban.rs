//! What the client forbids, ready to be asked of each thing (703/2023 59 §).
//!
//! A prohibition binds disclosure, not use in the own register. Where its target cannot be made out, it covers more, not less:
//! a controller that nobody has configured, a service task without a class and a target that is left out forbid everything
//! of the register; a stay that is not in the record forbids everything that may be of a stay, a document that is not there
//! every document.
//!
//! A stay is a service event (palvelutapahtuma): with it everything that was done in the register while it lasted is
//! forbidden, by whatever key or without one. Only another stay with a number of its own is not part of it.

use super::classes::Classes;
use super::policy::Policy;
use crate::entity::stay::Stay;
use crate::fact::mark::CLOCK_TOLERANCE_SECONDS;
use crate::thing::{Data, Item};
use crate::{ParallelView, Prohibited};
use event::{Code, Instant, ProhibitionTarget, Register, Token};
use std::collections::BTreeSet;
use std::fmt;

/// One prohibition in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ban {
    register: Register,
    target: ProhibitionTarget,
    what: What,
}

/// What it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Everything,
    /// `None`: the county.
    Controller(Option<String>),
    Task(Code, Classes),
    Stay(OneStay),
    /// `None`: it is not in the record, and any may be it.
    Document(Option<Token>),
}

/// A stay, under all its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OneStay {
    keys: BTreeSet<Token>,
    /// When, by whom; empty: it is not in the record, and any may be it.
    times: Vec<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Time {
    source: String,
    from: Instant,
    to: Option<Instant>,
}

/// Whether a stay's prohibition may cover something of this kind.
fn is_of_a_stay(data: Data) -> bool {
    match data {
        Data::Stays | Data::StayPlace | Data::HealthSocialWork | Data::Referrals | Data::Contacts | Data::Workers => {
            true
        }
        Data::Clientships
        | Data::Assessments
        | Data::Plans
        | Data::Decisions
        | Data::Services
        | Data::DutyContacts
        | Data::Person
        | Data::Permissions => false,
    }
}

/// Whether data of this kind are documents.
fn is_document(data: Data) -> bool {
    match data {
        Data::Plans | Data::Assessments | Data::Decisions => true,
        Data::Stays
        | Data::StayPlace
        | Data::HealthSocialWork
        | Data::Referrals
        | Data::Contacts
        | Data::Workers
        | Data::Clientships
        | Data::Services
        | Data::DutyContacts
        | Data::Person
        | Data::Permissions => false,
    }
}

impl Ban {
    /// Everything that the client forbids at `at`.
    pub(super) fn all(view: &ParallelView, policy: &Policy, at: Instant) -> Vec<Self> {
        let of = |register: Register| {
            let here = view.lane(register).prohibitions.values();
            here.filter_map(move |it| Some(Self::of(register, it.in_force_at(at)?, view, policy)))
        };
        Register::ALL.iter().flat_map(|register| of(*register)).collect()
    }

    fn of(register: Register, it: &Prohibited, view: &ParallelView, policy: &Policy) -> Self {
        let lane = view.lane(register);
        let is_known = |key: &Token| {
            lane.plans.contains_key(key) || lane.assessments.contains_key(key) || lane.decisions.contains_key(key)
        };
        let what = match it.target {
            ProhibitionTarget::All => None,
            ProhibitionTarget::Controller => {
                let named = it.controller.as_ref().map(Code::as_str).filter(|it| policy.knows(it));
                named.map(|it| What::Controller(policy.other(Some(it)).map(str::to_owned)))
            }
            ProhibitionTarget::ServiceTask => {
                it.service_task.as_ref().map(|it| What::Task(it.clone(), policy.classes_of_task(it)))
            }
            ProhibitionTarget::Stay => it.stay.map(|key| What::Stay(OneStay::of(key, register, view))),
            ProhibitionTarget::Document => it.document.map(|key| What::Document(Some(key).filter(is_known))),
        };
        Self { register, target: it.target, what: what.unwrap_or(What::Everything) }
    }

    /// Does it cover the item?
    pub(super) fn covers(&self, item: &Item, policy: &Policy) -> bool {
        self.register == item.register
            && match &self.what {
                What::Everything => true,
                What::Controller(of) => policy.controller_of(item) == of.as_deref(),
                What::Task(task, classes) => item.tasks.contains(task) || policy.classes(item).meets(*classes),
                What::Stay(stay) => stay.covers(item),
                What::Document(key) => is_document(item.data) && key.is_none_or(|key| item.key == Some(key)),
            }
    }

    /// May it cover anything of this kind? Whether there is anything is not looked at: otherwise it would show.
    pub(super) fn may_cover(&self, register: Register, data: Data) -> bool {
        self.register == register
            && match &self.what {
                What::Everything | What::Controller(_) | What::Task(..) => true,
                What::Stay(_) => is_of_a_stay(data),
                What::Document(_) => is_document(data),
            }
    }
}

impl OneStay {
    fn of(key: Token, register: Register, view: &ParallelView) -> Self {
        let stays = view.lane(register).all_stays(view.limits);
        let mut it = Self { keys: BTreeSet::from([key]), times: Vec::new() };
        // Under one key it may have another, and with a time it may be one without a number.
        let mut known = (0, 0);
        while known != (it.keys.len(), it.times.len()) {
            known = (it.keys.len(), it.times.len());
            for stay in &stays {
                it.take(stay);
            }
        }
        it
    }

    fn take(&mut self, stay: &Stay) {
        let time = Time::of(stay);
        let own = match stay.key {
            Some(key) => self.keys.contains(&key) || stay.also.iter().any(|it| self.keys.contains(it)),
            None => self.times.iter().any(|it| it.source == time.source && it.meets(time.from, time.to)),
        };
        if own {
            self.keys.extend(stay.key.iter().chain(&stay.also));
            if !self.times.contains(&time) {
                self.times.push(time);
            }
        }
    }

    fn covers(&self, item: &Item) -> bool {
        if self.times.is_empty() {
            return is_of_a_stay(item.data);
        }
        let meets = |it: &Time| it.meets(item.from, item.to);
        match (item.data, item.key) {
            (Data::Stays | Data::StayPlace, Some(key)) => self.keys.contains(&key),
            (Data::Stays | Data::StayPlace, None) => self.times.iter().any(|it| it.source == item.source && meets(it)),
            (data, _) => is_of_a_stay(data) && self.times.iter().any(meets),
        }
    }
}

impl Time {
    fn of(stay: &Stay) -> Self {
        let ended = stay.discharge.in_force().map(|it| it.ended_at);
        let over = stay.is_over().then_some(stay.origin.happened_at);
        let from = stay.since().min(stay.first_seen);
        let to = ended.or(over).or(stay.lasts_until()).map(|to| to.max(from));
        Self { source: stay.origin.source.clone(), from, to }
    }

    /// Clocks differ.
    fn meets(&self, from: Instant, to: Option<Instant>) -> bool {
        let near = |instant: Instant| instant.plus_seconds(CLOCK_TOLERANCE_SECONDS);
        self.to.is_none_or(|end| from <= near(end)) && to.is_none_or(|end| self.from <= near(end))
    }
}

impl fmt::Display for Ban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "forbidden of {:?}: {:?}", self.register, self.target)
    }
}
