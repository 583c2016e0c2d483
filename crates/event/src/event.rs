//! The event and its bytes.

use crate::wire::{self, NotKnown, Numbered, proto};
use crate::{
    AssessmentFinished, AssessmentStarted, CaseOpened, ClassChanged, ClientshipClosed, ClientshipOpened,
    DischargeCancelled, DutyContactRecorded, HealthSocialWorkClosed, HealthSocialWorkOpened, IdentitiesMerged,
    IdentitiesUnmerged, Instant, OrderKey, PersonUpdated, PlannedDischargeCancelled, PlannedDischargeSet,
    ReferralAccepted, ReferralRejected, ReferralRequested, StayCancelled, StayCorrected, StayEnded, StayStarted, Token,
    WardChanged, WorkerAssigned, WorkerAssignmentEnded,
};
use bytes::Bytes;
use prost::Message;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The register a fact belongs to (703/2023 18 §): carried by the event, never inferred (law 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(i32)]
pub enum Register {
    /// Potilasrekisteri.
    Patient = 1,
    /// Sosiaalihuollon asiakasrekisteri.
    Social = 2,
}

impl Numbered for Register {
    fn number(self) -> i32 {
        self as i32
    }
}

/// The stream of one source identity: the sender's own number, else HETU, else temporary id, else visit number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    /// Keyed token of (source, system, value).
    pub key: Token,
    /// The identity's system; not personal.
    pub system: String,
}

/// The person-unique identifiers of one system that a message presented (rule R6).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Presented {
    /// The system.
    pub system: String,
    /// Their tokens, sorted and distinct; empty if the message emptied the system.
    pub tokens: Vec<Token>,
}

/// One immutable fact that one source told in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// See [`event_id`].
    pub id: Uuid,
    /// The configured name of the source.
    pub source: String,
    /// Keyed token of the source's own message id.
    pub message: Token,
    /// The version of the adapter that translated the message.
    pub adapter_version: u32,
    /// When it took place, by the source.
    pub happened_at: Instant,
    /// The source's clock when it wrote it.
    pub recorded_at: Instant,
    /// The source's sequence number.
    pub sequence: Option<i64>,
    /// The register it belongs to.
    pub register: Register,
    /// The stream it belongs to.
    pub record: Record,
    /// What the message presented, sorted by system.
    pub presented: Vec<Presented>,
    /// What happened.
    pub body: Body,
}

/// An event and when we took it in: the first time, if it came more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Our clock, set once at ingest.
    pub received_at: Instant,
    /// The event.
    pub event: Event,
}

/// What can have happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is its struct, documented there")]
pub enum Body {
    StayStarted(StayStarted),
    StayCorrected(StayCorrected),
    StayCancelled(StayCancelled),
    WardChanged(WardChanged),
    ClassChanged(ClassChanged),
    PlannedDischargeSet(PlannedDischargeSet),
    PlannedDischargeCancelled(PlannedDischargeCancelled),
    StayEnded(StayEnded),
    DischargeCancelled(DischargeCancelled),
    ReferralRequested(ReferralRequested),
    ReferralAccepted(ReferralAccepted),
    ReferralRejected(ReferralRejected),
    PersonUpdated(PersonUpdated),
    IdentitiesMerged(IdentitiesMerged),
    IdentitiesUnmerged(IdentitiesUnmerged),
    CaseOpened(CaseOpened),
    AssessmentStarted(AssessmentStarted),
    AssessmentFinished(AssessmentFinished),
    ClientshipOpened(ClientshipOpened),
    ClientshipClosed(ClientshipClosed),
    WorkerAssigned(WorkerAssigned),
    WorkerAssignmentEnded(WorkerAssignmentEnded),
    HealthSocialWorkOpened(HealthSocialWorkOpened),
    HealthSocialWorkClosed(HealthSocialWorkClosed),
    DutyContactRecorded(DutyContactRecorded),
    /// A type, or a value of a known type, that this version does not know: the whole event's bytes as they came.
    Unknown(Bytes),
}

