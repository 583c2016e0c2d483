//! Receipts: a message was received, with this outcome; and for a while its bytes.
//!
//! One is written for each message that is answered, whatever the answer. So everything received is stored, ignored,
//! rejected or a duplicate, and its sender can ask which. [`Receipt::id`] identifies the message, [`Receipt::copy_id`]
//! this copy: reading one copy twice adds nothing, and a second copy is a duplicate.

use crate::wire::{Field, NotKnown, proto};
use crate::{Instant, RawMessage, Sealed, Token};
use bytes::Bytes;
use uuid::Uuid;

/// One copy of a message was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// A function of source and bytes: every copy has the same.
    pub id: Uuid,
    /// Identifies this copy; given once at ingest.
    pub copy_id: Uuid,
    /// The configured name of the source.
    pub source: String,
    /// Keyed token of the source's message id, if it had one.
    pub message: Option<Token>,
    /// Keyed token of a second id by which the sender may ask: `MessageHeader.id` of a FHIR message whose Bundle has an id
    /// of its own.
    pub header: Option<Token>,
    /// Our clock at ingest.
    pub received_at: Instant,
    /// Which adapter read it: see [`crate::Event::adapter_version`].
    pub adapter_version: u32,
    /// The outcome.
    pub outcome: ReceiptOutcome,
    /// The message; `None` if it is not kept, or if the quarantine keeps it.
    pub raw: Option<Sealed<RawMessage>>,
}

/// The outcome of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// It yielded these events.
    Stored(Vec<Uuid>),
    /// Understood; nothing of it is kept.
    Ignored,
    /// Rejected; it is in the quarantine under the receipt's id.
    Rejected {
        /// Why, as a code.
        code: String,
        /// Where in the message: never content.
        place: String,
        /// Why: a fixed text, without values.
        text: String,
    },
}

impl Receipt {
    pub(crate) fn to_wire(&self) -> proto::Receipt {
        use proto::receipt::Outcome;
        let outcome = match &self.outcome {
            ReceiptOutcome::Stored(events) => {
                let events = events.iter().map(|id| Bytes::copy_from_slice(id.as_bytes())).collect();
                Outcome::Stored(proto::MessageStored { events })
            }
            ReceiptOutcome::Ignored => Outcome::Ignored(proto::MessageIgnored {}),
            ReceiptOutcome::Rejected { code, place, text } => {
                let (code, place, text) = (code.clone(), place.clone(), text.clone());
                Outcome::Rejected(proto::MessageRejected { code, place, text })
            }
        };
        proto::Receipt {
            id: Bytes::copy_from_slice(self.id.as_bytes()),
            copy_id: Bytes::copy_from_slice(self.copy_id.as_bytes()),
            source: self.source.clone(),
            message: self.message.to_field(),
            header: self.header.to_field(),
            adapter_version: self.adapter_version,
            raw: self.raw.to_field(),
            outcome: Some(outcome),
        }
    }

    pub(crate) fn from_wire(wire: proto::Receipt, received_at: Instant) -> Result<Self, NotKnown> {
        use proto::receipt::Outcome;
        let uuid = |bytes: &Bytes| Uuid::from_slice(bytes).map_err(|_| NotKnown);
        let outcome = match wire.outcome.ok_or(NotKnown)? {
            Outcome::Stored(it) => ReceiptOutcome::Stored(it.events.iter().map(uuid).collect::<Result<_, _>>()?),
            Outcome::Ignored(proto::MessageIgnored {}) => ReceiptOutcome::Ignored,
            Outcome::Rejected(proto::MessageRejected { code, place, text }) => {
                ReceiptOutcome::Rejected { code, place, text }
            }
        };
        Ok(Self {
            id: uuid(&wire.id)?,
            copy_id: uuid(&wire.copy_id)?,
            source: wire.source,
            message: Field::from_field(wire.message)?,
            header: Field::from_field(wire.header)?,
            received_at,
            adapter_version: wire.adapter_version,
            outcome,
            raw: Field::from_field(wire.raw)?,
        })
    }
}
