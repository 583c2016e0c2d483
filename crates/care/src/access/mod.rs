//! Who may see what: a small table of rules, default deny.
//!
//! Two questions, in this order. *May this caller ask this at all?* ([`admit`]) is answered before any look-up; a
//! refusal is explicit. *May it be answered for this client?* ([`Rule::decide`]) needs the client's view: using a
//! register requires a technically verified client relationship (703/2023 9 §); a refusal reads the same as an unknown
//! person.
//!
//! Health and social care are outsiders to each other, even in one county (703/2023 4 §, 18 §): a read across the line
//! is a disclosure and needs its own basis. The table has the social authority's right (53 § 5 mom.), for data that
//! essentially affect the client relationship and are necessary for its task. Health care has no such right: it sees
//! social data only with the client's permission (53 § 3 mom.). Permissions are not in the record yet, so nothing of the
//! social register is shown to health care. The county's lawyer must confirm that 53 § 5 mom. supports each row; a
//! change of law or of interpretation is a change of this table.

pub use crate::fact::sight::Sight;

use crate::ParallelView;
use event::{Instant, Register};
use serde::{Deserialize, Serialize};

/// The side of a calling system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallerSide {
    /// Health care.
    Health,
    /// Social care.
    Social,
    /// Sosiaalipäivystys.
    Duty,
}

/// The task for which a professional asks (STM 457/2024 3 §, 10 §).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Terveyssosiaalityö.
    HealthSocialWork,
    /// Client work of social care, own worker's work included.
    ClientWork,
    /// Palvelutarpeen arviointi.
    NeedsAssessment,
    /// Sosiaalipäivystys.
    DutySocialService,
}

/// The purpose (906/2019 22 § 2 mom.: necessity is verified case by case).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Working together around the client.
    CareCoordination,
    /// Finding out the need for services (1301/2014 36 §).
    NeedsAssessment,
    /// Urgent help (1301/2014 12 §, 29 §).
    UrgentHelp,
    /// Planning a discharge (980/2012 25 §).
    DischargePlanning,
}

event::listed! {
    /// What is asked.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    #[expect(missing_docs, reason = "named as the rpc that asks")]
    pub enum Query {
        ListCurrentWorkers,
        GetOwnWorker,
        CheckInvolvement,
        GetParallelView,
        ListTimeline,
    }
}

impl Query {
    /// Its name in the access log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ListCurrentWorkers => "ListCurrentWorkers",
            Self::GetOwnWorker => "GetOwnWorker",
            Self::CheckInvolvement => "CheckInvolvement",
            Self::GetParallelView => "GetParallelView",
            Self::ListTimeline => "ListTimeline",
        }
    }
}

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    side: CallerSide,
    task: Task,
    queries: &'static [Query],
    purposes: &'static [Purpose],
    /// The register that is the caller's own: reading it is use.
    own: Register,
    /// Must the view show a client relationship in the own register?
    relationship: bool,
    /// May the other register be disclosed, as least data?
    other: bool,
    /// The provisions relied on, for the access log (703/2023 10 §).
    pub provision: &'static str,
}

const EVERY_QUERY: &[Query] = &[
    Query::ListCurrentWorkers,
    Query::GetOwnWorker,
    Query::CheckInvolvement,
    Query::GetParallelView,
    Query::ListTimeline,
];

/// The table.
pub const RULES: &[Rule] = &[
    Rule {
        side: CallerSide::Duty,
        task: Task::DutySocialService,
        queries: EVERY_QUERY,
        purposes: &[Purpose::UrgentHelp, Purpose::NeedsAssessment],
        own: Register::Social,
        // Whoever meets the duty service at night is its client from that moment (1301/2014 29 §, 34 §).
        relationship: false,
        other: true,
        provision: "703/2023 9 §; 457/2024 12 § 1 mom.; 703/2023 53 § 5 mom.",
    },
    Rule {
        side: CallerSide::Social,
        task: Task::ClientWork,
        queries: EVERY_QUERY,
        purposes: &[Purpose::CareCoordination, Purpose::DischargePlanning, Purpose::UrgentHelp],
        own: Register::Social,
        relationship: true,
        other: true,
        provision: "703/2023 9 §; 457/2024 12 §; 703/2023 53 § 5 mom.",
    },
    Rule {
        side: CallerSide::Social,
        task: Task::NeedsAssessment,
        queries: EVERY_QUERY,
        purposes: &[Purpose::NeedsAssessment],
        own: Register::Social,
        relationship: true,
        other: true,
        provision: "703/2023 9 §; 1301/2014 36 §; 703/2023 53 § 5 mom.",
    },
    Rule {
        side: CallerSide::Health,
        task: Task::HealthSocialWork,
        queries: &[Query::ListCurrentWorkers, Query::CheckInvolvement, Query::GetParallelView, Query::ListTimeline],
        purposes: &[Purpose::CareCoordination, Purpose::DischargePlanning],
        own: Register::Patient,
        relationship: true,
        other: false,
        provision: "703/2023 9 §; 457/2024 4 §",
    },
];

/// Refused because of the caller: answered before any look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallerRefused {
    /// The system is not registered for the task.
    #[error("the calling system is not registered for this task")]
    Task,
    /// No rule allows this query for this side and task.
    #[error("no rule allows this query for this side and task")]
    Query,
    /// The purpose does not match the task.
    #[error("the purpose does not match the task")]
    Purpose,
}

/// What may be answered about a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The caller's own register: shown whole.
    pub own: Register,
    /// The other register may be shown too, as least data: no ward.
    pub other: bool,
    /// The client has a turvakielto.
    pub protected: bool,
    /// The right is based on a client relationship in the record.
    pub related: bool,
}

impl Grant {
    /// May anything of `register` be shown?
    #[must_use]
    pub fn sees(&self, register: Register) -> bool {
        self.other || register == self.own
    }

    /// May ward names be shown? Only in the own register: a ward's name can reveal psychiatry (703/2023 26 §).
    #[must_use]
    pub fn sees_wards(&self) -> bool {
        self.own == Register::Patient && self.sight(Register::Patient) == Sight::Whole
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
}

/// May this caller ask this at all? It needs no client's data.
pub fn admit(
    side: CallerSide,
    tasks: &[Task],
    task: Task,
    purpose: Purpose,
    query: Query,
) -> Result<&'static Rule, CallerRefused> {
    if !tasks.contains(&task) {
        return Err(CallerRefused::Task);
    }
    let mut rules = RULES.iter().filter(|rule| (rule.side, rule.task) == (side, task) && rule.queries.contains(&query));
    let rule = rules.next().ok_or(CallerRefused::Query)?;
    if rule.purposes.contains(&purpose) { Ok(rule) } else { Err(CallerRefused::Purpose) }
}

impl Rule {
    /// May it be answered for this client? `None`: answer as for an unknown person.
    #[must_use]
    pub fn decide(&self, view: Option<&ParallelView>, at: Instant) -> Option<Grant> {
        let related = || view.is_some_and(|view| view.has_relationship(self.own, at));
        let protected = view.is_some_and(|view| view.is_protected_at(at));
        let grant = Grant { own: self.own, other: self.other, protected, related: self.relationship };
        (!self.relationship || related()).then_some(grant)
    }

    /// Its name in the access log: reading only the own register is use, otherwise disclosure (703/2023 10 §).
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.other { "disclosure" } else { "use" }
    }
}
