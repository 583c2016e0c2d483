//! The event and its bytes.

use crate::wire::{Field, NotKnown, numbered, proto, wire};
use crate::{Body, Code, Instant, OrderKey, Relayed, Token};
use bytes::Bytes;
use prost::Message;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

numbered! {
    /// The register a fact belongs to (703/2023 18 §): carried by the event, never inferred (law 6).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Register {
        /// Potilasrekisteri.
        Patient = 1,
        /// Sosiaalihuollon asiakasrekisteri.
        Social = 2,
    }
}

/// The stream of one source identity: the sender's own number, else HETU, else temporary id, else visit number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// Keyed token of (source, system, value).
    pub key: Token,
    /// The identity's system; not personal.
    pub system: String,
}

impl StreamId {
    /// The prefix of a record's system where the record is keyed by a visit number, because the message has no other
    /// identity.
    pub const BY_VISIT: &'static str = "visit:";

    /// Only a visit number identifies the client.
    #[must_use]
    pub fn is_kept_by_visit(&self) -> bool {
        self.system.starts_with(Self::BY_VISIT)
    }
}

/// The person-unique identifiers of one system that a message presented (rule R6).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Presented {
    /// The system.
    pub system: String,
    /// Their tokens, sorted and distinct; empty if the message emptied the system.
    pub tokens: Vec<Token>,
}

/// One immutable fact that one source reported in one message.
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
    /// The precision of `recorded_at`, in microseconds: a time written to the minute covers that whole minute. 0:
    /// exact.
    pub recorded_width: i64,
    /// The source's sequence number.
    pub sequence: Option<i64>,
    /// Which event of its message this is, from 0.
    pub ordinal: u32,
    /// The register it belongs to.
    pub register: Register,
    /// The stream it belongs to.
    pub record: StreamId,
    /// What the message presented, sorted by system.
    pub presented: Vec<Presented>,
    /// The intermediary that the message came through, if it names one.
    pub relayed: Option<Relayed>,
    /// The controller of the register (rekisterinpitäjä): its OID in the SOTE-organisaatiorekisteri, where the message gives it.
    pub controller: Option<Code>,
    /// In what role the author wrote it, where the message gives it.
    pub author_role: Option<Code>,
    /// What happened.
    pub body: Body,
}

/// An event and when we took it in: the first time, if it came more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedEvent {
    /// Our clock, set once at ingest.
    pub received_at: Instant,
    /// The event.
    pub event: Event,
}

/// The bytes are not an event. The record goes to the quarantine.
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

impl ReceivedEvent {
    /// Two copies of one event (rule R1): the earliest time of receipt. Where their content differs (an adapter was
    /// corrected), the copy with the higher (adapter version, bytes) wins whole.
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
            ordinal: self.event.ordinal,
            id: self.event.id,
        }
    }
}

impl Event {
    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        if let Body::Unknown(bytes) = &self.body {
            return bytes.clone();
        }
        let body = self.body.to_wire();
        let event = proto::Event {
            id: Bytes::copy_from_slice(self.id.as_bytes()),
            source: self.source.clone(),
            message: self.message.to_field(),
            adapter_version: self.adapter_version,
            happened_at: self.happened_at.as_micros(),
            recorded_at: self.recorded_at.as_micros(),
            sequence: self.sequence,
            register: self.register.to_field(),
            record: self.record.to_field(),
            presented: self.presented.iter().map(Presented::to_wire).collect(),
            relayed: self.relayed.as_ref().map(Relayed::to_wire),
            ordinal: self.ordinal,
            recorded_width: self.recorded_width,
            controller: self.controller.to_field(),
            author_role: self.author_role.to_field(),
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
        let relayed = wire.relayed.map(Relayed::from_wire).transpose();
        let (controller, author_role) = (Field::from_field(wire.controller), Field::from_field(wire.author_role));
        let is_known = relayed.is_ok() && controller.is_ok() && author_role.is_ok();
        // This version does not know a way of relaying, or a code: the whole event is of a later version.
        let body = wire.body.filter(|_| is_known).ok_or(NotKnown).and_then(Body::from_wire);
        Ok(Self {
            id: Field::from_field(wire.id)?,
            source: wire.source,
            message: Field::from_field(wire.message)?,
            adapter_version: wire.adapter_version,
            happened_at: Field::from_field(wire.happened_at)?,
            recorded_at: Field::from_field(wire.recorded_at)?,
            recorded_width: wire.recorded_width.max(0),
            sequence: wire.sequence,
            ordinal: wire.ordinal,
            register: Field::from_field(wire.register)?,
            record: Field::from_field(wire.record)?,
            presented: wire.presented.into_iter().map(Presented::from_wire).collect::<Result<_, _>>()?,
            relayed: relayed.unwrap_or_default(),
            controller: controller.unwrap_or_default(),
            author_role: author_role.unwrap_or_default(),
            body: body.unwrap_or_else(|NotKnown| Body::Unknown(bytes.clone())),
        })
    }
}

wire!(Presented { system, tokens });