/// The bytes are no event at all. Goes to the quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not an event")]
pub struct DecodeError;

/// The event's id (rule R1): UUIDv5 of (sender, message id, digest of the message's bytes, ordinal). Two copies of a
/// message give the same ids; a reused message id with other bytes gives others.
#[must_use]
pub fn event_id(source: &str, message_id: &str, digest: &[u8; 32], ordinal: u32) -> Uuid {
    /// UUIDv5 of the DNS namespace and `event.rinnakkain`; fixed for ever.
    const NAMESPACE: Uuid = Uuid::from_u128(0x6f6e_85b7_0f2a_5d0e_9a51_7b1c_52d4_e0a3);
    let mut name = Vec::with_capacity(source.len() + message_id.len() + 64);
    for part in [source.as_bytes(), message_id.as_bytes(), digest] {
        name.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        name.extend_from_slice(part);
    }
    name.extend_from_slice(&ordinal.to_be_bytes());
    Uuid::new_v5(&NAMESPACE, &name)
}

impl Received {
    /// Two copies of one event (rule R1): the earliest time of receipt; and where their content differs (an adapter was
    /// mended) the higher (adapter version, bytes), whole.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        let received_at = self.received_at.min(other.received_at);
        let rank = |event: &Event| (event.adapter_version, event.encode());
        let event = if rank(&other.event) > rank(&self.event) { other.event } else { self.event };
        Self { received_at, event }
    }

    /// Its place in the order of its client's events (rule R2).
    #[must_use]
    pub fn order_key(&self) -> OrderKey {
        OrderKey {
            time: self.event.recorded_at.min(self.received_at),
            sequence: self.event.sequence,
            received: self.received_at,
            id: self.event.id,
        }
    }
}

impl Event {
    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let body = match &self.body {
            Body::Unknown(bytes) => return bytes.clone(),
            body => body.to_wire(),
        };
        let event = proto::Event {
            id: Bytes::copy_from_slice(self.id.as_bytes()),
            source: self.source.clone(),
            message: wire::token_out(self.message),
            adapter_version: self.adapter_version,
            happened_at: self.happened_at.as_micros(),
            recorded_at: self.recorded_at.as_micros(),
            sequence: self.sequence,
            register: self.register as i32,
            record: Some(wire::record_out(&self.record)),
            presented: self.presented.iter().map(Presented::to_wire).collect(),
            body,
        };
        event.encode_to_vec().into()
    }

    /// From its bytes. What is not understood inside a well-formed event becomes [`Body::Unknown`].
    pub fn decode(bytes: &Bytes) -> Result<Self, DecodeError> {
        let wire = proto::Event::decode(bytes.clone()).map_err(|_| DecodeError)?;
        Self::from_wire(wire, bytes).map_err(|NotKnown| DecodeError)
    }

    fn from_wire(wire: proto::Event, bytes: &Bytes) -> Result<Self, NotKnown> {
        let body = wire.body.ok_or(NotKnown).and_then(Body::from_wire);
        Ok(Self {
            id: Uuid::from_slice(&wire.id).map_err(|_| NotKnown)?,
            source: wire.source,
            message: wire::token_in(&wire.message)?,
            adapter_version: wire.adapter_version,
            happened_at: wire::instant_in(wire.happened_at)?,
            recorded_at: wire::instant_in(wire.recorded_at)?,
            sequence: wire.sequence,
            register: wire::member(&[Register::Patient, Register::Social], wire.register)?,
            record: wire::record_in(wire.record)?,
            presented: wire.presented.into_iter().map(Presented::from_wire).collect::<Result<_, _>>()?,
            body: body.unwrap_or_else(|NotKnown| Body::Unknown(bytes.clone())),
        })
    }
}

