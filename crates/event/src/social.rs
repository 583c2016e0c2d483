//! What social care, and social work in health care, tell.
//!
//! Keys are tokens of (scope, the source's own key). Every fact carries its register in the event: whether health
//! social work is written in the patient register or the social one differs between counties.

use crate::wire::{self, NotKnown, Numbered, proto};
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

impl Numbered for WorkerRole {
    fn number(self) -> i32 {
        self as i32
    }
}

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

// === between the types and the wire ===

impl CaseOpened {
    pub(crate) fn to_wire(&self) -> proto::CaseOpened {
        proto::CaseOpened { case_key: wire::token_out(self.case), ground: wire::code_out(self.ground.as_ref()) }
    }

    pub(crate) fn from_wire(wire: &proto::CaseOpened) -> Result<Self, NotKnown> {
        Ok(Self { case: wire::token_in(&wire.case_key)?, ground: wire::code_in(&wire.ground)? })
    }
}

impl CaseClosed {
    pub(crate) fn to_wire(&self) -> proto::CaseClosed {
        proto::CaseClosed { case_key: wire::token_out(self.case), ground: wire::code_out(self.ground.as_ref()) }
    }

    pub(crate) fn from_wire(wire: &proto::CaseClosed) -> Result<Self, NotKnown> {
        Ok(Self { case: wire::token_in(&wire.case_key)?, ground: wire::code_in(&wire.ground)? })
    }
}

impl AssessmentStarted {
    pub(crate) fn to_wire(&self) -> proto::AssessmentStarted {
        proto::AssessmentStarted { assessment: wire::token_out(self.assessment), case_key: wire::key_out(self.case) }
    }

    pub(crate) fn from_wire(wire: &proto::AssessmentStarted) -> Result<Self, NotKnown> {
        Ok(Self { assessment: wire::token_in(&wire.assessment)?, case: wire::key_in(&wire.case_key)? })
    }
}

impl AssessmentFinished {
    pub(crate) fn to_wire(&self) -> proto::AssessmentFinished {
        proto::AssessmentFinished {
            assessment: wire::token_out(self.assessment),
            own_worker_needed: self.own_worker_needed,
            clientship: self.clientship,
        }
    }

    pub(crate) fn from_wire(wire: &proto::AssessmentFinished) -> Result<Self, NotKnown> {
        Ok(Self {
            assessment: wire::token_in(&wire.assessment)?,
            own_worker_needed: wire.own_worker_needed,
            clientship: wire.clientship,
        })
    }
}

impl ClientshipOpened {
    pub(crate) fn to_wire(&self) -> proto::ClientshipOpened {
        proto::ClientshipOpened {
            clientship: wire::token_out(self.clientship),
            service_task: wire::code_out(self.service_task.as_ref()),
            own_worker_not_named: wire::code_out(self.own_worker_not_named.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ClientshipOpened) -> Result<Self, NotKnown> {
        Ok(Self {
            clientship: wire::token_in(&wire.clientship)?,
            service_task: wire::code_in(&wire.service_task)?,
            own_worker_not_named: wire::code_in(&wire.own_worker_not_named)?,
        })
    }
}

impl ClientshipClosed {
    pub(crate) fn to_wire(&self) -> proto::ClientshipClosed {
        proto::ClientshipClosed {
            clientship: wire::token_out(self.clientship),
            ground: wire::code_out(self.ground.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ClientshipClosed) -> Result<Self, NotKnown> {
        Ok(Self { clientship: wire::token_in(&wire.clientship)?, ground: wire::code_in(&wire.ground)? })
    }
}

impl WorkerAssigned {
    pub(crate) fn to_wire(&self) -> proto::WorkerAssigned {
        proto::WorkerAssigned {
            assignment: wire::token_out(self.assignment),
            clientship: wire::key_out(self.clientship),
            role: self.role as i32,
            worker_key: wire::token_out(self.worker_key),
            worker: Some(wire::sealed_out(&self.worker)),
            profession: wire::code_out(self.profession.as_ref()),
            public_service_post: self.public_service_post,
            from: self.from.as_micros(),
            until: self.until.map(Instant::as_micros),
        }
    }

    pub(crate) fn from_wire(wire: proto::WorkerAssigned) -> Result<Self, NotKnown> {
        Ok(Self {
            assignment: wire::token_in(&wire.assignment)?,
            clientship: wire::key_in(&wire.clientship)?,
            role: wire::member(WorkerRole::ALL, wire.role)?,
            worker_key: wire::token_in(&wire.worker_key)?,
            worker: wire::sealed_in(wire.worker.ok_or(NotKnown)?)?,
            profession: wire::code_in(&wire.profession)?,
            public_service_post: wire.public_service_post,
            from: wire::instant_in(wire.from)?,
            until: wire.until.map(wire::instant_in).transpose()?,
        })
    }
}

impl WorkerAssignmentEnded {
    pub(crate) fn to_wire(&self) -> proto::WorkerAssignmentEnded {
        proto::WorkerAssignmentEnded {
            assignment: wire::token_out(self.assignment),
            ended_at: self.ended_at.as_micros(),
            reason: wire::code_out(self.reason.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::WorkerAssignmentEnded) -> Result<Self, NotKnown> {
        Ok(Self {
            assignment: wire::token_in(&wire.assignment)?,
            ended_at: wire::instant_in(wire.ended_at)?,
            reason: wire::code_in(&wire.reason)?,
        })
    }
}

impl HealthSocialWorkOpened {
    pub(crate) fn to_wire(&self) -> proto::HealthSocialWorkOpened {
        proto::HealthSocialWorkOpened {
            work: wire::token_out(self.work),
            channel: wire::code_out(self.channel.as_ref()),
            worker: self.worker.as_ref().map(wire::sealed_out),
            until: self.until.map(Instant::as_micros),
        }
    }

    pub(crate) fn from_wire(wire: proto::HealthSocialWorkOpened) -> Result<Self, NotKnown> {
        Ok(Self {
            work: wire::token_in(&wire.work)?,
            channel: wire::code_in(&wire.channel)?,
            worker: wire.worker.map(wire::sealed_in).transpose()?,
            until: wire.until.map(wire::instant_in).transpose()?,
        })
    }
}

impl HealthSocialWorkClosed {
    pub(crate) fn to_wire(&self) -> proto::HealthSocialWorkClosed {
        proto::HealthSocialWorkClosed {
            work: wire::token_out(self.work),
            outcome: wire::code_out(self.outcome.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::HealthSocialWorkClosed) -> Result<Self, NotKnown> {
        Ok(Self { work: wire::token_in(&wire.work)?, outcome: wire::code_in(&wire.outcome)? })
    }
}

impl DutyContactRecorded {
    pub(crate) fn to_wire(&self) -> proto::DutyContactRecorded {
        proto::DutyContactRecorded {
            contact: wire::token_out(self.contact),
            handed_over_to: wire::code_out(self.handed_over_to.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::DutyContactRecorded) -> Result<Self, NotKnown> {
        Ok(Self { contact: wire::token_in(&wire.contact)?, handed_over_to: wire::code_in(&wire.handed_over_to)? })
    }
}
