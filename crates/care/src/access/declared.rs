//! A basis that a professional declares, because the record cannot show it. Never a bypass.
//!
//! There is no general right to look in an emergency. The law has a list of cases in which data may be had without the client's
//! permission, and whether one is at hand only a person can judge. So the professional says which, and why; it is for one client,
//! holds for a quarter of an hour, opens the least that helps, and the privacy officer reads each afterwards (703/2023 11 § 5 mom.,
//! 78 §). None can be declared unless the configuration of the calling system names it: each row is our reading of the law.
//!
//! | basis | who | opens | the law |
//! |---|---|---|---|
//! | no capacity | health care | who works with the client, of the social register | 703/2023 53 § 6 mom. |
//! | | social care | whether and where the client is treated, and by whom | 53 § 5 mom., first sentence |
//! | | social care | who works with the client, of another controller's social register | 55 § 2 mom., first sentence |
//! | authority | the social authority | the same of both, where the county has narrowed its right | 53 § 5 mom. and 55 § 2 mom., second sentences |
//! | need of care, child's interest, vital interest | the county's social care | who works with the client, of another controller's social register | 56 § 1 mom. 1–3 k., 2 mom. |
//!
//! What no declaration changes:
//!
//! - The client relationship to the asker is in the record (57 §; 9 §): the duty service has a case or an open contact.
//! - A shelter and mediation stay apart (STM 457/2024 12 §, 15 §, 18 §).
//! - A prohibition binds (59 §), except for 56 §, which is written for a client who forbids.
//! - Units, wards and e-mail addresses do not cross the line, nor to another controller.
//!
//! Not declarable: patient data of another controller (54 § 2 mom.), which are for a necessary health service and not for social
//! work in it [our reading].

use super::{CallerSide, Query, Task};
use event::{Instant, Register};
use serde::{Deserialize, Serialize};

event::listed! {
    /// A basis that can be declared.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Declarable {
        /// The client cannot judge what a permission means, because of a memory disorder, a mental disorder, an intellectual
        /// disability or the like, and has no legal representative.
        NoCapacity,
        /// What essentially affects the client relationship is necessary for the authority's own task.
        Authority,
        /// The client is in evident need of care because health, development or safety is in danger, and the need cannot be
        /// found out or met otherwise.
        NeedOfCare,
        /// It is needed for a child's interest.
        ChildsInterest,
        /// It is needed to secure necessary interests and rights of a client who cannot judge the matter.
        VitalInterest,
    }
}

/// How long a declaration holds.
const HOLDS_SECONDS: i64 = 15 * 60;

/// Clocks of calling systems run ahead of ours by no more.
const AHEAD_SECONDS: i64 = 60;

/// What helps at once: whom to ring. Not the view, nor what was.
const QUERIES: [Query; 3] = [Query::ListCurrentWorkers, Query::GetOwnWorker, Query::CheckInvolvement];

/// A declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declared {
    /// On what.
    pub basis: Declarable,
    /// When the professional made it.
    pub at: Instant,
}

impl Declarable {
    /// Its name, in the configuration and the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoCapacity => "no-capacity",
            Self::Authority => "authority",
            Self::NeedOfCare => "need-of-care",
            Self::ChildsInterest => "childs-interest",
            Self::VitalInterest => "vital-interest",
        }
    }

    /// Does the law know it for this side and task? Not for arranging or delivering a service: to do that it is not necessary to
    /// see more than what is the asker's own [our reading].
    #[must_use]
    pub fn is_of(self, side: CallerSide, task: Task) -> bool {
        match (side, task) {
            (CallerSide::Health, Task::HealthSocialWork) => self == Self::NoCapacity,
            (CallerSide::Social, Task::ClientWork | Task::NeedsAssessment)
            | (CallerSide::Duty, Task::DutySocialService) => true,
            _ => false,
        }
    }

    /// Is it the county's alone? 56 § 2 mom., 3 mom.: data go to a public provider, and to a private one only for care that is given
    /// at once. And the authority is the county.
    pub(super) fn is_of_the_county(self) -> bool {
        self != Self::NoCapacity
    }

    /// Is it written for a client who forbids the disclosure (703/2023 56 § 1 mom.)?
    pub(super) fn outranks_prohibitions(self) -> bool {
        match self {
            Self::NoCapacity | Self::Authority => false,
            Self::NeedOfCare | Self::ChildsInterest | Self::VitalInterest => true,
        }
    }

    /// The provision by which data of this register go to the asker; `None`: by none.
    pub(super) fn provision(self, own: Register, of: Register) -> Option<&'static str> {
        match (self, own, of) {
            (Self::NoCapacity, Register::Patient, Register::Social) => {
                Some("703/2023 53 § 6 mom. (declared); 457/2024 18 §")
            }
            (Self::NoCapacity, Register::Social, Register::Patient) => {
                Some("703/2023 53 § 5 mom., no capacity (declared); 457/2024 19 § 1 mom.")
            }
            (Self::NoCapacity, Register::Social, Register::Social) => {
                Some("703/2023 55 § 2 mom., no capacity (declared)")
            }
            (Self::Authority, Register::Social, Register::Patient) => {
                Some("703/2023 53 § 5 mom., authority (declared); 457/2024 19 § 1 mom.")
            }
            (Self::Authority, Register::Social, Register::Social) => Some("703/2023 55 § 2 mom., authority (declared)"),
            (Self::NeedOfCare, Register::Social, Register::Social) => Some("703/2023 56 § 1 mom. 1 k. (declared)"),
            (Self::ChildsInterest, Register::Social, Register::Social) => Some("703/2023 56 § 1 mom. 2 k. (declared)"),
            (Self::VitalInterest, Register::Social, Register::Social) => Some("703/2023 56 § 1 mom. 3 k. (declared)"),
            (_, Register::Patient, _) | (Self::NeedOfCare | Self::ChildsInterest | Self::VitalInterest, ..) => None,
        }
    }
}

impl Declared {
    /// May this be declared with the question, by the law? Whether the calling system may is configured.
    pub(super) fn is_of(self, side: CallerSide, task: Task, query: Query) -> bool {
        QUERIES.contains(&query) && self.basis.is_of(side, task)
    }

    /// Does it hold then?
    #[must_use]
    pub fn holds_at(self, at: Instant) -> bool {
        self.at <= at.plus_seconds(AHEAD_SECONDS) && at < self.at.plus_seconds(HOLDS_SECONDS)
    }
}
