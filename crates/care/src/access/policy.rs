//! What the county configures of who may see what: classes of service tasks, controllers, and the switches of its lawyer.

use super::data::{Data, ServiceClass};
use event::Code;
use std::collections::{BTreeMap, BTreeSet};

/// The county's configuration of access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The class of each service task; a code that is a class's own name is of that class.
    pub classes: BTreeMap<Code, ServiceClass>,
    /// The controller of each source's register; none: the county, which every caller's is.
    pub controllers: BTreeMap<String, String>,
    /// The kinds of patient data that the social authority gets without a permission (703/2023 53 § 5 mom.).
    pub authority: BTreeSet<Data>,
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
        Self { classes: BTreeMap::new(), controllers: BTreeMap::new(), authority: AUTHORITY.iter().copied().collect() }
    }
}

impl Policy {
    /// Is the register of the source another controller's than the caller's?
    #[must_use]
    pub fn is_foreign(&self, source: &str, controller: Option<&String>) -> bool {
        self.controllers.get(source).is_some_and(|of| Some(of) != controller)
    }

    /// The class of a service task, if it is known.
    #[must_use]
    pub fn class_of(&self, task: &Code) -> Option<ServiceClass> {
        self.classes.get(task).copied().or_else(|| ServiceClass::of_name(task.as_str()))
    }
}
