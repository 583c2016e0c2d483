//! What stands in the journal, where Kafka is between ingest and projection: events, rejections, receipts, watermarks.

use crate::wire::{Field, NotKnown, proto};
use crate::{DecodeError, Event, Instant, Receipt, ReceivedEvent, Rejected, Token, Watermark};
use bytes::Bytes;
use prost::Message;
use uuid::Uuid;

/// One record of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all entries are events: a box each would cost more than it saves"
)]
pub enum Entry {
    /// A fact. The receipt of its message is beside it, if the message yielded nothing else.
    Event(ReceivedEvent, Option<Receipt>),
    /// A rejected message and its receipt.
    Rejected(Rejected, Option<Receipt>),
    /// The receipt of a message that yielded no event, or more than one.
    Receipt(Receipt),
    /// How far an ingest has come.
    Watermark(Watermark),
}

impl Entry {
    /// Its id. An event and a rejection have their own, so two copies have one id; a receipt has that of its copy.
    #[must_use]
    pub fn id(&self) -> Uuid {
        /// UUIDv5 of the DNS namespace and `watermark.rinnakkain`; fixed for ever.
        const NAMESPACE: Uuid = Uuid::from_u128(0x7a0e_63c5_41b1_5f6e_8d0b_0f6c_3a9d_52e4);
        match self {
            Self::Event(received, _) => received.event.id,
            Self::Rejected(rejected, _) => rejected.id,
            Self::Receipt(receipt) => receipt.copy_id,
            Self::Watermark(it) => {
                let name = [&it.at.as_micros().to_be_bytes(), it.ingest.as_bytes()].concat();
                Uuid::new_v5(&NAMESPACE, &name)
            }
        }
    }

    /// Entries with the same partition key stay together: that of an event is its record. A rejection and a receipt
    /// without an event stand alone; a watermark goes to every partition.
    #[must_use]
    pub fn stream(&self) -> Option<Token> {
        match self {
            Self::Event(received, _) => Some(received.event.record.key),
            Self::Rejected(..) | Self::Receipt(_) | Self::Watermark(_) => None,
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        use proto::journal_entry::Content;
        let (received_at, content, message) = match self {
            Self::Event(it, message) => (it.received_at, Content::Event(it.event.encode()), message.as_ref()),
            Self::Rejected(it, message) => (it.received_at, Content::Rejected(it.to_wire()), message.as_ref()),
            Self::Receipt(it) => (it.received_at, Content::Receipt(it.to_wire()), None),
            Self::Watermark(it) => (it.at, Content::Watermark(it.to_wire()), None),
        };
        let (received_at, message) = (received_at.as_micros(), message.map(Receipt::to_wire));
        proto::JournalEntry { received_at, content: Some(content), message }.encode_to_vec()
    }

    /// From its bytes. An event of a type that this version does not know is still an event. An entry of a kind that it
    /// does not know is an error.
    pub fn decode(bytes: &Bytes) -> Result<Self, DecodeError> {
        let wire = proto::JournalEntry::decode(bytes.clone()).map_err(|_| DecodeError)?;
        Self::from_wire(wire).map_err(|NotKnown| DecodeError)
    }

    fn from_wire(wire: proto::JournalEntry) -> Result<Self, NotKnown> {
        use proto::journal_entry::Content;
        let received_at: Instant = Field::from_field(wire.received_at)?;
        let message = wire.message.map(|it| Receipt::from_wire(it, received_at)).transpose()?;
        Ok(match wire.content.ok_or(NotKnown)? {
            Content::Event(bytes) => {
                let event = Event::decode(&bytes).map_err(|_| NotKnown)?;
                Self::Event(ReceivedEvent { received_at, event }, message)
            }
            Content::Rejected(wire) => Self::Rejected(Rejected::from_wire(wire, received_at)?, message),
            Content::Receipt(wire) => Self::Receipt(Receipt::from_wire(wire, received_at)?),
            Content::Watermark(wire) => Self::Watermark(Watermark::from_wire(wire, received_at)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Instant, Keyring, NewKeys, RawMessage, ReceiptOutcome, SourceWatermark};

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros).unwrap()
    }

    #[test]
    fn what_was_written_is_read() {
        let keys = NewKeys { index: [1; 32].into(), seal: [2; 32].into() };
        let keys = Keyring::parse(&keys.to_file()).unwrap();
        let token = keys.token("message", "kys", "1");
        let raw = RawMessage { bytes: Bytes::from_static(b"MSH|") };
        let rejected = Rejected {
            id: Uuid::from_u128(7),
            source: "kys".into(),
            received_at: at(5),
            adapter_version: 3,
            code: "101".into(),
            place: "PID-3".into(),
            text: "no identifier".into(),
            message: Some(token),
            named: vec![keys.identifier("s", "v")],
            own: vec![keys.identifier("s", "v")],
            raw: keys.sealer(token, Uuid::from_u128(7)).seal(&raw),
        };
        let receipt = |outcome, raw| Receipt {
            id: Uuid::from_u128(7),
            copy_id: Uuid::from_u128(8),
            source: "kys".into(),
            message: Some(token),
            header: Some(token),
            received_at: at(5),
            adapter_version: 3,
            outcome,
            raw,
        };
        let ids = vec![Uuid::from_u128(1), Uuid::from_u128(2)];
        let refused = ReceiptOutcome::Rejected { code: "101".into(), place: "PID-3".into(), text: "why".into() };
        let receipts = [
            receipt(ReceiptOutcome::Stored(ids), Some(rejected.raw.clone())),
            receipt(ReceiptOutcome::Ignored, None),
            receipt(refused, None),
        ];
        let watermark = Watermark {
            ingest: "a".into(),
            at: at(9),
            partitions: 12,
            sources: vec![SourceWatermark { source: "kys".into(), at: at(8) }],
            leaving: false,
        };
        let with_receipt = Entry::Rejected(rejected.clone(), Some(receipts[2].clone()));
        let entries = receipts.map(Entry::Receipt).into_iter();
        for entry in entries.chain([Entry::Rejected(rejected, None), with_receipt, Entry::Watermark(watermark)]) {
            assert_eq!(Entry::decode(&entry.encode().into()).unwrap(), entry);
        }
    }

    #[test]
    fn bytes_that_are_no_entry_are_refused() {
        let empty = proto::JournalEntry { received_at: 1, content: None, message: None }.encode_to_vec();
        let no_event = proto::journal_entry::Content::Event(Bytes::from_static(b"\xff"));
        let no_event = proto::JournalEntry { received_at: 1, content: Some(no_event), message: None }.encode_to_vec();
        for bytes in [empty, no_event, b"\xff\xff".to_vec()] {
            assert_eq!(Entry::decode(&bytes.into()), Err(DecodeError));
        }
    }
}
