//! Sets of classes of service tasks.

use crate::thing::ServiceClass;
use std::fmt;

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u16);

impl Classes {
    /// Not one.
    pub(super) const NONE: Self = Self(0);
    /// Every one.
    pub(super) const ALL: Self = Self::of(ServiceClass::ALL);
    /// Not even with a permission: shelter and mediation are outside what these tasks may see (STM 457/2024 12 §, 18 §).
    pub(super) const APART: Self = Self::of(&[ServiceClass::Shelter, ServiceClass::Mediation]);

    /// These.
    pub(super) const fn of(classes: &[ServiceClass]) -> Self {
        let (mut set, mut n) = (0, 0);
        while n < classes.len() {
            set |= 1 << (classes[n] as u16);
            n += 1;
        }
        Self(set)
    }

    /// Both sets together.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that the other set has too.
    pub(super) const fn in_both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that the other set has not.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Has any of the other's?
    pub(super) const fn meets(self, other: Self) -> bool {
        self.in_both(other).0 != 0
    }

    /// Has none that the other has not?
    pub(super) const fn is_within(self, other: Self) -> bool {
        self.without(other).0 == 0
    }

    fn each(self) -> impl Iterator<Item = ServiceClass> {
        ServiceClass::ALL.iter().copied().filter(move |class| self.meets(Self::of(&[*class])))
    }
}

impl FromIterator<ServiceClass> for Classes {
    fn from_iter<I: IntoIterator<Item = ServiceClass>>(classes: I) -> Self {
        classes.into_iter().fold(Self::NONE, |all, class| all.and(Self::of(&[class])))
    }
}

impl fmt::Display for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.each().map(ServiceClass::name).collect();
        f.write_str(&names.join(", "))
    }
}
