//! A decision: what may be shown of a client to one asker, why, and what the client has forbidden.
//!
//! It is a list of grants, each with its basis, and a list of what is forbidden across the line; a thing is shown if a
//! grant covers it and nothing forbids it. Printed, it is what the privacy officer reads.

use super::data::{Data, Item, ServiceClass};
use super::policy::Policy;
use crate::Prohibited;
use crate::fact::sight::Sight;
use event::{Code, Instant, PermissionKind, ProhibitionTarget, Register, Token};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Not even with a permission: shelter and mediation are outside what these tasks may see (STM 457/2024 12 §, 18 §).
pub(super) const APART: [ServiceClass; 2] = [ServiceClass::Shelter, ServiceClass::Mediation];

/// On what a grant rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The asker's own register and task (703/2023 9 §), by the provision on the task.
    OwnRegister(&'static str),
    /// The social authority's right to what is necessary for its task (703/2023 53 § 5 mom.).
    AuthorityRight,
    /// The client's permission or consent.
    Permission(PermissionKind, Register),
}

impl Basis {
    /// The provision relied on, for the access log (703/2023 10 § 3 mom.).
    #[must_use]
    pub fn provision(self) -> &'static str {
        match self {
            Self::OwnRegister(provision) => provision,
            Self::AuthorityRight => "703/2023 53 § 5 mom.",
            Self::Permission(PermissionKind::DisclosurePermission, Register::Patient) => "703/2023 53 § 2 mom.",
            Self::Permission(PermissionKind::DisclosurePermission, Register::Social) => "703/2023 53 § 3 mom.",
            Self::Permission(PermissionKind::Consent, _) => "703/2023 6 §",
        }
    }
}

/// Of which service tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tasks {
    /// Of all, and of what has none; not of these classes.
    Without(BTreeSet<ServiceClass>),
    /// Of these only, and of none of these classes.
    Of(BTreeSet<Code>, BTreeSet<ServiceClass>),
}

impl Tasks {
    /// Is every service task among them, but for those that nobody outside them is told of?
    fn are_all(&self) -> bool {
        match self {
            Self::Without(classes) => classes.iter().all(|class| APART.contains(class)),
            Self::Of(..) => false,
        }
    }

    /// Is a thing of this service task among them? `None`: its task is not known, or it has none.
    pub(super) fn cover(&self, task: Option<&Code>, policy: &Policy) -> bool {
        let class = task.and_then(|task| policy.class_of(task));
        let free = |without: &BTreeSet<ServiceClass>| class.is_none_or(|class| !without.contains(&class));
        match self {
            Self::Without(without) => free(without),
            Self::Of(tasks, without) => task.is_some_and(|task| tasks.contains(task)) && free(without),
        }
    }
}

/// What may be shown of one register, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    pub register: Register,
    pub data: BTreeSet<Data>,
    pub tasks: Tasks,
    /// Only things with these keys.
    pub keys: Option<BTreeSet<Token>>,
    /// Only what happened from then on, and until then.
    pub recorded: (Option<Instant>, Option<Instant>),
    pub basis: Basis,
}

/// What may be shown of a client to one asker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The asker's own register.
    pub own: Register,
    /// The client has a turvakielto.
    pub protected: bool,
    /// The right is based on a client relationship in the record.
    pub related: bool,
    pub(super) grants: Vec<Grant>,
    pub(super) forbidden: Vec<(Register, Prohibited)>,
    /// The controller of the asker's register; none: the county.
    pub(super) controller: Option<String>,
    pub(super) policy: Arc<Policy>,
    /// What else must permit it: the decision of now, where the past is shown.
    pub(super) also: Option<Box<Decision>>,
}

impl Decision {
    /// On what basis it may be shown; `None`: it may not.
    #[must_use]
    pub fn basis(&self, item: &Item<'_>) -> Option<Basis> {
        let foreign = self.is_foreign(item);
        if foreign && self.forbidden.iter().any(|(register, it)| self.forbids(*register, it, item)) {
            return None;
        }
        let grant = self.grants.iter().find(|grant| self.covers(grant, item, foreign))?;
        if self.also.as_ref().is_some_and(|also| also.basis(item).is_none()) { None } else { Some(grant.basis) }
    }

    /// May it be shown?
    #[must_use]
    pub fn sees(&self, item: &Item<'_>) -> bool {
        self.basis(item).is_some()
    }

    /// May anything of this kind be shown? Whether there is anything is not looked at.
    #[must_use]
    pub fn sees_any(&self, register: Register, data: Data) -> bool {
        self.grants.iter().any(|it| it.register == register && it.data.contains(&data))
            && self.also.as_ref().is_none_or(|also| also.sees_any(register, data))
    }

    /// May anything of the register be shown?
    #[must_use]
    pub fn sees_lane(&self, register: Register) -> bool {
        Data::ALL.iter().any(|data| self.sees_any(register, *data))
    }

    /// May everything be shown that says what was done or not done? What is left undone is told only to those who would
    /// see that it was done.
    #[must_use]
    pub fn sees_whole(&self, register: Register) -> bool {
        let matters = |data: &Data| !matches!(data, Data::StayPlace | Data::Person | Data::Permissions);
        self.sees_all(register, &Data::ALL.iter().copied().filter(matters).collect::<Vec<_>>())
    }

