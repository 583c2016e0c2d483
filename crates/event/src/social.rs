//! What social care, and social work in health care, tell.
//!
//! Keys are tokens of (scope, the source's own key). Every fact carries its register in the event: whether health
//! social work is written in the patient register or the social one differs between counties.

use crate::wire::{numbered, wire};
use crate::{Code, Instant, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// Vireilletulo (703/2023 41 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseOpened {
    /// Which case.
    pub case: Token,
    /// By what it became pending (1301/2014 34 §).
    pub ground: Option<Code>,
}

/// The case is pending no more: no ground for arranging social care (1301/2014 34 §), or another end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseClosed {
    /// Which case.
    pub case: Token,
    /// Why, a code.
    pub ground: Option<Code>,
}

/// Palvelutarpeen arviointi begins (1301/2014 36 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentStarted {
    /// Which assessment.
    pub assessment: Token,
    /// The case it belongs to, if the source says.
    pub case: Option<Token>,
}

/// Palvelutarpeen arvio is ready (703/2023 42 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentFinished {
    /// Which assessment.
    pub assessment: Token,
    /// 1301/2014 37 § 4 k.
    pub own_worker_needed: Option<bool>,
    /// Does a clientship follow.
    pub clientship: Option<bool>,
}

/// Asiakkuus begins (1301/2014 34 §, 703/2023 38 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientshipOpened {
    /// Which clientship.
    pub clientship: Token,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Why no own worker is named (1301/2014 42 § 1 mom.), if the source says.
    pub own_worker_not_named: Option<Code>,
}

/// Asiakkuus ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientshipClosed {
    /// Which clientship.
    pub clientship: Token,
    /// Ground of the end (703/2023 38 § 2 mom. 5 k.).
    pub ground: Option<Code>,
}

/// In what role somebody works with the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(i32)]
pub enum WorkerRole {
    /// Omatyöntekijä (1301/2014 42 §).
    OwnWorker = 1,
    /// Muu vastaava työntekijä.
    ResponsibleWorker = 2,
    /// Työpari-sosiaalityöntekijä.
    WorkPair = 3,
    /// Lapsen asioista vastaava sosiaalityöntekijä (417/2007 13 b §).
    ChildsSocialWorker = 4,
    /// Terveyssosiaalityöntekijä.
    HealthSocialWorker = 5,
    /// Case manager.
    CaseManager = 6,
    /// Sosiaalipäivystys.
    DutySocialService = 7,
}

impl WorkerRole {
    /// Every role.
    pub const ALL: &[Self] = &[
        Self::OwnWorker,
        Self::ResponsibleWorker,
        Self::WorkPair,
        Self::ChildsSocialWorker,
        Self::HealthSocialWorker,
        Self::CaseManager,
        Self::DutySocialService,
    ];
}

numbered!(WorkerRole);

/// Somebody works with the client from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerAssigned {
    /// Which assignment.
    pub assignment: Token,
    /// The clientship it belongs to, if the source says.
    pub clientship: Option<Token>,
    /// In what role.
    pub role: WorkerRole,
    /// Keyed token of the worker's identifier at the source: finds the worker's clients.
    pub worker_key: Token,
    /// Who, and how to reach them.
    pub worker: Sealed<Worker>,
    /// Profession (817/2015, 559/1994).
    pub profession: Option<Code>,
    /// Holds a public-service post (virkasuhde).
    pub public_service_post: Option<bool>,
    /// Since when.
    pub from: Instant,
    /// Until when, if a term is set.
    pub until: Option<Instant>,
}

/// Somebody no longer works with the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerAssignmentEnded {
    /// Which assignment.
    pub assignment: Token,
    /// Since when.
    pub ended_at: Instant,
    /// Why.
    pub reason: Option<Code>,
}

/// Social work in health care begins: a low threshold, no assessment needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthSocialWorkOpened {
    /// Which.
    pub work: Token,
    /// Booking, referral, direct contact, through nurses.
    pub channel: Option<Code>,
    /// Who, and how to reach them, if the source says.
    pub worker: Option<Sealed<Worker>>,
    /// A fixed term's end.
    pub until: Option<Instant>,
}

/// Social work in health care ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthSocialWorkClosed {
    /// Which.
    pub work: Token,
    /// No need, continues in social care, joint client, continues here.
    pub outcome: Option<Code>,
}

/// The duty social service met or spoke with the client: the fact, no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyContactRecorded {
    /// Which contact.
    pub contact: Token,
    /// To whom the matter was handed over.
    pub handed_over_to: Option<Code>,
}

// === on the wire ===

wire!(CaseOpened { ground; case = case_key });
wire!(CaseClosed { ground; case = case_key });
wire!(AssessmentStarted { assessment; case = case_key });
wire!(AssessmentFinished { assessment, own_worker_needed, clientship });
wire!(ClientshipOpened { clientship, service_task, own_worker_not_named });
wire!(ClientshipClosed { clientship, ground });
wire!(WorkerAssigned {
    assignment,
    clientship,
    role,
    worker_key,
    worker,
    profession,
    public_service_post,
    from,
    until
});
wire!(WorkerAssignmentEnded { assignment, ended_at, reason });
wire!(HealthSocialWorkOpened { work, channel, worker, until });
wire!(HealthSocialWorkClosed { work, outcome });
wire!(DutyContactRecorded { contact, handed_over_to });
