//! A decision: what may be shown of a client to one asker, why, and what the client has forbidden.
//!
//! It is a list of grants, each with its basis, and a list of what is forbidden across the line; a thing is shown if a
//! grant covers it and nothing forbids it. Printed, it is what the privacy officer reads.

use super::ban::Ban;
use super::classes::Classes;
use super::declared::Declarable;
use super::policy::{Policy, Serves};
use super::relationship::Related;
use super::tasks::Tasks;
use crate::fact::sight::Sight;
use crate::thing::{Belongs, Data, Item};
use event::{Instant, PermissionKind, Register, Token};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// On what a grant rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The asker's own register and task (703/2023 9 §), by the provision on the task.
    OwnRegister(&'static str),
    /// The social authority's right to what is necessary for its task (703/2023 53 § 5 mom.).
    AuthorityRight,
    /// A joint service in which the asker takes part, for data of this register (703/2023 53 § 1 mom.).
    JointService(Register),
    /// The client's permission or consent.
    Permission(PermissionKind, Register),
    /// What a professional has declared, by the provision on it.
    Declared(Declarable, &'static str),
}

impl Basis {
    /// Does it open what the client forbids?
    fn outranks_prohibitions(self) -> bool {
        match self {
            Self::Declared(basis, _) => basis.outranks_prohibitions(),
            Self::OwnRegister(_) | Self::AuthorityRight | Self::JointService(_) | Self::Permission(..) => false,
        }
    }

    /// Might a prohibition that is missing in the record have closed it? What the client has permitted since is their newer word.
    fn waits_for_prohibitions(self) -> bool {
        match self {
            Self::OwnRegister(_) | Self::Permission(..) => false,
            Self::AuthorityRight | Self::JointService(_) => true,
            Self::Declared(..) => !self.outranks_prohibitions(),
        }
    }

    /// The provision relied on, for the access log (703/2023 10 § 3 mom.).
    #[must_use]
    pub fn provision(self) -> &'static str {
        match self {
            Self::OwnRegister(provision) | Self::Declared(_, provision) => provision,
            Self::AuthorityRight => "703/2023 53 § 5 mom.; 457/2024 19 § 1 mom.",
            Self::JointService(Register::Patient) => "703/2023 53 § 1 mom.; 457/2024 19 § 1 mom.",
            Self::JointService(Register::Social) => "703/2023 53 § 1 mom.; 457/2024 18 §",
            Self::Permission(PermissionKind::DisclosurePermission, Register::Patient) => {
                "703/2023 53 § 2 mom.; 457/2024 19 § 1 mom."
            }
            Self::Permission(PermissionKind::DisclosurePermission, Register::Social) => {
                "703/2023 53 § 3 mom.; 457/2024 18 §"
            }
            Self::Permission(PermissionKind::Consent, Register::Patient) => "703/2023 6 §; 457/2024 19 § 1 mom.",
            Self::Permission(PermissionKind::Consent, Register::Social) => "703/2023 6 §; 457/2024 18 §",
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
    /// Only what began from then on, and was over until then.
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
    /// By what facts.
    pub(super) related_by: Related,
    /// To what things belong: worked out once.
    pub(super) belongs: Arc<Belongs>,
    pub(super) grants: Vec<Grant>,
    /// What may be missing of what the client forbade, or a turvakielto: the grants that open nothing meanwhile. `None`: nothing
    /// of it is missing.
    pub(super) suspended: Option<Vec<Grant>>,
    /// The client is on a specially protected ward, or was a short time ago: the numbers that are shown across the line instead of
    /// every contact of the patient register.
    pub(super) across: Option<BTreeSet<String>>,
    pub(super) forbidden: Vec<Ban>,
    /// The kinds of data of which the asker's register has something of another controller, by the messages themselves.
    pub(super) foreign: BTreeSet<Data>,
    /// The kinds of data of which a declaration shows something of another controller, in the asker's register.
    pub(super) of_others: BTreeSet<Data>,
    /// The controller of the asker's register; none: the county.
    pub(super) controller: Option<String>,
    /// The instant for which it is decided.
    pub(super) at: Instant,
    pub(super) policy: Arc<Policy>,
    /// What else must permit it: the decision of now, where the past is shown.
    pub(super) also: Option<Box<Decision>>,
}

impl Decision {
    /// To what the things of the view belong.
    pub(crate) fn belongs(&self) -> &Belongs {
        &self.belongs
    }

    /// On what basis it may be shown; `None`: it may not.
    #[must_use]
    pub fn basis(&self, item: &Item) -> Option<Basis> {
        let foreign = self.is_foreign(item);
        let forbidden = foreign && self.is_forbidden(item);
        let opens =
            |grant: &&Grant| self.covers(grant, item, foreign) && (!forbidden || grant.basis.outranks_prohibitions());
        let grant = self.grants.iter().find(opens)?;
        if self.also.as_ref().is_some_and(|also| also.basis(item).is_none()) { None } else { Some(grant.basis) }
    }

    /// Does it rest on a declaration too?
    pub(super) fn is_declared(&self) -> bool {
        self.grants.iter().any(|it| matches!(it.basis, Basis::Declared(..)))
    }

    /// Has the client forbidden to disclose it?
    fn is_forbidden(&self, item: &Item) -> bool {
        self.forbidden.iter().any(|it| it.covers(item, &self.policy))
    }

    /// May this much of an answer go back over the line to the side that asked: yes or no? Not what the client has forbidden
    /// or may have forbidden, nor what is apart.
    #[must_use]
    pub fn may_go_back(&self, item: &Item) -> bool {
        let free =
            self.suspended.is_none() && !self.is_forbidden(item) && !self.policy.classes(item).meets(Classes::APART);
        free && self.also.as_ref().is_none_or(|also| also.may_go_back(item))
    }

    /// May it be shown?
    #[must_use]
    pub fn sees(&self, item: &Item) -> bool {
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

    /// May everything of this kind be shown? Otherwise what is withheld may be there, and "none" is not known. What is
    /// forbidden is withheld like everything else: whether there is anything is not looked at.
    #[must_use]
    pub fn sees_all(&self, register: Register, data: Data) -> bool {
        let own = register == self.own;
        let whole = |it: &Grant| {
            it.register == register
                && it.data.contains(&data)
                && it.recorded == (None, None)
                && it.keys.is_none()
                && it.tasks.are_all()
        };
        let forbidden = !own && self.forbidden.iter().any(|it| it.may_cover(register, data));
        self.grants.iter().any(whole)
            && !forbidden
            && !(own && self.foreign.contains(&data))
            && self.also.as_ref().is_none_or(|also| also.sees_all(register, data))
    }

    /// May everything of this source be shown that a grant for the register covers? Not if its register is another
    /// controller's, nor if nobody has stated that it is of no shelter. A shelter's data are never shown outside it.
    #[must_use]
    pub fn sees_source(&self, source: &str, register: Register) -> bool {
        let foreign = register == self.own && self.policy.is_foreign_source(source, self.controller.as_deref());
        !foreign && (register == Register::Patient || self.policy.is_stated(source))
    }

    /// May it be known that something of this client came from this source? Of a shelter's only to those who may see it.
    #[must_use]
    pub fn may_know_source(&self, source: &str, register: Register) -> bool {
        let apart = match self.policy.serves(source) {
            Some(Serves::Only(class)) => {
                !self.grants.iter().any(|it| it.register == register && it.tasks.cover_class(class))
            }
            Some(Serves::Ordinary) | None => false,
        };
        self.sees_source(source, register) && !apart
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
        match (self.protected || self.suspended.is_some(), register == self.own, self.related) {
            (_, true, true) | (false, true, false) => Sight::Whole,
            (false, false, _) if self.masks(register).is_some() => Sight::Withheld,
            (false, false, _) => Sight::Outside,
            (true, true, false) => Sight::NoPlace,
            (true, false, _) => Sight::Withheld,
        }
    }

    /// The same of one thing: what another controller wrote in the asker's own register is seen as from outside.
    #[must_use]
    pub fn sight_of(&self, item: &Item) -> Sight {
        let own = item.register == self.own;
        match (own && self.is_foreign(item), self.protected || self.suspended.is_some()) {
            (false, _) => self.sight(item.register),
            (true, false) => Sight::Outside,
            (true, true) => Sight::Withheld,
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

    /// Prohibitions and a turvakielto may be missing in the record: the authority's right opens nothing across the line, which a
    /// prohibition may have closed (703/2023 59 §), and places are hidden as under a turvakielto. What the client has permitted
    /// since stands.
    #[must_use]
    pub fn where_prohibitions_may_be_missing(self) -> Self {
        let (suspended, grants) = self.grants.into_iter().partition(|it| it.basis.waits_for_prohibitions());
        Self { grants, suspended: Some(suspended), ..self }
    }

    /// Of a client of a specially protected ward (703/2023 26 §): these numbers instead of every contact, if any.
    #[must_use]
    pub fn masking(self, across: Option<BTreeSet<String>>) -> Self {
        Self { across, ..self }
    }

    /// The numbers that stand in place of every contact of this register; `None`: contacts are shown. Under a turvakielto even these
    /// are withheld. Where the past is shown, a ward of then masks it, and so does a ward of now.
    #[must_use]
    pub fn masks(&self, register: Register) -> Option<&BTreeSet<String>> {
        let hidden = self.protected || self.suspended.is_some();
        let now = || self.also.as_ref().and_then(|also| also.across.as_ref());
        self.across.as_ref().or_else(now).filter(|_| register == Register::Patient && register != self.own && !hidden)
    }

    /// Would something of this kind be shown, if it were known what the client forbids?
    #[must_use]
    pub fn is_suspended(&self, register: Register, data: Data) -> bool {
        let here = |it: &Grant| it.register == register && it.data.contains(&data);
        self.suspended.as_ref().is_some_and(|suspended| suspended.iter().any(here))
    }

    /// Nothing that the other decision does not permit, either.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { also: Some(Box::new(other)), ..self }
    }

    /// Written in another register, or in that of another controller: to show it is a disclosure.
    fn is_foreign(&self, item: &Item) -> bool {
        item.register != self.own || self.policy.is_foreign(item, self.controller.as_deref())
    }

    fn covers(&self, grant: &Grant, item: &Item, foreign: bool) -> bool {
        let (from, to) = grant.recorded;
        let own = matches!(grant.basis, Basis::OwnRegister(_));
        grant.register == item.register
            && grant.data.contains(&item.data)
            && grant.tasks.cover(item, &self.policy)
            && grant.keys.as_ref().is_none_or(|keys| item.key.is_some_and(|key| keys.contains(&key)))
            && from.is_none_or(|from| from <= item.from)
            && to.is_none_or(|to| item.to.unwrap_or(self.at) <= to)
            && (!own || !foreign)
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
                    write!(f, "{}", grant.tasks)?;
                    if grant.keys.is_some() {
                        write!(f, ", only what still waits")?;
                    }
                    writeln!(f)?;
                }
            }
        }
        self.forbidden.iter().try_for_each(|it| writeln!(f, "{it}"))?;
        Ok(())
    }
}
