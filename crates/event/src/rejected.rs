//! A rejected message: what the quarantine keeps of it.

use crate::wire::{Field, NotKnown, proto};
use crate::{Instant, RawMessage, Sealed, Token};
use bytes::Bytes;
use uuid::Uuid;

/// A rejected message. An entry that is already there under the same id stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// A function of the message, so that a second copy is the same entry.
    pub id: Uuid,
    /// The configured name of the source.
    pub source: String,
    /// Our clock at ingest.
    pub received_at: Instant,
    /// Which version of the adapter rejected it.
    pub adapter_version: u32,
    /// Why, as a code.
    pub code: String,
    /// Where in the message: segment and field, never content.
    pub place: String,
    /// Why: a fixed text, without values.
    pub text: String,
    /// Keyed token of the source's message id, if it had one.
    pub message: Option<Token>,
    /// Identifiers of the clients that it names: for them "none" becomes "not known".
    pub named: Vec<Token>,
    /// Of these, the sender's own numbers. Only the sender asks by them, so a message that has only such numbers may be
    /// about anybody.
    pub own: Vec<Token>,
    /// The message.
    pub raw: Sealed<RawMessage>,
}

impl Rejected {
    pub(crate) fn to_wire(&self) -> proto::Rejected {
        proto::Rejected {
            id: Bytes::copy_from_slice(self.id.as_bytes()),
            source: self.source.clone(),
            adapter_version: self.adapter_version,
            code: self.code.clone(),
            place: self.place.clone(),
            text: self.text.clone(),
            message: self.message.to_field(),
            named: self.named.to_field(),
            raw: self.raw.to_field(),
            own: self.own.to_field(),
        }
    }

    pub(crate) fn from_wire(wire: proto::Rejected, received_at: Instant) -> Result<Self, NotKnown> {
        Ok(Self {
            id: Field::from_field(wire.id)?,
            source: wire.source,
            received_at,
            adapter_version: wire.adapter_version,
            code: wire.code,
            place: wire.place,
            text: wire.text,
            message: Field::from_field(wire.message)?,
            named: Field::from_field(wire.named)?,
            own: Field::from_field(wire.own)?,
            raw: Field::from_field(wire.raw)?,
        })
    }
}
