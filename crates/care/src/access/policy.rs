//! What the county configures of who may see what: classes of service tasks, controllers, and the switches of its lawyer.

use super::classes::Classes;
use super::consent::CONSENTS;
use super::duty::DUTY_CONTACTS;
use crate::identity::review::STEWARD;
use crate::thing::{Data, Item, ServiceClass};
use event::{Code, Instant, Register};
use std::collections::{BTreeMap, BTreeSet};

/// The county's configuration of access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The class of each service task; a code that is a class's own name is of that class.
    pub classes: BTreeMap<Code, ServiceClass>,
    /// Of which service tasks each source's facts are. A source that is not here states nothing: what it writes in the social
    /// register without a service task of a known class may be a shelter's.
    pub serves: BTreeMap<String, Serves>,
    /// Of which a source is that states nothing; `None`: of any, a shelter's too.
    pub usual: Option<Serves>,
    /// The county's own controller, by its OID; `None`: it is not written.
    pub county: Option<String>,
    /// The controller of each source's register; none: the county, which every caller's is.
    pub controllers: BTreeMap<String, String>,
    /// The sources that are copies of a register of permissions, and for how many seconds a copy counts after its source last
    /// reported anything. From then on what it permits opens nothing: it may have been withdrawn. What it forbids binds.
    pub copies: BTreeMap<String, i64>,
    /// Whether a joint service opens what is necessary to those who take part (703/2023 53 § 1 mom.): [our reading], so the county's
    /// lawyer decides.
    pub joint_service: bool,
    /// The kinds of patient data that the social authority gets without a permission (703/2023 53 § 5 mom.).
    pub authority: BTreeSet<Data>,
    /// How long after a discharge it counts as involvement; `None`: it does not. The county's lawyer decides whether it is
    /// necessary (703/2023 53 § 5 mom.).
    pub recent_discharge_seconds: Option<i64>,
}

/// Of which service tasks a source's facts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serves {
    /// Of any, but for shelters and mediation: the usual system of a county's social care. What it reports without a service
    /// task is shown in its own register.
    Ordinary,
    /// Of this class alone, whatever the facts say: the system of a shelter.
    Only(ServiceClass),
}

impl Serves {
    /// By its name in the configuration.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        if name == "ordinary" { Some(Self::Ordinary) } else { ServiceClass::of_name(name).map(Self::Only) }
    }
}

/// What is necessary for finding out the need of services, for arranging them and for carrying them out: that the client is
/// treated, until when, and who works with them. Never a ward. Of the person only what happened (a death): names are shown
/// from the own register alone.
pub const AUTHORITY: &[Data] = &[
    Data::Stays,
    Data::Referrals,
    Data::HealthSocialWork,
    Data::Workers,
    Data::Clientships,
    Data::Assessments,
    Data::Plans,
    Data::Decisions,
    Data::Services,
    Data::DutyContacts,
    Data::Contacts,
    Data::Person,
];

impl Default for Policy {
    fn default() -> Self {
        Self {
            classes: BTreeMap::new(),
            serves: BTreeMap::new(),
            usual: None,
            county: None,
            controllers: BTreeMap::new(),
            copies: BTreeMap::new(),
            joint_service: false,
            authority: AUTHORITY.iter().copied().collect(),
            recent_discharge_seconds: None,
        }
    }
}

impl Policy {
    /// The controller, if it is another one than the county: nothing and the county's own OID are the same.
    #[must_use]
    pub fn other<'a>(&self, controller: Option<&'a str>) -> Option<&'a str> {
        controller.filter(|it| Some(*it) != self.county.as_deref())
    }

    /// The controller of the item's register, if it is another one than the county: as the message gave it, else as configured.
    pub(super) fn controller_of<'a>(&'a self, item: &'a Item) -> Option<&'a str> {
        let given = item.controller.as_ref().map(Code::as_str);
        self.other(given.or_else(|| self.controllers.get(&item.source).map(String::as_str)))
    }

    /// Is it in the register of another controller than the caller's?
    pub(super) fn is_foreign(&self, item: &Item, controller: Option<&str>) -> bool {
        self.controller_of(item) != self.other(controller)
    }

    /// Is the register of the source another controller's than the caller's?
    #[must_use]
    pub fn is_foreign_source(&self, source: &str, controller: Option<&str>) -> bool {
        self.other(self.controllers.get(source).map(String::as_str)) != self.other(controller)
    }

    /// Does the configuration name this controller, as the county's or as a source's?
    pub(super) fn knows(&self, controller: &str) -> bool {
        self.county.as_deref() == Some(controller) || self.controllers.values().any(|it| it == controller)
    }

    /// The sources whose copies of permissions are too old at `now`, by until when each has reported; one that never reported is.
    #[must_use]
    pub fn too_old(&self, reported_until: &BTreeMap<String, Instant>, now: Instant) -> BTreeSet<&str> {
        let is_old = |(source, counts): &(&String, &i64)| {
            reported_until.get(*source).is_none_or(|until| until.plus_seconds(**counts) <= now)
        };
        self.copies.iter().filter(is_old).map(|(source, _)| source.as_str()).collect()
    }

    /// The class of a service task, if it is known.
    #[must_use]
    pub fn class_of(&self, task: &Code) -> Option<ServiceClass> {
        self.classes.get(task).copied().or_else(|| ServiceClass::of_name(task.as_str()))
    }

    /// What a source states of its service tasks. What is recorded through this product is of none.
    pub(super) fn serves(&self, source: &str) -> Option<Serves> {
        let made_here = [CONSENTS, DUTY_CONTACTS, STEWARD].contains(&source).then_some(Serves::Ordinary);
        self.serves.get(source).copied().or(made_here).or(self.usual)
    }

    /// The classes that the source's own class gives.
    pub(super) fn given_by_source(&self, source: &str) -> Classes {
        match self.serves(source) {
            Some(Serves::Only(class)) => Classes::of(&[class]),
            Some(Serves::Ordinary) | None => Classes::NONE,
        }
    }

    /// The classes that something of an unknown class may be of, by its source.
    fn possible(&self, source: &str) -> Classes {
        match self.serves(source) {
            Some(Serves::Ordinary) => Classes::ALL.without(Classes::APART),
            Some(Serves::Only(class)) => Classes::of(&[class]),
            None => Classes::ALL,
        }
    }

    /// The classes that a service task may be of: all, where its class is not configured.
    pub(super) fn classes_of_task(&self, task: &Code) -> Classes {
        self.class_of(task).map_or(Classes::ALL, |class| Classes::of(&[class]))
    }

    /// Every class that the item is of, or may be of where that is not known: who may not see one of them does not see it.
    /// What is written in the patient register without a service task is of no class; a person or a permission is of none
    /// either, but naming a shelter's client would reveal the shelter.
    pub(super) fn classes(&self, item: &Item) -> Classes {
        let (given, possible) = (self.given_by_source(&item.source), self.possible(&item.source));
        let of_tasks = item.tasks.iter().map(|task| self.class_of(task).map_or(possible, |it| Classes::of(&[it])));
        let unknown = match (item.register, item.data) {
            (Register::Patient, _) => Classes::NONE,
            (Register::Social, Data::Person | Data::Permissions) => possible.in_both(Classes::APART),
            (Register::Social, _) => possible,
        };
        let known = of_tasks.reduce(Classes::and);
        given.and(known.unwrap_or(unknown))
    }

    /// May what this source writes in the social register be shown to the ordinary tasks, whether it has a service task of a
    /// known class or not? Or is it outside what they are shown at all?
    pub(super) fn is_stated(&self, source: &str) -> bool {
        self.serves(source).is_some()
    }
}
