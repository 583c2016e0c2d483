//! Of which service tasks something is shown.

use super::classes::Classes;
use super::policy::Policy;
use crate::thing::{Item, ServiceClass};
use event::Code;
use std::collections::BTreeSet;
use std::fmt;

/// Of which service tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tasks {
    /// Of all, and of what has none; not of what is or may be of these classes.
    Without(Classes),
    /// Of these only, and not of what is or may be of these classes.
    Of(BTreeSet<Code>, Classes),
}

impl Tasks {
    /// Is every service task among them, except those that are never shown outside?
    pub(super) fn are_all(&self) -> bool {
        match self {
            Self::Without(classes) => classes.is_within(Classes::APART),
            Self::Of(..) => false,
        }
    }

    /// Is everything of a class among them?
    pub(super) fn cover_class(&self, class: ServiceClass) -> bool {
        match self {
            Self::Without(classes) => !classes.meets(Classes::of(&[class])),
            Self::Of(..) => false,
        }
    }

    /// Is the item among them?
    pub(super) fn cover(&self, item: &Item, policy: &Policy) -> bool {
        match self {
            Self::Without(without) => !policy.classes(item).meets(*without),
            Self::Of(tasks, without) => {
                let known: Classes = tasks.iter().filter_map(|task| policy.class_of(task)).collect();
                let given = policy.given_by_source(&item.source);
                let named = item.tasks.iter().all(|task| tasks.contains(task));
                // What has no service task of its own has that of its source.
                let any = !item.tasks.is_empty() || given != Classes::NONE;
                any && named && given.is_within(known) && !policy.classes(item).meets(*without)
            }
        }
    }
}

impl fmt::Display for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Without(without) if *without == Classes::NONE => Ok(()),
            Self::Without(without) => write!(f, ", without {without}"),
            Self::Of(tasks, _) => {
                let tasks: Vec<&str> = tasks.iter().map(Code::as_str).collect();
                write!(f, ", only {}", tasks.join(", "))
            }
        }
    }
}