    /// May everything of these kinds be shown? Otherwise what is withheld may be there, and "none" is not known.
    #[must_use]
    pub fn sees_all(&self, register: Register, data: &[Data]) -> bool {
        let whole = |it: &Grant, data: Data| {
            it.register == register
                && it.data.contains(&data)
                && it.recorded == (None, None)
                && it.keys.is_none()
                && it.tasks.are_all()
        };
        data.iter().all(|data| self.grants.iter().any(|it| whole(it, *data)))
            && self.also.as_ref().is_none_or(|also| also.sees_all(register, data))
    }

    /// Is a source of the asker's own register withheld, because it is another controller's?
    #[must_use]
    pub fn withholds(&self, source: &str, register: Register) -> bool {
        register == self.own && self.policy.is_foreign(source, self.controller.as_ref())
    }

    /// May ward names be shown? Only in the own register: a ward's name can reveal psychiatry (703/2023 26 §).
    #[must_use]
    pub fn sees_wards(&self) -> bool {
        self.sees_any(Register::Patient, Data::StayPlace) && self.sight(Register::Patient) == Sight::Whole
    }

    /// Wards, units and e-mail addresses do not cross the line between the registers.
    ///
    /// Under a turvakielto the ward, the unit and the hospital are secret themselves (661/2009 36 § 3 mom.; 621/1999 24
    /// § 1 mom. 31 k.): only those directly in charge see them (37 §), in their own register. A caller without a client
    /// relationship gets the worker without the place; across the line nothing leads to one.
    #[must_use]
    pub fn sight(&self, register: Register) -> Sight {
        match (self.protected, register == self.own, self.related) {
            (_, true, true) | (false, true, false) => Sight::Whole,
            (false, false, _) => Sight::Outside,
            (true, true, false) => Sight::NoPlace,
            (true, false, _) => Sight::Withheld,
        }
    }

    /// The provisions relied on for this register, each once.
    #[must_use]
    pub fn provisions(&self, register: Register) -> Vec<&'static str> {
        let mut all: Vec<_> =
            self.grants.iter().filter(|it| it.register == register).map(|it| it.basis.provision()).collect();
        all.dedup();
        all
    }

    /// Nothing that the other decision does not permit, either.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { also: Some(Box::new(other)), ..self }
    }

    /// Written in another register, or in that of another controller: to show it is a disclosure.
    fn is_foreign(&self, item: &Item<'_>) -> bool {
        item.register != self.own || self.policy.is_foreign(item.source, self.controller.as_ref())
    }

    fn covers(&self, grant: &Grant, item: &Item<'_>, foreign: bool) -> bool {
        let (from, to) = grant.recorded;
        let own = matches!(grant.basis, Basis::OwnRegister(_));
        grant.register == item.register
            && grant.data.contains(&item.data)
            && grant.tasks.cover(item.task, &self.policy)
            && grant.keys.as_ref().is_none_or(|keys| item.key.is_some_and(|key| keys.contains(&key)))
            && from.is_none_or(|from| from <= item.at)
            && to.is_none_or(|to| item.at <= to)
            && (!own || !foreign)
    }

    /// 703/2023 59 §.
    fn forbids(&self, register: Register, it: &Prohibited, item: &Item<'_>) -> bool {
        let same_key = |key: Option<Token>| key.is_some() && key == item.key;
        register == item.register
            && match it.target {
                ProhibitionTarget::All => true,
                ProhibitionTarget::Controller => {
                    it.controller.as_ref().map(Code::as_str)
                        == self.policy.controllers.get(item.source).map(String::as_str)
                }
                ProhibitionTarget::ServiceTask => item.task.is_some() && it.service_task.as_ref() == item.task,
                ProhibitionTarget::Stay => matches!(item.data, Data::Stays | Data::StayPlace) && same_key(it.stay),
                ProhibitionTarget::Document => {
                    matches!(item.data, Data::Plans | Data::Assessments | Data::Decisions) && same_key(it.document)
                }
            }
    }
}

/// A line a register and kind of data: on what basis, of which service tasks.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for register in Register::ALL {
            for data in Data::ALL {
                let of = |it: &&Grant| it.register == *register && it.data.contains(data);
                for grant in self.grants.iter().filter(of) {
                    let register = match register {
                        Register::Patient => "patient",
                        Register::Social => "social",
                    };
                    write!(f, "{register:8}{:20}{}", data.name(), grant.basis.provision())?;
                    let list = |names: Vec<&str>| names.join(", ");
                    let classes = |it: &BTreeSet<ServiceClass>| list(it.iter().map(|class| class.name()).collect());
                    match &grant.tasks {
                        Tasks::Without(without) if without.is_empty() => {}
                        Tasks::Without(without) => write!(f, ", without {}", classes(without))?,
                        Tasks::Of(tasks, _) => {
                            write!(f, ", only {}", list(tasks.iter().map(Code::as_str).collect()))?;
                        }
                    }
                    if grant.keys.is_some() {
                        write!(f, ", only what still waits")?;
                    }
                    writeln!(f)?;
                }
            }
        }
        for (register, it) in &self.forbidden {
            writeln!(f, "forbidden of {register:?}: {:?}", it.target)?;
        }
        Ok(())
    }
}