impl Presented {
    fn to_wire(&self) -> proto::Presented {
        proto::Presented {
            system: self.system.clone(),
            tokens: self.tokens.iter().copied().map(wire::token_out).collect(),
        }
    }

    fn from_wire(wire: proto::Presented) -> Result<Self, NotKnown> {
        let tokens = wire.tokens.iter().map(|token| wire::token_in(token)).collect::<Result<_, _>>()?;
        Ok(Self { system: wire.system, tokens })
    }
}

impl Body {
    /// The type's name, as in the proto: for metrics, timelines and snapshots.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::StayStarted(_) => "StayStarted",
            Self::StayCorrected(_) => "StayCorrected",
            Self::StayCancelled(_) => "StayCancelled",
            Self::WardChanged(_) => "WardChanged",
            Self::ClassChanged(_) => "ClassChanged",
            Self::PlannedDischargeSet(_) => "PlannedDischargeSet",
            Self::PlannedDischargeCancelled(_) => "PlannedDischargeCancelled",
            Self::StayEnded(_) => "StayEnded",
            Self::DischargeCancelled(_) => "DischargeCancelled",
            Self::ReferralRequested(_) => "ReferralRequested",
            Self::ReferralAccepted(_) => "ReferralAccepted",
            Self::ReferralRejected(_) => "ReferralRejected",
            Self::PersonUpdated(_) => "PersonUpdated",
            Self::IdentitiesMerged(_) => "IdentitiesMerged",
            Self::IdentitiesUnmerged(_) => "IdentitiesUnmerged",
            Self::CaseOpened(_) => "CaseOpened",
            Self::AssessmentStarted(_) => "AssessmentStarted",
            Self::AssessmentFinished(_) => "AssessmentFinished",
            Self::ClientshipOpened(_) => "ClientshipOpened",
            Self::ClientshipClosed(_) => "ClientshipClosed",
            Self::WorkerAssigned(_) => "WorkerAssigned",
            Self::WorkerAssignmentEnded(_) => "WorkerAssignmentEnded",
            Self::HealthSocialWorkOpened(_) => "HealthSocialWorkOpened",
            Self::HealthSocialWorkClosed(_) => "HealthSocialWorkClosed",
            Self::DutyContactRecorded(_) => "DutyContactRecorded",
            Self::Unknown(_) => "Unknown",
        }
    }

    fn to_wire(&self) -> Option<proto::event::Body> {
        use proto::event::Body as W;
        Some(match self {
            Self::StayStarted(x) => W::StayStarted(x.to_wire()),
            Self::StayCorrected(x) => W::StayCorrected(x.to_wire()),
            Self::StayCancelled(x) => W::StayCancelled(x.to_wire()),
            Self::WardChanged(x) => W::WardChanged(x.to_wire()),
            Self::ClassChanged(x) => W::ClassChanged(x.to_wire()),
            Self::PlannedDischargeSet(x) => W::PlannedDischargeSet(x.to_wire()),
            Self::PlannedDischargeCancelled(x) => W::PlannedDischargeCancelled(x.to_wire()),
            Self::StayEnded(x) => W::StayEnded(x.to_wire()),
            Self::DischargeCancelled(x) => W::DischargeCancelled(x.to_wire()),
            Self::ReferralRequested(x) => W::ReferralRequested(x.to_wire()),
            Self::ReferralAccepted(x) => W::ReferralAccepted(x.to_wire()),
            Self::ReferralRejected(x) => W::ReferralRejected(x.to_wire()),
            Self::PersonUpdated(x) => W::PersonUpdated(x.to_wire()),
            Self::IdentitiesMerged(x) => W::IdentitiesMerged(x.to_wire()),
            Self::IdentitiesUnmerged(x) => W::IdentitiesUnmerged(x.to_wire()),
            Self::CaseOpened(x) => W::CaseOpened(x.to_wire()),
            Self::AssessmentStarted(x) => W::AssessmentStarted(x.to_wire()),
            Self::AssessmentFinished(x) => W::AssessmentFinished(x.to_wire()),
            Self::ClientshipOpened(x) => W::ClientshipOpened(x.to_wire()),
            Self::ClientshipClosed(x) => W::ClientshipClosed(x.to_wire()),
            Self::WorkerAssigned(x) => W::WorkerAssigned(x.to_wire()),
            Self::WorkerAssignmentEnded(x) => W::WorkerAssignmentEnded(x.to_wire()),
            Self::HealthSocialWorkOpened(x) => W::HealthSocialWorkOpened(x.to_wire()),
            Self::HealthSocialWorkClosed(x) => W::HealthSocialWorkClosed(x.to_wire()),
            Self::DutyContactRecorded(x) => W::DutyContactRecorded(x.to_wire()),
            Self::Unknown(_) => return None,
        })
    }

    fn from_wire(wire: proto::event::Body) -> Result<Self, NotKnown> {
        use proto::event::Body as W;
        Ok(match wire {
            W::StayStarted(x) => Self::StayStarted(StayStarted::from_wire(x)?),
            W::StayCorrected(x) => Self::StayCorrected(StayCorrected::from_wire(x)?),
            W::StayCancelled(x) => Self::StayCancelled(StayCancelled::from_wire(&x)?),
            W::WardChanged(x) => Self::WardChanged(WardChanged::from_wire(x)?),
            W::ClassChanged(x) => Self::ClassChanged(ClassChanged::from_wire(x)?),
            W::PlannedDischargeSet(x) => Self::PlannedDischargeSet(PlannedDischargeSet::from_wire(&x)?),
            W::PlannedDischargeCancelled(x) => {
                Self::PlannedDischargeCancelled(PlannedDischargeCancelled::from_wire(&x)?)
            }
            W::StayEnded(x) => Self::StayEnded(StayEnded::from_wire(&x)?),
            W::DischargeCancelled(x) => Self::DischargeCancelled(DischargeCancelled::from_wire(&x)?),
            W::ReferralRequested(x) => Self::ReferralRequested(ReferralRequested::from_wire(&x)?),
            W::ReferralAccepted(x) => Self::ReferralAccepted(ReferralAccepted::from_wire(x)?),
            W::ReferralRejected(x) => Self::ReferralRejected(ReferralRejected::from_wire(&x)?),
            W::PersonUpdated(x) => Self::PersonUpdated(PersonUpdated::from_wire(x)?),
            W::IdentitiesMerged(x) => Self::IdentitiesMerged(IdentitiesMerged::from_wire(x)?),
            W::IdentitiesUnmerged(x) => Self::IdentitiesUnmerged(IdentitiesUnmerged::from_wire(x)?),
            W::CaseOpened(x) => Self::CaseOpened(CaseOpened::from_wire(&x)?),
            W::AssessmentStarted(x) => Self::AssessmentStarted(AssessmentStarted::from_wire(&x)?),
            W::AssessmentFinished(x) => Self::AssessmentFinished(AssessmentFinished::from_wire(&x)?),
            W::ClientshipOpened(x) => Self::ClientshipOpened(ClientshipOpened::from_wire(&x)?),
            W::ClientshipClosed(x) => Self::ClientshipClosed(ClientshipClosed::from_wire(&x)?),
            W::WorkerAssigned(x) => Self::WorkerAssigned(WorkerAssigned::from_wire(x)?),
            W::WorkerAssignmentEnded(x) => Self::WorkerAssignmentEnded(WorkerAssignmentEnded::from_wire(&x)?),
            W::HealthSocialWorkOpened(x) => Self::HealthSocialWorkOpened(HealthSocialWorkOpened::from_wire(x)?),
            W::HealthSocialWorkClosed(x) => Self::HealthSocialWorkClosed(HealthSocialWorkClosed::from_wire(&x)?),
            W::DutyContactRecorded(x) => Self::DutyContactRecorded(DutyContactRecorded::from_wire(&x)?),
        })
    }
}
